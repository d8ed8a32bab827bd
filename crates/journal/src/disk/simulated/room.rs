//! How much fits on the disk.

use std::collections::BTreeSet;

use super::image::BLOCK;
use super::names::FileNumber;
use super::state::State;

impl State {
    /// How many of `count` bytes at `offset` there is room for in `file`.
    pub(super) fn fitting(&self, file: FileNumber, offset: u64, count: usize) -> usize {
        if self.room == u64::MAX {
            return count;
        }
        let limit = self.free(Some(file)).max(self.taken(file));
        usize::try_from(limit.saturating_sub(offset)).unwrap_or(usize::MAX).min(count)
    }

    /// How many bytes there is room for beside all files but one. A file takes its room while it has a
    /// name or is open.
    pub(super) fn free(&self, but: Option<FileNumber>) -> u64 {
        let named = self.directories.values().flat_map(|names| names.live().values());
        let all: BTreeSet<FileNumber> = named.chain(self.open.keys()).copied().collect();
        let others = all.iter().filter(|other| Some(**other) != but);
        let others: u64 = others.map(|other| self.taken(*other)).sum();
        self.room.saturating_sub(others) / BLOCK as u64 * BLOCK as u64
    }

    fn taken(&self, file: FileNumber) -> u64 {
        self.files.get(&file).map_or(0, |contents| whole_blocks(contents.live().len()))
    }
}

fn whole_blocks(length: u64) -> u64 {
    length.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64)
}
