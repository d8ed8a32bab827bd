//! The keys of etchdb, which are not in the order of their bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use forebay_store::{Error, Result};

use crate::key::Key;

/// A key that etchdb may have written.
///
/// All key types of etchdb 0.6 have it. For an `EtchKey` of your own there, implement this one here.
///
/// ```
/// use forebay_state::etchdb::EtchKey;
/// use forebay_state::Key;
/// use forebay_store::Result;
///
/// #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Key)]
/// struct UserId(u64);
///
/// impl EtchKey for UserId {
///     fn from_etchdb(bytes: &[u8]) -> Result<Self> {
///         u64::from_etchdb(bytes).map(UserId)
///     }
/// }
///
/// assert!(UserId::from_etchdb(&[1, 0, 0, 0, 0, 0, 0, 0])? == UserId(1));
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub trait EtchKey: Key {
    /// The key whose bytes in etchdb these are; others are
    /// [`Corrupt`](forebay_store::ErrorKind::Corrupt).
    fn from_etchdb(bytes: &[u8]) -> Result<Self>;
}

impl EtchKey for String {
    fn from_etchdb(bytes: &[u8]) -> Result<Self> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Error::corrupt("a key is not UTF-8").with_source(error)),
        }
    }
}

impl EtchKey for Vec<u8> {
    fn from_etchdb(bytes: &[u8]) -> Result<Self> {
        Ok(bytes.to_vec())
    }
}

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl EtchKey for $number {
            fn from_etchdb(bytes: &[u8]) -> Result<Self> {
                octets(bytes).map(<$number>::from_le_bytes)
            }
        }
    )* };
}

numbers!(u8, u16, u32, u64, i8, i16, i32, i64);

impl EtchKey for Ipv4Addr {
    fn from_etchdb(bytes: &[u8]) -> Result<Self> {
        octets::<4>(bytes).map(Self::from)
    }
}

impl EtchKey for Ipv6Addr {
    fn from_etchdb(bytes: &[u8]) -> Result<Self> {
        octets::<16>(bytes).map(Self::from)
    }
}

impl EtchKey for IpAddr {
    fn from_etchdb(bytes: &[u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((4, rest)) => Ipv4Addr::from_etchdb(rest).map(Self::V4),
            Some((6, rest)) => Ipv6Addr::from_etchdb(rest).map(Self::V6),
            _ => Err(Error::corrupt("a key is neither an IPv4 nor an IPv6 address")),
        }
    }
}

impl<A: EtchKey, B: EtchKey> EtchKey for (A, B)
where
    (A, B): Key,
{
    fn from_etchdb(bytes: &[u8]) -> Result<Self> {
        let split = bytes.split_first_chunk().and_then(|(len, rest)| {
            let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
            rest.split_at_checked(len)
        });
        let (first, second) = split.ok_or_else(|| Error::corrupt("half of a pair in a key"))?;
        Ok((A::from_etchdb(first)?, B::from_etchdb(second)?))
    }
}

fn octets<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    let found = bytes.len();
    bytes.try_into().map_err(|_| Error::corrupt(format!("a key of {found} bytes instead of {N}")))
}
