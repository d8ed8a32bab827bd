//! A shard's part of writes that are accepted together.
//!
//! All shards that have a part are locked while every part is [prepared](Shard::prepare_joint), the journal
//! takes the one frame of all, and every part is [finished](Shard::finish_joint). A version is given to a
//! write when it is prepared: its record needs it, and the record of another write of the same shard
//! may be in the same frame.

use std::hash::Hash;

use super::accept::{Accept, Accepted, Prepared, Unready};
use super::effects::Effects;
use super::queue::barred;
use super::shard::Shard;
use crate::engine::{Budget, Room};
use crate::journal::Id;

/// A part of a joint write that will be accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    prepared: Prepared,
    version: u64,
}

impl Part {
    /// The room that was taken for it.
    pub(crate) fn need(&self) -> Room {
        self.prepared.need
    }

    /// What of it counts as taken by its account.
    pub(crate) fn noted(&self) -> Room {
        self.prepared.noted
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Shard<K, V> {
    /// Prepares a part, and says what its record is to end in, if there is a journal. Room is taken from `permit`, and what that
    /// lacks from `budget`.
    pub(crate) fn prepare_joint(
        &mut self,
        write: &Accept<K, V>,
        permit: &mut Room,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Result<(Part, Option<Id>), Unready> {
        self.check_open().map_err(Unready::Failed)?;
        // Of a group nothing waits behind what was refused: all of it would have to.
        let find = || self.found(write.hash, &write.key).map_err(Unready::Failed);
        let found = if self.queues() { find()? } else { None };
        if let Some(cause) = found.and_then(|at| self.bar(at, write.expect)) {
            return Err(Unready::Failed(barred(cause)));
        }
        let prepared = self.prepare_behind(write, permit, budget, effects)?;
        let version = self.next_seq();
        let id = self.pen.as_ref().map(|pen| pen.id(version));
        Ok((Part { prepared, version }, id))
    }

    /// Accepts a part that was prepared. It cannot fail.
    pub(crate) fn finish_joint(
        &mut self,
        part: Part,
        write: Accept<K, V>,
        number: u64,
        effects: &mut Effects<K, V>,
    ) -> Accepted {
        debug_assert!(part.prepared.queued.is_none(), "a part waits behind nothing");
        effects.room.add(part.prepared.surplus);
        self.make_dirty(part.prepared.at, write, part.version, number, effects)
    }

    /// A part that was prepared is not accepted. The room is the caller's business.
    pub(crate) fn withdraw_joint(&mut self, part: &Part, effects: &mut Effects<K, V>) {
        self.withdraw(&part.prepared, effects);
    }
}
