//! The identity of one version of an object.

use std::fmt;
use std::str::FromStr;

use forebay_store::seam::Random;
use forebay_store::{Error, Result};

/// The identity of one version of an object: 16 random bytes, written as 32 hexadecimal digits in
/// the order of the bytes, so that a UUID stays itself.
///
/// ```
/// use forebay_pool::Key;
///
/// let key: Key = "000102030405060708090a0b0c0d0e0f".parse().unwrap();
/// assert_eq!(key.to_bytes()[15], 15);
/// assert_eq!(key.to_string(), "000102030405060708090a0b0c0d0e0f");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 16]);

impl Key {
    /// The key of these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// A key that nobody else has.
    pub(crate) fn draw(random: &dyn Random) -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&random.next_u64().to_le_bytes());
        bytes[8..].copy_from_slice(&random.next_u64().to_le_bytes());
        Self(bytes)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::invalid(format!("`{text}` is no key: a key is 32 digits of 0-9 a-f"));
        let is_hex = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.as_bytes().iter().all(is_hex) {
            return Err(wrong());
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| wrong())?;
        Ok(Self(number.to_be_bytes()))
    }
}
