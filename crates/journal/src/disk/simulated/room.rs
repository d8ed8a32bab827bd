//! How much fits on the disk.

use super::image::BLOCK;
use super::names::FileNumber;
use super::state::State;

impl State {
    /// How many of `count` bytes at `offset` there is room for in `file`. Files without a name
    /// take none.
    pub(super) fn fitting(&self, file: FileNumber, offset: u64, count: usize) -> usize {
        if self.room == u64::MAX {
            return count;
        }
        let of = |file: &FileNumber| {
            self.files.get(file).map_or(0, |contents| whole_blocks(contents.live().len()))
        };
        let named = self.directories.values().flat_map(|names| names.live().values());
        let others: u64 = named.filter(|other| **other != file).map(of).sum();
        let free = self.room.saturating_sub(others) / BLOCK as u64 * BLOCK as u64;
        let limit = free.max(of(&file));
        usize::try_from(limit.saturating_sub(offset)).unwrap_or(usize::MAX).min(count)
    }
}

fn whole_blocks(length: u64) -> u64 {
    length.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64)
}
