//! A key's part in writes that the store takes as a whole: several keys, each with its turn, in one flight.
//!
//! What of the key is older and not stored goes first (G3), and is waited for with the turn held. Then, in one step
//! for all keys, each turn becomes a write-through that is with the store already: nothing that comes later can get
//! before it, and no single flight takes it along.

use std::hash::Hash;

use forebay_store::{Condition, Done, Error, Result};

use super::accept::Accept;
use super::effects::Effects;
use super::queue::barred;
use super::shard::Shard;
use super::work::{Company, Turn, TurnWrite, Work};

/// When an entry may have its part in a flight.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Readiness {
    Now(u32),
    /// Something older of it is not stored.
    Later(u32),
}

impl<K: Eq + Hash, V: Clone> Shard<K, V> {
    /// Whether a key whose turn the caller has may go to the store now. `None` if the caller has the turn no more.
    pub(crate) fn readiness(&self, hash: u64, key: &K) -> Result<Option<Readiness>> {
        self.check_open()?;
        let Some(at) = self.find(hash, key) else { return Ok(None) };
        let Some(work) = self.work(at) else { return Ok(None) };
        if !matches!(work.head(), Some(Turn::Modify { go: None, .. })) {
            return Ok(None);
        }
        if let Some(cause) = self.bar(at, None) {
            return Err(barred(cause));
        }
        Ok(Some(if work.has_older() { Readiness::Later(at) } else { Readiness::Now(at) }))
    }

    /// The transaction that has the turn is told when what is older of the key by now is stored, or that it cannot be now.
    pub(crate) fn wait_older(&mut self, at: u32, done: Done<()>, effects: &mut Effects<K, V>) {
        let Some(work) = self.work_mut(at) else { return effects.answer(done, Ok(())) };
        let version = work.version;
        // Without a turn it is dropped, which answers.
        if let Some(Turn::Modify { older, .. }) = work.head_mut() {
            *older = Some((version, done));
        }
        self.settle(at, effects);
    }

    /// The turn becomes a write-through, of this version, that counts as with the store from now on. It is visible when
    /// it has [ended](Self::through_ended).
    pub(crate) fn take_off(
        &mut self,
        at: u32,
        write: Accept<K, V>,
        keeps: bool,
        done: Done<u64>,
        effects: &mut Effects<K, V>,
    ) -> u64 {
        let Accept { key, held, weight, deadline, .. } = write;
        effects.drop_key(key);
        let version = self.next_seq();
        let turn = Turn::Write(TurnWrite {
            version,
            held,
            weight,
            deadline,
            is_fenced: !keeps,
            company: Company::Group,
            is_unknown: false,
            condition: Condition::Always,
            done,
        });
        if let Some(work) = self.work_mut(at) {
            let has_gone = !work.is_unstored() || work.quarantined().is_some();
            debug_assert!(has_gone, "what is older has gone to the store before (G3)");
            work.inflight = version;
            let line = work.line_mut();
            line.pop_front();
            line.push_front(turn);
        }
        self.settle(at, effects);
        version
    }
}

impl<V> Work<V> {
    /// Whether a write of a group is with the store.
    pub(super) fn is_in_group(&self) -> bool {
        self.through().is_some_and(|write| write.company == Company::Group)
    }

    /// Whether something of the key has to go to the store before what comes next in its line, or is there. What is
    /// in quarantine has not: it is superseded, or bars what comes.
    fn has_older(&self) -> bool {
        self.inflight != 0 || self.parked() != 0 || self.is_to_store()
    }

    /// Whom to tell, if the transaction that has the turn waits no longer for what is older; and whether it waits on.
    pub(super) fn see_older(&mut self) -> (Option<Done<()>>, bool) {
        if !self.is_peopled() {
            return (None, false);
        }
        let (has_older, stored) = (self.has_older(), self.stored);
        let Some(Turn::Modify { older, .. }) = self.head_mut() else { return (None, false) };
        let told = older.take_if(|(version, _)| !has_older || stored >= *version);
        (told.map(|(_, done)| done), older.is_some())
    }
}

impl<V> Turn<V> {
    /// Tells a transaction that waits with its turn why what is older will not be stored now.
    pub(super) fn refuse_older<K>(&mut self, error: &Error, effects: &mut Effects<K, V>) {
        if let Self::Modify { older, .. } = self
            && let Some((_, done)) = older.take()
        {
            effects.answer(done, Err(error.clone()));
        }
    }
}
