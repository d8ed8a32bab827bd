//! Where the file of a key lies.
//!
//! The folder is one of 256, by the lowest byte of the key's CRC-32, as two hexadecimal digits.
//! The name of a short key is `k-` and the key: lower-case letters, digits, `-` and `_` as they
//! are, every other byte as `%` and two hexadecimal digits. So a name means one key on file systems
//! without case, too, and never leaves its folder. When that is longer than 200 bytes the name is
//! `h-` and the key's 128-bit FNV-1a hash in hexadecimal; the key inside the file then decides
//! whose file it is.

use std::fmt::Write;

/// The longest name; every file system in use takes 255 bytes.
const LONGEST: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) shard: u8,
    pub(crate) file: String,
}

impl Name {
    pub(crate) fn of(key: &[u8]) -> Self {
        let [shard, ..] = crc32fast::hash(key).to_le_bytes();
        Self { shard, file: escaped(key).unwrap_or_else(|| format!("h-{:032x}", fnv1a(key))) }
    }

    /// Whether another key could have the same name.
    pub(crate) fn is_hashed(&self) -> bool {
        self.file.starts_with("h-")
    }
}

/// Whether `file` could be the name of an entry; others are somebody else's.
pub(crate) fn is_entry(file: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    match file.split_at_checked(2) {
        Some(("k-", key)) => key.bytes().all(|byte| plain(byte) || b"-_%".contains(&byte)),
        Some(("h-", hash)) => hash.len() == 32 && hash.bytes().all(plain),
        _ => false,
    }
}

/// The folder of a shard.
pub(crate) fn shard_folder(shard: u8) -> String {
    format!("{shard:02x}")
}

fn escaped(key: &[u8]) -> Option<String> {
    let mut name = String::from("k-");
    for &byte in key {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            _ => write!(name, "%{byte:02x}").ok()?,
        }
        if name.len() > LONGEST {
            return None;
        }
    }
    Some(name)
}

fn fnv1a(key: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    key.iter().fold(BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_is_readable_and_every_other_byte_escaped() {
        let name = |key: &str| Name::of(key.as_bytes()).file;
        assert_eq!(name(""), "k-");
        assert_eq!(name("user_7-a"), "k-user_7-a");
        assert_eq!(name("../A"), "k-%2e%2e%2f%41");
        assert_eq!(name("%41"), "k-%2541");
        assert_eq!(name("\0\u{e9}"), "k-%00%c3%a9");
    }

    #[test]
    fn a_long_key_has_the_published_hash_for_a_name() {
        // FNV-1a 128 of the empty string and of "a".
        assert_eq!(fnv1a(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(fnv1a(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        let fits = Name::of("k".repeat(198).as_bytes());
        let long = Name::of("k".repeat(199).as_bytes());
        assert_eq!((fits.file.len(), fits.is_hashed()), (200, false));
        assert_eq!((long.file.len(), long.is_hashed()), (34, true));
    }

    #[test]
    fn entries_are_told_from_what_is_somebody_elses() {
        for key in ["", "a", "../A", "\u{1f980}", &"k".repeat(1000)] {
            assert!(is_entry(&Name::of(key.as_bytes()).file), "{key}");
        }
        for foreign in ["", "k", "notes.txt", "k-Notes", "k-a.bak", "h-12", "t-0000000000000001"] {
            assert!(!is_entry(foreign), "{foreign}");
        }
    }
}
