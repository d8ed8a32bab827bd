//! Writes that wait in quarantine behind one that was refused, where the settings say so.
//!
//! The entry stays in quarantine and holds the newest of them, which the store was never given: its `tries` are 0.
//! The cause and the times are those of the one that was refused. What waits counts in quarantine and never among the
//! dirty (G8): only an operator makes room there, and no other key is to wait for that.

use std::error::Error as StdError;
use std::fmt;
use std::hash::Hash;

use forebay_journal::Frame;
use forebay_store::{Error, ErrorKind, Result};

use super::accept::{Accept, Accepted, Expect, Prepared};
use super::effects::Effects;
use super::entry::ListId;
use super::shard::Shard;
use super::work::Work;
use crate::engine::{Budget, Room};
use crate::journal::Pen;
use crate::not_stored::NotStored;
use crate::quarantine::Refusal;

/// What is said of a write that cannot wait.
const BARRED: &str =
    "an earlier write of this key was refused, and later ones wait: see `Cache::quarantine`";

impl<K: Eq + Hash + Clone, V: Clone> Shard<K, V> {
    /// Does all that may fail of a write behind one that was refused. It takes room for what it weighs more than
    /// what it takes the place of.
    pub(super) fn prepare_queued(
        &self,
        at: u32,
        write: &Accept<K, V>,
        budget: &Budget,
    ) -> Result<Prepared> {
        let is_uncoalesced = write.expect.is_some_and(|expect| expect.is_uncoalesced);
        if let Some(cause) = self.bar(at, None).filter(|_| is_uncoalesced) {
            // There is one place to wait in, and it takes that of no other write.
            return Err(barred(cause));
        }
        let held = self.work(at).map_or(0, |work| work.room().bytes);
        let growth = u64::from(write.weight).saturating_sub(held);
        if growth > 0 && !budget.try_quarantine(growth) {
            let message = "there is no room in quarantine to wait behind an earlier write of this key, \
                           which was refused";
            let error = Error::unavailable(message);
            return Err(match self.bar(at, None) {
                Some(cause) => error.with_source(Barred(cause.clone())),
                None => error,
            });
        }
        let none = Room::default();
        let (need, noted, surplus) = (none, none, none);
        Ok(Prepared { at, is_quiet: false, need, noted, surplus, queued: Some(growth) })
    }

    /// Accepts a write that has room and stands in the journal.
    pub(super) fn queue(
        &mut self,
        at: u32,
        write: Accept<K, V>,
        version: u64,
        number: u64,
        effects: &mut Effects<K, V>,
    ) -> Accepted {
        let has_turn = write.expect.is_some_and(|expect| expect.has_turn);
        let Accept { key, mut held, weight, deadline, .. } = write;
        effects.drop_key(key);
        let work = &mut self.works[self.entries.ties(at).work];
        debug_assert!(work.load().is_none(), "nothing is loaded that is newer here");
        effects.quarantine_bytes += work.room().bytes.saturating_sub(weight.into());
        work.hold_room(weight);
        work.version = version;
        work.set_tries(0);
        if has_turn {
            work.line_mut().pop_front();
        }
        self.coalesced += 1;
        self.note_written(at);
        debug_assert_eq!(self.entries[at].list(), ListId::Quarantine, "it keeps its place there");
        let weighed = self.swap_held(at, &mut held, weight, deadline);
        self.quarantine.reweigh(weighed, weight);
        effects.drop(held);
        self.settle(at, effects);
        Accepted { at, version, number }
    }
}

impl<K, V> Shard<K, V> {
    /// What keeps a write of an entry from going to the store: that an earlier one was refused.
    pub(super) fn bar(&self, at: u32, expect: Option<Expect>) -> Option<&Error> {
        if !self.queues() || expect.is_some_and(|expect| expect.is_edit) {
            return None;
        }
        self.work(at)?.quarantined()
    }

    /// Appends such a write, as the version that comes next, with what it waits for: there must be no moment at which only
    /// the write is in the journal. The frame stays as it was, for the next try may be one to store it.
    pub(super) fn enter_queued(&self, at: u32, pen: &Pen, frame: &Frame) -> Result<u64> {
        let mut whole = frame.clone();
        if let Some(refusal) = self.work(at).and_then(Work::refusal) {
            let refusal = Refusal { attempts: 0, ..refusal };
            pen.add_refusal(&mut whole, self.seq + 1, &refusal)?;
        }
        pen.write(&mut whole, self.seq + 1)
    }
}

/// What is told of a write that is not accepted because an earlier one was refused.
#[cold]
pub(super) fn barred(cause: &Error) -> Error {
    Error::unavailable(BARRED).with_source(Barred(cause.clone()))
}

/// What tells this from a store that is away: the key is taken again when an operator has looked after it, and not before.
#[derive(Clone, Debug)]
pub(crate) struct Barred(Error);

impl Barred {
    pub(crate) fn is_behind(error: &Error) -> bool {
        error.source().is_some_and(<dyn StdError>::is::<Self>)
    }
}

impl fmt::Display for Barred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was refused is in quarantine")
    }
}

impl StdError for Barred {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

/// What a caller is told that waits for such a write to be stored after it was accepted.
#[cold]
pub(super) fn waits(cause: &Error) -> Error {
    let message = "it waits behind an earlier write of this key, which was refused";
    Error::new(ErrorKind::Unknown, message).with_source(NotStored::of(cause.clone()))
}
