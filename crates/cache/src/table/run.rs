//! Writes behind of one shard whose records are in one frame: accepted under one lock, all of them or none.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_journal::{Frame, Mark};

use super::accept::{Accept, Accepted};
use super::effects::Effects;
use super::joint::Part;
use super::shard::Shard;
use crate::engine::{Budget, Room};

/// Writes of different keys, and the frame that has their records, which lack only their ids.
#[derive(Debug)]
pub(crate) struct Run<K, V> {
    pub(crate) frame: Box<Frame>,
    /// With the ends of their records.
    pub(crate) writes: Vec<(Accept<K, V>, Mark)>,
}

impl<K: Eq + Hash + Clone, V: Clone> Shard<K, V> {
    /// Accepts a run, whose writes are gone then. If one of them could not be accepted now, or the journal
    /// does not take the frame, nothing has changed.
    pub(crate) fn accept_run(
        &mut self,
        run: &mut Run<K, V>,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Option<Vec<Accepted>> {
        let mut parts = Vec::with_capacity(run.writes.len());
        // The code of a key may panic: what was prepared by then is to be withdrawn.
        let prepare = || self.prepare_run(run, &mut parts, budget, effects);
        let is_prepared = catch_unwind(AssertUnwindSafe(prepare)).ok().flatten().is_some();
        let append = || self.pen.as_ref()?.write_run(&run.frame).ok();
        let Some(number) = is_prepared.then(append).flatten() else {
            self.withdraw_run(run, &parts, budget, effects);
            return None;
        };
        let writes = parts.into_iter().zip(run.writes.drain(..));
        let accepted =
            writes.map(|(part, (write, _))| self.finish_joint(part, write, number, effects));
        Some(accepted.collect())
    }

    /// Prepares all writes and puts their ids into the frame, or as many as it can.
    fn prepare_run(
        &mut self,
        run: &mut Run<K, V>,
        parts: &mut Vec<Part>,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Option<()> {
        for (write, mark) in &run.writes {
            let mut permit = Room::default();
            let (part, id) = self.prepare_joint(write, &mut permit, budget, effects).ok()?;
            parts.push(part);
            if let Some(id) = id {
                run.frame.overwrite_at(*mark, &id.0.to_le_bytes());
            }
        }
        Some(())
    }

    fn withdraw_run(
        &mut self,
        run: &Run<K, V>,
        parts: &[Part],
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) {
        for (part, (write, _)) in parts.iter().zip(&run.writes) {
            self.withdraw_joint(part, effects);
            budget.untake(part.noted(), write.asker.account);
            effects.room.add(part.need());
        }
    }
}
