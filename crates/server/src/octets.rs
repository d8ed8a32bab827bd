//! Bytes of clients as memory holds them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// The bytes of a key, a value or a reply. A copy shares them.
///
/// Short ones, as most keys and all numbers are, lie where the owner lies; long ones follow their count at
/// another place. So a key is compared without going elsewhere, and a value is found with one step: with
/// a hundred thousand keys each step more is a wait for memory.
#[derive(Clone)]
pub struct Octets(Kind);

#[derive(Clone)]
enum Kind {
    Short { length: u8, bytes: [u8; SHORT_MAX] },
    Long(Arc<[u8]>),
    Fixed(&'static [u8]),
}

/// What fits beside the length into the room that the others take anyway.
const SHORT_MAX: usize = 22;
const _: () = assert!(size_of::<Octets>() == 24, "an owner has three words");

impl Octets {
    /// A copy of `bytes`.
    pub fn copy_from_slice(bytes: &[u8]) -> Self {
        let mut short = [0; SHORT_MAX];
        Self(match (short.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(room), Ok(length)) => {
                room.copy_from_slice(bytes);
                Kind::Short { length, bytes: short }
            }
            _ => Kind::Long(bytes.into()),
        })
    }

    /// A text of the program.
    pub const fn from_static(bytes: &'static [u8]) -> Self {
        Self(Kind::Fixed(bytes))
    }

    /// A copy of a part, which must be there.
    pub(crate) fn slice(&self, part: Range<usize>) -> Self {
        Self::copy_from_slice(&self[part])
    }
}

impl Default for Octets {
    fn default() -> Self {
        Self::from_static(b"")
    }
}

impl Deref for Octets {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Kind::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or(bytes),
            Kind::Long(bytes) => bytes,
            Kind::Fixed(bytes) => bytes,
        }
    }
}

impl PartialEq for Octets {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Octets {}

impl Hash for Octets {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl From<Vec<u8>> for Octets {
    fn from(bytes: Vec<u8>) -> Self {
        Self::copy_from_slice(&bytes)
    }
}

impl From<String> for Octets {
    fn from(text: String) -> Self {
        Self::copy_from_slice(text.as_bytes())
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    #[test]
    fn what_was_copied_is_the_same_whatever_its_length() {
        let all: Vec<u8> = (0..=255).collect();
        for length in [0, 1, 21, 22, 23, 256] {
            let octets = Octets::copy_from_slice(&all[..length]);
            assert_eq!(*octets, all[..length]);
            assert_eq!(octets.clone(), octets);
            assert_eq!(
                octets.slice(length / 2..length),
                Octets::from(all[length / 2..length].to_vec())
            );
        }
    }

    #[test]
    fn equal_bytes_are_equal_keys_wherever_they_lie() {
        let state = RandomState::new();
        for text in ["", "short", "longer than twenty-two bytes"] {
            let [fixed, copied] =
                [Octets::from_static(text.as_bytes()), Octets::from(text.to_owned())];
            assert_eq!(fixed, copied);
            assert_eq!(state.hash_one(&fixed), state.hash_one(&copied));
        }
    }
}
