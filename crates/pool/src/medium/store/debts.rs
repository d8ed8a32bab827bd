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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_so_many_are_owed_and_the_oldest_are_counted() {
        let mut debts = Debts::default();
        (0..65_540).for_each(|key| debts.owe(key));
        assert_eq!((debts.owed(), debts.forgotten()), (65_536, 4));
        assert_eq!(debts.take(2), [4, 5]);
    }
}
