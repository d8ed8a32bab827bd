//! Remembers which keys were evicted of late, as fingerprints only.
//!
//! After S3-FIFO (Yang and others, SOSP 2023): a key that comes back soon after it was evicted
//! goes straight to the main list. A false match only misplaces one entry.

use crate::table::entry::Print;

/// A set of fingerprints in groups of four; in each group the oldest gives way.
#[derive(Debug)]
pub(crate) struct Ghost {
    groups: Vec<[u32; 4]>,
}

impl Ghost {
    const GROUPS_MIN: usize = 64;

    pub(crate) fn new() -> Self {
        Self { groups: vec![[0; 4]; Self::GROUPS_MIN] }
    }

    /// Makes room to remember about `entries` keys. Growing forgets what was remembered.
    pub(crate) fn fit(&mut self, entries: usize) {
        let groups = (entries / 4).next_power_of_two();
        if groups > self.groups.len() {
            self.groups = vec![[0; 4]; groups];
        }
    }

    pub(crate) fn remember(&mut self, print: Print) {
        let (group, print) = self.place(print);
        let group = &mut self.groups[group];
        group.rotate_right(1);
        group[0] = print;
    }

    /// Whether the key was remembered; forgets it.
    pub(crate) fn recall(&mut self, print: Print) -> bool {
        let (group, print) = self.place(print);
        let group = &mut self.groups[group];
        let found = group.iter_mut().find(|known| **known == print);
        found.is_some_and(|known| std::mem::take(known) != 0)
    }

    fn place(&self, print: Print) -> (usize, u32) {
        // The index uses the low bits and the topmost seven; any correlation costs accuracy only.
        // Zero means "empty", so a fingerprint is never zero.
        let hash = print.spread();
        let group = (hash >> 20) as usize & (self.groups.len() - 1);
        let print = u32::try_from(hash >> 32).unwrap_or_default() | 1;
        (group, print)
    }
}
