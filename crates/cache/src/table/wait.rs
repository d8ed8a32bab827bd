//! Waiting for a version to be stored.

use std::hash::Hash;

use forebay_store::{Done, Error, ErrorKind};

use super::complete::not_yet;
use super::effects::Effects;
use super::queue::waits;
use super::shard::Shard;
use super::work::Turn;
use crate::journal::Pen;

impl<K: Eq + Hash, V: Clone> Shard<K, V> {
    /// Answers `done` when `version` of an entry is stored, or superseded by one that is. An
    /// entry without work has nothing unstored, whoever it belongs to by now.
    pub(crate) fn wait_stored(
        &mut self,
        at: u32,
        version: u64,
        done: Done<()>,
        effects: &mut Effects<K, V>,
    ) {
        let has_ended = self.has_ended;
        // Then the flight that it is parked in goes no more, and no step would look at the callers that wait.
        let parked = self.work(at).filter(|work| work.parked() != 0);
        let failure = parked.and(self.pen.as_ref()).and_then(Pen::failure);
        let Some(work) = self.work_mut(at) else { return effects.answer(done, Ok(())) };
        if work.stored >= version {
            return effects.answer(done, Ok(()));
        }
        if has_ended {
            return effects.answer(done, Err(not_stored()));
        }
        if let Some(cause) = work.quarantined() {
            let error = if work.is_queued() { waits(cause) } else { cause.clone() };
            return effects.answer(done, Err(error));
        }
        if let Some(cause) = failure {
            return effects.answer(done, Err(never_stored(&cause)));
        }
        // Callers that gave up waiting are swept when the list has doubled.
        if work.waiters_mut().len() == work.waiters_mut().capacity() {
            let gone = work.waiters_mut().extract_if(.., |(_, waiter)| waiter.is_abandoned());
            gone.for_each(|(_, waiter)| effects.answer(waiter, Err(not_stored())));
        }
        let work = &mut self.works[self.entries.ties(at).work];
        work.waiters_mut().push((version, done));
        self.settle(at, effects);
    }

    /// Nothing can be stored any more: the callers that wait for an entry, or behind what is unstored of it, are told so.
    pub(crate) fn fail_waiting(
        &mut self,
        at: u32,
        waiter: &Error,
        cause: &Error,
        effects: &mut Effects<K, V>,
    ) {
        if let Some(work) = self.work_mut(at).filter(|work| work.has_waiters()) {
            for (_, done) in std::mem::take(work.waiters_mut()) {
                effects.answer(done, Err(waiter.clone()));
            }
        }
        self.refuse_line(at, &not_yet(cause), effects);
        self.settle(at, effects);
    }

    /// Nothing new is accepted; what is in a line and not with the store is told so.
    pub(crate) fn close(&mut self, effects: &mut Effects<K, V>) {
        self.is_closed = true;
        self.close_lookups(effects);
        self.has_ended = false;
        self.empty_lines(effects);
    }

    /// At the end of a close: the callers that wait for what will not be stored are told so.
    pub(crate) fn end(&mut self, effects: &mut Effects<K, V>) {
        self.has_ended = true;
        self.empty_lines(effects);
        for work in self.works.iter_mut().filter(|work| work.has_waiters()) {
            for (_, done) in work.waiters_mut().drain(..) {
                effects.answer(done, Err(not_stored()));
            }
        }
        if let Some(barrier) = &self.barrier {
            self.abort_barrier(barrier.number, Some(&not_stored()), effects);
        }
    }

    fn empty_lines(&mut self, effects: &mut Effects<K, V>) {
        let entries: Vec<u32> = self.entries.iter().map(|(at, _)| at).collect();
        for at in entries {
            let Some(work) = self.work_mut(at).filter(|work| work.has_line()) else { continue };
            let inflight = work.inflight;
            let line = std::mem::take(work.line_mut());
            let mut kept = std::collections::VecDeque::new();
            for turn in line {
                match turn {
                    // It is with the store, which will answer it.
                    Turn::Write(write) if write.version == inflight && inflight != 0 => {
                        kept.push_back(Turn::Write(write));
                    }
                    Turn::Write(write) => self.fail_through(at, write, super::closed(), effects),
                    Turn::Modify { go: Some(go), .. } => effects.answer(go, Err(super::closed())),
                    mut running @ Turn::Modify { go: None, .. } => {
                        running.refuse_older(&super::closed(), effects);
                        kept.push_back(running);
                    }
                }
            }
            if let Some(work) = self.work_mut(at) {
                *work.line_mut() = kept;
            }
            self.settle(at, effects);
        }
    }
}

/// Nothing can be stored any more, for this reason. What was accepted may be in the journal.
#[cold]
pub(crate) fn never_stored(cause: &Error) -> Error {
    let message = "it is not stored before the journal is opened again, if it is there then";
    Error::unknown(message).with_source(cause.clone())
}

#[cold]
fn not_stored() -> Error {
    Error::new(ErrorKind::Closed, "the cache was closed before this write was stored")
}
