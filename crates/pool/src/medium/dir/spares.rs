//! Files whose blobs are gone, kept to be written again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::open_file::OpenFile;

/// A file whose blob is gone: writing into blocks that are there is faster than having new ones, and much
/// faster than a new file where many have just been removed.
#[derive(Debug)]
pub(super) struct Spare {
    pub(super) file: Arc<OpenFile>,
    /// What it takes, in whole blocks.
    pub(super) room: u64,
    /// How long it is.
    pub(super) extent: u64,
}

/// Files to be written again: so many, and so many bytes. Where one comes that does not fit, the oldest go.
#[derive(Debug)]
pub(super) struct Spares {
    /// By their numbers, which rise.
    all: BTreeMap<u64, Spare>,
    /// Their numbers by what they take, the oldest first.
    by_room: BTreeMap<u64, VecDeque<u64>>,
    last: u64,
    bytes: u64,
    bytes_max: u64,
    files_max: usize,
}

impl Spares {
    const BYTES: u64 = 256 << 20;

    pub(super) fn new(quota: Option<u64>, files_max: usize) -> Self {
        let bytes_max = quota.map_or(Self::BYTES, |quota| Self::BYTES.min(quota / 16));
        let (all, by_room) = (BTreeMap::new(), BTreeMap::new());
        Self { all, by_room, last: 0, bytes: 0, bytes_max, files_max }
    }

    /// One that takes as much, or an eighth more at most: the one that went last of those that fit best.
    pub(super) fn take(&mut self, room: u64) -> Option<Spare> {
        let most = room.saturating_add(room / 8);
        let (found, numbers) = self.by_room.range_mut(room..=most).next()?;
        let (found, number) = (*found, numbers.pop_back()?);
        if numbers.is_empty() {
            self.by_room.remove(&found);
        }
        self.bytes -= found;
        self.all.remove(&number)
    }

    /// Whether none is given up for one more.
    pub(super) fn has_room(&self, room: u64) -> bool {
        self.bytes.saturating_add(room) <= self.bytes_max && self.all.len() < self.files_max
    }

    /// Keeps a file, and gives back those that are too many. Close them where nobody waits.
    pub(super) fn put(&mut self, spare: Spare) -> Vec<Spare> {
        if spare.room > self.bytes_max {
            return vec![spare];
        }
        self.last += 1;
        self.bytes += spare.room;
        self.by_room.entry(spare.room).or_default().push_back(self.last);
        self.all.insert(self.last, spare);
        let mut too_many = Vec::new();
        while self.bytes > self.bytes_max || self.all.len() > self.files_max {
            let Some(oldest) = self.take_oldest() else { break };
            too_many.push(oldest);
        }
        too_many
    }

    fn take_oldest(&mut self) -> Option<Spare> {
        let (_, oldest) = self.all.pop_first()?;
        self.bytes -= oldest.room;
        // The oldest of all is the oldest of its size.
        if let Some(numbers) = self.by_room.get_mut(&oldest.room) {
            numbers.pop_front();
            if numbers.is_empty() {
                self.by_room.remove(&oldest.room);
            }
        }
        Some(oldest)
    }

    /// None is kept any more.
    pub(super) fn clear(&mut self) -> Vec<Spare> {
        self.bytes = 0;
        self.by_room.clear();
        std::mem::take(&mut self.all).into_values().collect()
    }
}
