//! How the keys of a trace are written down.

use forebay_store::{Error, Result};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Lines: the first block, how many, and two fields that are nothing to us. Each block is a key.
    Blocks,
    /// Lines with a key each.
    Lines,
    /// Keys of four bytes, the lowest first.
    LittleEndian32,
    /// Keys of eight bytes, the highest first.
    BigEndian64,
    /// Records of 24 bytes: a time of four, the key of eight, the lowest first, and what we do not ask for.
    Records,
}

impl Shape {
    /// The keys in these bytes.
    pub(crate) fn keys(self, bytes: &[u8]) -> Result<Vec<u64>> {
        match self {
            Self::Blocks => lines(bytes, |fields| {
                let (first, count) = (number(fields.next())?, number(fields.next())?);
                // One line that lies must not fill the memory.
                (count <= 1 << 20).then(|| first..first.saturating_add(count))
            }),
            Self::Lines => lines(bytes, |fields| {
                let key = number(fields.next())?;
                Some(key..key.saturating_add(1))
            }),
            Self::LittleEndian32 => {
                records(bytes, |four: &[u8; 4]| u64::from(u32::from_le_bytes(*four)))
            }
            Self::BigEndian64 => records(bytes, |eight: &[u8; 8]| u64::from_be_bytes(*eight)),
            Self::Records => records(bytes, |record: &[u8; 24]| {
                let mut key = [0; 8];
                key.copy_from_slice(&record[4..12]);
                u64::from_le_bytes(key)
            }),
        }
    }
}

type Fields<'a> = std::str::SplitAsciiWhitespace<'a>;

fn lines(
    bytes: &[u8],
    line: impl Fn(&mut Fields<'_>) -> Option<std::ops::Range<u64>>,
) -> Result<Vec<u64>> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Error::invalid("a trace that is no text").with_source(error))?;
    let mut keys = Vec::new();
    for (at, one) in text.lines().enumerate() {
        let range = line(&mut one.split_ascii_whitespace());
        let unread = || Error::invalid(format!("line {} of a trace is not read: {one:?}", at + 1));
        keys.extend(range.ok_or_else(unread)?);
    }
    Ok(keys)
}

fn number(field: Option<&str>) -> Option<u64> {
    field?.parse().ok()
}

fn records<const N: usize>(bytes: &[u8], key: impl Fn(&[u8; N]) -> u64) -> Result<Vec<u64>> {
    let (records, rest) = bytes.as_chunks::<N>();
    if rest.is_empty() {
        return Ok(records.iter().map(key).collect());
    }
    let (over, length) = (rest.len(), bytes.len());
    Err(Error::invalid(format!("{over} of {length} bytes of a trace are no whole record")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_blocks_is_a_key_for_each() {
        let keys = Shape::Blocks.keys(b"230027 3 0 0\n7 1 0 1\n").unwrap();
        assert_eq!(keys, [230_027, 230_028, 230_029, 7]);
    }

    #[test]
    fn a_line_is_a_key() {
        assert_eq!(Shape::Lines.keys(b"0\n12\n0\n").unwrap(), [0, 12, 0]);
    }

    #[test]
    fn numbers_are_read_from_their_end() {
        let small = Shape::LittleEndian32.keys(&[0xF0, 0, 0, 1, 2, 0, 0, 0]);
        assert_eq!(small.unwrap(), [0x0100_00F0, 2]);
        let large = Shape::BigEndian64.keys(&[0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(large.unwrap(), [0x0102]);
    }

    #[test]
    fn a_record_has_its_key_behind_the_time() {
        let mut record = [0xFF; 24];
        record[4..12].copy_from_slice(&0x028F_1A09_u64.to_le_bytes());
        assert_eq!(Shape::Records.keys(&record).unwrap(), [0x028F_1A09]);
    }

    #[test]
    fn what_is_no_trace_is_refused() {
        assert!(Shape::Lines.keys(b"1\n*\n").unwrap_err().to_string().contains("line 2"));
        assert!(Shape::Blocks.keys(b"1 99999999999 0 0\n").is_err());
        assert!(Shape::Records.keys(&[0; 25]).is_err());
        assert!(Shape::Lines.keys(&[0xFF]).is_err());
    }
}
