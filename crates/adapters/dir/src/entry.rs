//! The bytes of one file: a key and its value.
//!
//! Numbers are little-endian. A file is, from its first byte to its last:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | the magic `FBYENTRY` |
//! | 2 | the version of the format, 1 |
//! | 2 | reserved, 0 |
//! | 4 | the length of the key |
//! | 8 | the length of the value |
//! | .. | the key, as its codec wrote it |
//! | .. | the value, as its codec wrote it |
//! | 4 | CRC-32 (IEEE, as in zlib and gzip) of everything before |
//!
//! An entry is valid if it is exactly as long as its lengths say, its magic and its checksum are
//! right and its version is known. Anything else is damage: files are published whole, so there
//! is no such thing as a torn tail here.

const MAGIC: &[u8; 8] = b"FBYENTRY";
const VERSION: u16 = 1;
const HEADER: usize = 24;
const CHECKSUM: usize = 4;

/// A valid entry, as slices of its file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// The file for `key` and `value`; `None` if the key is longer than the format can say.
pub(crate) fn encode(key: &[u8], value: &[u8]) -> Option<Vec<u8>> {
    let key_length = u32::try_from(key.len()).ok()?;
    let value_length = u64::try_from(value.len()).ok()?;
    let mut file = Vec::with_capacity(HEADER + key.len() + value.len() + CHECKSUM);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&[0; 2]);
    file.extend_from_slice(&key_length.to_le_bytes());
    file.extend_from_slice(&value_length.to_le_bytes());
    file.extend_from_slice(key);
    file.extend_from_slice(value);
    let checksum = crc32fast::hash(&file);
    file.extend_from_slice(&checksum.to_le_bytes());
    Some(file)
}

/// The entry in `file`, or what is wrong with it.
pub(crate) fn decode(file: &[u8]) -> Result<Entry<'_>, &'static str> {
    let Some(parts) = Parts::of(file) else {
        return Err("it is too short");
    };
    if parts.magic != MAGIC {
        return Err("it does not begin as an entry does");
    }
    if u16::from_le_bytes(*parts.version) != VERSION || parts.reserved != &[0; 2] {
        return Err("it is of a version that this program does not know");
    }
    let key_length = u32::from_le_bytes(*parts.key_length);
    let body_length = u64::from_le_bytes(*parts.value_length).checked_add(key_length.into());
    if body_length != u64::try_from(parts.body.len()).ok() {
        return Err("it is not as long as its header says");
    }
    if crc32fast::hash(&file[..file.len() - CHECKSUM]) != u32::from_le_bytes(*parts.checksum) {
        return Err("its checksum is wrong");
    }
    let key_length = usize::try_from(key_length).map_err(|_| "its key is too long")?;
    let (key, value) = parts.body.split_at(key_length);
    Ok(Entry { key, value })
}

/// A file cut at the boundaries of its fields, unchecked.
struct Parts<'a> {
    magic: &'a [u8; 8],
    version: &'a [u8; 2],
    reserved: &'a [u8; 2],
    key_length: &'a [u8; 4],
    value_length: &'a [u8; 8],
    body: &'a [u8],
    checksum: &'a [u8; CHECKSUM],
}

impl<'a> Parts<'a> {
    fn of(file: &'a [u8]) -> Option<Self> {
        let (magic, rest) = file.split_first_chunk()?;
        let (version, rest) = rest.split_first_chunk()?;
        let (reserved, rest) = rest.split_first_chunk()?;
        let (key_length, rest) = rest.split_first_chunk()?;
        let (value_length, rest) = rest.split_first_chunk()?;
        let (body, checksum) = rest.split_last_chunk()?;
        Some(Self { magic, version, reserved, key_length, value_length, body, checksum })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_back_as_it_went() {
        for (key, value) in [("", ""), ("k", ""), ("", "v"), ("key", "value")] {
            let file = encode(key.as_bytes(), value.as_bytes()).unwrap();
            let entry = Entry { key: key.as_bytes(), value: value.as_bytes() };
            assert_eq!(decode(&file), Ok(entry));
        }
    }

    #[test]
    fn the_format_is_what_the_header_of_this_file_says() {
        let file = encode(b"k", b"vw").unwrap();
        let expected = b"FBYENTRY\x01\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0kvw";
        assert_eq!(&file[..file.len() - 4], expected);
        assert_eq!(file[file.len() - 4..], crc32fast::hash(expected).to_le_bytes());
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let file = encode(b"key", b"value").unwrap();
        for bit in 0..file.len() * 8 {
            let mut damaged = file.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&damaged).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn every_cut_and_every_addition_is_noticed() {
        let mut file = encode(b"key", b"value").unwrap();
        for end in 0..file.len() {
            assert!(decode(&file[..end]).is_err(), "cut at {end}");
        }
        file.push(0);
        assert!(decode(&file).is_err());
    }
}
