//! Sums over all rounds.

use std::fmt;

use super::answered::Answer;

/// Sums over all rounds.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) rounds: u32,
    pub(super) kept: u64,
    pub(super) committed: u64,
    pub(super) deleted: u64,
    /// Commits that were there although nobody was told.
    pub(super) unanswered: u64,
    /// Files that the next start has found in the spill, locks included.
    pub(super) files: u64,
    /// Snapshots that the neighbour has read while they were written, killed and opened again.
    pub(super) seen: u64,
    /// Those of them that were replaced meanwhile.
    pub(super) overtaken: u64,
}

impl Summary {
    pub(super) fn count(&mut self, answer: Answer) {
        match answer {
            Answer::Kept => self.kept += 1,
            Answer::Committed => self.committed += 1,
            Answer::Deleted => self.deleted += 1,
            Answer::Nothing => {}
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, kept, committed, deleted, .. } = self;
        let Self { unanswered, files, seen, overtaken, .. } = self;
        write!(
            f,
            "{rounds} rounds, {kept} keeps, {committed} commits and {deleted} deletes were "
        )?;
        write!(
            f,
            "answered, 0 lost, 0 half; {unanswered} commits were there that nobody was told "
        )?;
        write!(
            f,
            "of; the next starts removed {files} files and left none; a neighbour saw {seen} "
        )?;
        write!(f, "whole snapshots and {overtaken} that were replaced meanwhile")
    }
}
