//! An entry of a manifest.

use super::super::fields::Fields;
use super::super::pack::PackHead;
use crate::blob::{HEAD, Head};
use crate::key::Key;

/// One object of a snapshot. It has all that the head of the blob says, so that nobody has to read that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name in the snapshot.
    pub(crate) name: Box<str>,
    pub(crate) spot: Spot,
    pub(crate) head: Head,
    /// The name of its type, for messages; a long one is cut.
    pub(crate) type_name: Box<str>,
}

/// Where the blob of an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Spot {
    /// In a file of its own in `objects`, under its key.
    File,
    /// In a pack, from `at` on.
    Pack { pack: Key, at: u64 },
}

impl Entry {
    /// The longest name.
    pub(crate) const NAME_MAX: usize = 1024;
    /// The longest name of a type.
    pub(crate) const TYPE_NAME_MAX: usize = 255;
    /// The shortest and the longest entry.
    pub(crate) const LENGTH_MIN: usize = Self::FIXED + 1;
    pub(crate) const LENGTH_MAX: usize = Self::FIXED + Self::NAME_MAX + Self::TYPE_NAME_MAX;
    /// All but the names.
    const FIXED: usize = 2 + 16 + 1 + 16 + 8 + Self::OF_HEAD + 2;
    const OF_HEAD: usize = 4 + 2 + 1 + 1 + 5 * 8;

    /// The name of a type as it stands in an entry.
    pub(crate) fn type_name(name: &str) -> Box<str> {
        let mut end = name.len().min(Self::TYPE_NAME_MAX);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name[..end].into()
    }

    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        put_text(out, &self.name);
        out.extend_from_slice(&self.head.id.to_bytes());
        let (kind, pack, at) = match self.spot {
            Spot::File => (0, [0; 16], 0),
            Spot::Pack { pack, at } => (1, pack.to_bytes(), at),
        };
        out.push(kind);
        out.extend_from_slice(&pack);
        out.extend_from_slice(&at.to_le_bytes());
        put_head(out, &self.head);
        put_text(out, &self.type_name);
    }

    /// The first entry in there, unless there is none.
    pub(crate) fn take(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.text(1..=Self::NAME_MAX)?.into();
        let key = fields.key()?;
        let (kind, pack, at) = (fields.u8()?, fields.key()?, fields.u64()?);
        let spot = match kind {
            0 if pack.to_bytes() == [0; 16] && at == 0 => Spot::File,
            1 if PackHead::is_place(at) => Spot::Pack { pack, at },
            _ => return None,
        };
        let head = take_head(key, fields)?;
        at.checked_add(u64::from(head.offset))?.checked_add(head.stored)?;
        let type_name = fields.text(0..=Self::TYPE_NAME_MAX)?.into();
        Some(Self { name, spot, head, type_name })
    }
}

fn put_head(out: &mut Vec<u8>, head: &Head) {
    out.extend_from_slice(&head.offset.to_le_bytes());
    out.extend_from_slice(&head.codec.to_le_bytes());
    out.extend_from_slice(&[u8::from(head.is_big_endian), head.compression]);
    for number in [head.stored, head.fingerprint, head.raw, head.weight, head.sum] {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn take_head(id: Key, fields: &mut Fields<'_>) -> Option<Head> {
    let offset = fields.u32().filter(|offset| *offset as usize >= HEAD)?;
    let codec = fields.u16()?;
    let is_big_endian = match fields.u8()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    Some(Head {
        id,
        offset,
        codec,
        is_big_endian,
        compression: fields.u8()?,
        stored: fields.u64()?,
        fingerprint: fields.u64()?,
        raw: fields.u64()?,
        weight: fields.u64()?,
        sum: fields.u64()?,
    })
}

/// A length of two bytes, and the text. Nothing is longer than that allows.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).expect("names are checked before");
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}
