//! Writing forward: what is not stored is appended to the journal again, so that older segments may
//! go however long a key is stuck.

use forebay_store::Result;

use super::shard::Shard;
use super::work::WORK_BYTES;
use crate::journal::Id;

/// How far a walk over the unstored writes of a shard has come.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Walk {
    next: u32,
    /// Bytes that were appended.
    pub(crate) bytes: u64,
    /// What the writes weigh in memory that were appended, as the budget counts them.
    pub(crate) weight: u64,
    /// The length of the last frame: the one that was not taken, if one was not.
    pub(crate) length: usize,
}

impl<K, V> Shard<K, V> {
    /// Places looked at under one lock, and bytes after which it is let go of.
    const AT_ONCE: u32 = 64;
    const BYTES_AT_ONCE: u64 = 64 << 10;

    /// Appends some unstored writes again, as `encode` writes them. A read lock is enough: it keeps
    /// them as they are. Says whether all have been seen; an error leaves the walk where it can go on.
    pub(crate) fn forward(
        &self,
        walk: &mut Walk,
        encode: impl Fn(&K, Option<&V>, u64, Id, &mut Vec<u8>) -> Result<()>,
    ) -> Result<bool> {
        let Some(pen) = &self.pen else { return Ok(true) };
        let end = self.works.end();
        let enough = walk.bytes + Self::BYTES_AT_ONCE;
        for place in walk.next..end.min(walk.next.saturating_add(Self::AT_ONCE)) {
            let work = self.works.get(place).filter(|work| work.is_unstored());
            let found = work.and_then(|work| Some((work, self.version(work.at())?)));
            if let Some((work, version)) = found {
                let entry = &self.entries[work.at()];
                let deadline = self.entries.deadline(work.at());
                let write = |id: Id, bytes: &mut Vec<u8>| {
                    encode(&entry.key, entry.value(), deadline, id, bytes)
                };
                let frame = pen.frame_again(version, work.refusal().as_ref(), write)?;
                walk.length = frame.length();
                pen.write_again(&frame)?;
                walk.bytes += walk.length as u64;
                walk.weight += u64::from(entry.weight()) + WORK_BYTES;
            }
            walk.next = place + 1;
            if walk.bytes >= enough {
                break;
            }
        }
        Ok(walk.next >= end)
    }
}
