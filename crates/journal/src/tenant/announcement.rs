//! The records of a journal that is shared.
//!
//! # Format, version 1
//!
//! The journal's label is `forebay shared 1`. Numbers are little-endian. The first byte of a record
//! says what it is:
//!
//! | first byte | then |
//! |---|---|
//! | `00`, announcement | how many tenants there are, 1 byte. Of each: its tag, 1 byte, 1 to 127; the length of its name, 2 bytes; the name, UTF-8; the length of its label, 2 bytes; the label, UTF-8 |
//! | `80` + tag | a record of the tenant with that tag, as it would be in a journal of its own |
//!
//! Tags and names are different from each other within an announcement. A tag means what the nearest
//! announcement before the record says. This description is `docs/format/shared-journal.md`, too.

use forebay_store::{Error, Result};

/// The label of a journal that is shared: it names the version of the format.
pub const SHARED_LABEL: &str = "forebay shared 1";

/// What a record of a tenant begins with, but for its tag.
const TENANT: u8 = 0x80;
const ANNOUNCEMENT: u8 = 0;
pub(super) const TAG_MAX: u8 = 0x7F;

/// A record of a shared journal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SharedRecord<'a> {
    /// Who the tenants are from here on.
    Announcement(Vec<Announced>),
    /// A record of the tenant with this tag.
    Of(u8, &'a [u8]),
}

/// A tenant, as an announcement names it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Announced {
    /// What its records begin with.
    pub tag: u8,
    /// Its name in this journal.
    pub name: String,
    /// What its records are.
    pub label: String,
}

impl<'a> SharedRecord<'a> {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is none of a shared journal.
    ///
    /// ```
    /// use forebay_journal::SharedRecord;
    ///
    /// assert_eq!(SharedRecord::decode(b"\x82hello")?, SharedRecord::Of(2, b"hello"));
    /// assert!(SharedRecord::decode(b"hello").is_err());
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn decode(record: &'a [u8]) -> Result<Self> {
        match record.split_first() {
            Some((&ANNOUNCEMENT, rest)) => decode_announcement(rest).map(Self::Announcement),
            Some((&first, rest)) if first > TENANT => Ok(Self::Of(first & TAG_MAX, rest)),
            Some((other, _)) => Err(damaged(&format!("is of the unknown kind {other}"))),
            None => Err(damaged("is empty")),
        }
    }
}

/// What the records of a tenant begin with.
pub(super) fn first_byte(tag: u8) -> u8 {
    TENANT | tag
}

/// An announcement of these tenants. Their names and labels were checked.
pub(super) fn encode(tenants: &[Announced]) -> Vec<u8> {
    let count = u8::try_from(tenants.len()).unwrap_or(u8::MAX);
    let mut bytes = vec![ANNOUNCEMENT, count];
    for Announced { tag, name, label } in tenants {
        bytes.push(*tag);
        for text in [name, label] {
            let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    bytes
}

fn decode_announcement(bytes: &[u8]) -> Result<Vec<Announced>> {
    let (&count, mut rest) = bytes.split_first().ok_or_else(|| damaged("announces nothing"))?;
    let mut tenants: Vec<Announced> = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let (&tag, after) = rest.split_first().ok_or_else(|| damaged("ends in a tag"))?;
        let (name, after) = decode_text(after)?;
        let (label, after) = decode_text(after)?;
        let is_new = tenants.iter().all(|other| other.tag != tag && other.name != name);
        if !(1..=TAG_MAX).contains(&tag) || !is_new {
            return Err(damaged(&format!("announces the tag {tag} for `{name}` beside another")));
        }
        tenants.push(Announced { tag, name: name.to_owned(), label: label.to_owned() });
        rest = after;
    }
    if rest.is_empty() { Ok(tenants) } else { Err(damaged("goes on after its last tenant")) }
}

fn decode_text(bytes: &[u8]) -> Result<(&str, &[u8])> {
    let (length, rest) = bytes.split_first_chunk().ok_or_else(|| damaged("ends in a length"))?;
    let length = usize::from(u16::from_le_bytes(*length));
    let (text, rest) = rest.split_at_checked(length).ok_or_else(|| damaged("ends in a name"))?;
    let text = str::from_utf8(text).map_err(|_| damaged("has a name that is no text"))?;
    Ok((text, rest))
}

#[cold]
pub(super) fn damaged(what: &str) -> Error {
    Error::corrupt(format!("a record of a shared journal {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Vec<Announced> {
        let tenant = |tag, name: &str, label: &str| Announced {
            tag,
            name: name.to_owned(),
            label: label.to_owned(),
        };
        vec![tenant(1, "shop", "notes 1"), tenant(127, "mail", "")]
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let bytes = encode(&two());
        assert_eq!(bytes, b"\0\x02\x01\x04\0shop\x07\0notes 1\x7f\x04\0mail\0\0");
        assert_eq!(first_byte(5), 0x85);
    }

    #[test]
    fn what_was_written_is_read_and_nothing_else() {
        let bytes = encode(&two());
        assert_eq!(SharedRecord::decode(&bytes).unwrap(), SharedRecord::Announcement(two()));
        for end in 0..bytes.len() {
            assert!(SharedRecord::decode(&bytes[..end]).is_err(), "{end}");
        }
        let longer = [&bytes[..], b"x"].concat();
        let twice = encode(&[two(), two()].concat());
        for wrong in
            [&longer[..], &twice, b"\x80x", b"\x7f", b"\0\x01\0\0\0\0\0", b"\0\x01\x80\0\0\0\0"]
        {
            assert!(SharedRecord::decode(wrong).is_err(), "{wrong:?}");
        }
    }
}
