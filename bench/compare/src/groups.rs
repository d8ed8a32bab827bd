//! Dirty entries in the order of their age, in groups with a known moment after each.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use forebay_store::Result;

use crate::effort::CHUNK;
use crate::stopwatch::{now, spin};
use crate::subjects::Subject;

/// Who was made dirty when, the oldest group first. Each key is in one group.
#[derive(Debug, Default)]
pub(crate) struct Groups(VecDeque<Group>);

#[derive(Debug)]
struct Group {
    keys: Vec<u64>,
    /// A moment after the last key of this group was made dirty and before the next group's first.
    end: Instant,
}

impl Groups {
    /// The time between groups, on either side of the moment: longer than a call takes to read
    /// its clock.
    const GAP: Duration = Duration::from_micros(5);

    /// Makes all `keys` dirty, group by group.
    pub(crate) fn fill(subject: &mut dyn Subject, keys: &[u64]) -> Result<Self> {
        let mut groups = Self::default();
        for keys in keys.chunks(CHUNK) {
            groups.dirty(subject, keys.to_vec())?;
        }
        Ok(groups)
    }

    /// The age that the oldest group has, and no other.
    pub(crate) fn oldest_age(&self) -> Duration {
        self.0.front().map_or(Duration::ZERO, |group| group.end.elapsed())
    }

    /// So many entries were stored, the oldest first: makes their groups dirty again, as the
    /// youngest. More than one group is stored when the thread was held up before the call, and then
    /// perhaps a part of the last: the rest of it is stored, too, so that a group is stored as a whole or
    /// not. Says how many are stored in the end.
    pub(crate) fn renew(&mut self, subject: &mut dyn Subject, stored: usize) -> Result<usize> {
        let mut stored = stored;
        while !stored.is_multiple_of(CHUNK)
            && let Some(last) = self.0.get(stored / CHUNK)
        {
            stored += subject.flush_older_than(last.end.elapsed())?;
        }
        for _ in 0..stored.div_ceil(CHUNK) {
            let Some(oldest) = self.0.pop_front() else { break };
            self.dirty(subject, oldest.keys)?;
        }
        Ok(stored)
    }

    fn dirty(&mut self, subject: &mut dyn Subject, keys: Vec<u64>) -> Result<()> {
        subject.put(&keys)?;
        spin(Self::GAP);
        let end = now();
        spin(Self::GAP);
        self.0.push_back(Group { keys, end });
        Ok(())
    }
}
