//! Keys that are to be deleted.

use std::collections::VecDeque;

/// Keys whose blobs are gone and that the store has still, or may have: a delete of them has failed, or
/// nobody knows what became of a put.
#[derive(Debug, Default)]
pub(super) struct Debts {
    keys: VecDeque<u64>,
    /// Those that were too many, and so stay in the store.
    forgotten: u64,
}

impl Debts {
    const MOST: usize = 65_536;

    /// One more. If there are too many, the oldest is forgotten, and counted.
    pub(super) fn owe(&mut self, key: u64) {
        self.keys.push_back(key);
        if self.keys.len() > Self::MOST {
            self.keys.pop_front();
            self.forgotten += 1;
        }
    }

    /// So many of the oldest, to be tried again.
    pub(super) fn take(&mut self, most: usize) -> Vec<u64> {
        let most = most.min(self.keys.len());
        self.keys.drain(..most).collect()
    }

    pub(super) fn owed(&self) -> u64 {
        self.keys.len() as u64
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }
}
