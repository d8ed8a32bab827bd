//! Writes that are picked for one batch.

use super::flight::Item;
use crate::engine::pace::Pace;
use crate::engine::pressure::Room;
use crate::table::Picked;

/// What a batch is made of. Each write in it is a copy, so it is bounded in bytes as well as in writes.
#[derive(Debug)]
pub(in crate::engine) struct Gathering<'a, K, V> {
    pace: &'a Pace,
    pub(in crate::engine) items: Vec<Item<K, V>>,
    bytes: u64,
    /// It takes no more when it has so many bytes of room.
    enough: u64,
}

impl<'a, K, V> Gathering<'a, K, V> {
    pub(in crate::engine) fn new(pace: &'a Pace) -> Self {
        Self { pace, items: Vec::new(), bytes: 0, enough: u64::MAX }
    }

    /// A batch that takes no more when it has so many bytes of room.
    pub(in crate::engine) fn up_to(pace: &'a Pace, enough: u64) -> Self {
        Self { enough, ..Self::new(pace) }
    }

    pub(in crate::engine) fn is_full(&self) -> bool {
        let room = Room { bytes: self.bytes, entries: self.items.len() as u64 };
        self.pace.is_full(self.items.len(), self.bytes) || room.charged().bytes >= self.enough
    }

    pub(in crate::engine) fn push(&mut self, n: usize, picked: Picked<K, V>) {
        self.bytes += u64::from(picked.weight);
        self.items.push(Item { n, picked });
    }
}
