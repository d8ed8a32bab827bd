//! What a step under the lock leaves to be done after it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_journal::Frame;
use forebay_store::{Done, Error, Result};

use super::entry::Held;
use super::pick::Unsendable;
use super::work::{Hand, Load};
use crate::engine::{Room, caught};
use crate::journal::Mark;

/// A load that has ended, and how.
type LoadAnswer<V> = (Arc<Load<V>>, Result<Option<V>>);

/// Answers to give, values to drop, room to give back: never done under a shard's lock, because
/// each may run code that is not ours.
#[derive(Debug)]
pub(crate) struct Effects<K, V> {
    /// The common case is one dropped value, which needs no allocation.
    first_dropped: Option<Held<V>>,
    dropped: Vec<Held<V>>,
    /// As with values.
    first_key: Option<K>,
    keys: Vec<K>,
    /// Failures that are known no more: their causes are the store's.
    errors: Vec<Error>,
    loads: Vec<LoadAnswer<V>>,
    answers: Vec<(Done<()>, Result<()>)>,
    versions: Vec<(Done<u64>, Result<u64>)>,
    /// Writes-through whose answers wait until the journal is synced, and their versions.
    pub(crate) safe_versions: Vec<(Done<u64>, u64)>,
    /// What has become of writes: the journal is told at the end of the step, under the lock.
    pub(crate) marks: Vec<Mark>,
    /// The journal was told.
    pub(crate) has_marked: bool,
    /// The frame of a write that was accepted, to be used again.
    pub(crate) frame: Option<Box<Frame>>,
    /// Room to give back.
    pub(crate) room: Room,
    /// Room of the quarantine to give back.
    pub(crate) quarantine_bytes: u64,
    /// Writes that went into quarantine: how often the store was given each.
    pub(crate) quarantined: Vec<(u32, String)>,
    /// Entries that want the flusher now.
    pub(crate) urgent: Vec<u32>,
    /// Parked flights to be tried now.
    pub(crate) kicked: Vec<u64>,
    /// Parked flights, and entries that are in them no more without the flusher having taken them out.
    pub(crate) unparked: Vec<(u64, u32)>,
    /// Writes that cannot be sent, to be parked.
    pub(crate) unsendable: Vec<Unsendable>,
    /// The shard's part of a flush has ended: its number, how many writes failed it, and why.
    pub(crate) barrier: Option<(u64, u64, Option<Error>)>,
}

impl<K, V> Default for Effects<K, V> {
    fn default() -> Self {
        Self {
            first_dropped: None,
            dropped: Vec::new(),
            first_key: None,
            keys: Vec::new(),
            errors: Vec::new(),
            loads: Vec::new(),
            answers: Vec::new(),
            versions: Vec::new(),
            safe_versions: Vec::new(),
            marks: Vec::new(),
            has_marked: false,
            frame: None,
            room: Room::default(),
            quarantine_bytes: 0,
            quarantined: Vec::new(),
            urgent: Vec::new(),
            kicked: Vec::new(),
            unparked: Vec::new(),
            unsendable: Vec::new(),
            barrier: None,
        }
    }
}

impl<K, V> Effects<K, V> {
    pub(crate) fn drop(&mut self, held: Held<V>) {
        if held.value().is_none() {
            return;
        }
        if self.first_dropped.is_none() {
            self.first_dropped = Some(held);
        } else {
            self.dropped.push(held);
        }
    }

    pub(crate) fn drop_key(&mut self, key: K) {
        // Most keys have nothing to run when they are dropped.
        if !std::mem::needs_drop::<K>() {
            return;
        }
        if self.first_key.is_none() {
            self.first_key = Some(key);
        } else {
            self.keys.push(key);
        }
    }

    pub(crate) fn drop_error(&mut self, error: Option<Error>) {
        self.errors.extend(error);
    }

    pub(crate) fn answer_load(&mut self, load: Arc<Load<V>>, result: Result<Option<V>>) {
        self.loads.push((load, result));
    }

    pub(crate) fn answer(&mut self, done: Done<()>, result: Result<()>) {
        self.answers.push((done, result));
    }

    pub(crate) fn answer_version(&mut self, done: Done<u64>, result: Result<u64>) {
        self.versions.push((done, result));
    }
}

impl<K, V: Clone> Effects<K, V> {
    /// Gives the answers and drops the values. Returns how many waited for loads. Room and flusher
    /// are the engine's part, and come first: an answer may run foreign code.
    pub(crate) fn run(&mut self) -> usize {
        let mut waited = 0;
        for (load, result) in self.loads.drain(..) {
            let waiters = std::mem::take(&mut *load.waiters.lock());
            waited += waiters.len();
            for waiter in waiters {
                caught(|| waiter.complete(result.clone()));
            }
            let lookups = std::mem::take(&mut *load.lookups.lock());
            waited += lookups.len();
            for lookup in lookups {
                caught(|| lookup.complete(result.clone().map(Hand::Known)));
            }
            caught(|| drop(result));
        }
        for (done, result) in self.answers.drain(..) {
            caught(|| done.complete(result));
        }
        for (done, result) in self.versions.drain(..) {
            caught(|| done.complete(result));
        }
        // Each alone: two that panic at once would end the process.
        for held in self.first_dropped.take().into_iter().chain(self.dropped.drain(..)) {
            caught(|| drop(held));
        }
        for key in self.first_key.take().into_iter().chain(self.keys.drain(..)) {
            caught(|| drop(key));
        }
        for error in self.errors.drain(..) {
            caught(|| drop(error));
        }
        waited
    }
}

/// A copy of a key. A `clone` that panics is told, as with values.
pub(crate) fn copied_key<K: Clone>(key: &K) -> Result<K> {
    catch_unwind(AssertUnwindSafe(|| key.clone()))
        .map_err(|_| Error::new(forebay_store::ErrorKind::Aborted, "the clone of a key panicked"))
}

/// The visible value for those who wait for a load. A `clone` that panics is told, not passed on.
pub(super) fn copied<V: Clone>(value: Option<&V>) -> Result<Option<V>> {
    catch_unwind(AssertUnwindSafe(|| value.cloned()))
        .map_err(|_| Error::new(forebay_store::ErrorKind::Aborted, "the clone of a value panicked"))
}
