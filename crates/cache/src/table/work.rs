//! Work under way for a key: what is not stored yet, what is being loaded, who waits.
//!
//! A plain clean entry has none. It is kept apart from the entry so that clean entries stay small.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::Arc;

use forebay_store::{Condition, Done, Error, Moment, WallTime};

use super::ages::Dirtied;
use super::entry::Held;
pub(crate) use super::load::{Hand, Load};
use crate::engine::Room;
use crate::quarantine::Refusal;

/// All that a write of a dirty key looks at, and what a load needs: one line of the processor's cache, because with
/// many dirty keys fetching it is what such a write costs. What few keys have is in a box.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Work<V> {
    /// The newest accepted write that is visible.
    pub(crate) version: u64,
    /// Every write up to this version is stored, or superseded by one that is.
    pub(crate) stored: u64,
    /// The version that is with the store now; 0 is none. At most one a key (G3).
    pub(crate) inflight: u64,
    /// The first accepted write that is not stored.
    pub(crate) since: u64,
    pub(crate) dirtied: Dirtied,
    /// Bytes of room held by the visible version. None if there are none: every write weighs something.
    bytes: u32,
    /// One more than the number of the entry that it belongs to.
    owner: NonZero<u32>,
    load: Option<Arc<Load<V>>>,
    people: Option<Box<People<V>>>,
}

/// The bytes of one in the table, which a key with an unstored write takes beside its entry.
pub(crate) const WORK_BYTES: u64 = size_of::<Option<Work<()>>>() as u64;

/// What few keys have: a line, callers who wait, a failure, a version that is with the store and is not the visible
/// one.
#[derive(Debug)]
struct People<V> {
    /// Writes-through and modifications, in the order of their arrival.
    line: VecDeque<Turn<V>>,
    /// Who waits for a version to be stored.
    waiters: Vec<(u64, Done<()>)>,
    /// The last failure, for `explain`.
    failure: Option<Error>,
    /// When the store first and last refused it.
    refused: Option<(WallTime, WallTime)>,
    /// Why the visible version is in quarantine, if it is.
    quarantine: Option<Error>,
    /// The parked flight that will try it again; 0 is none.
    parked: u64,
    /// The flusher met it at the head of the dirty list before its turn.
    is_met: bool,
    /// It is in the flusher's urgent queue.
    is_urgent: bool,
    /// Attempts that failed.
    tries: u32,
    /// Bytes of room held by the version with the store, where it is not the visible one.
    inflight_bytes: u32,
    /// The first accepted write that came after `inflight`.
    since_next: u64,
    /// The last flush barrier that it failed.
    failed_in: u64,
}

impl<V> Default for People<V> {
    fn default() -> Self {
        Self {
            line: VecDeque::new(),
            waiters: Vec::new(),
            failure: None,
            refused: None,
            quarantine: None,
            parked: 0,
            is_met: false,
            is_urgent: false,
            tries: 0,
            inflight_bytes: 0,
            since_next: 0,
            failed_in: 0,
        }
    }
}

/// One place in a key's line.
#[derive(Debug)]
pub(crate) enum Turn<V> {
    Write(TurnWrite<V>),
    /// A modification; `go` is taken when its turn has come, and the place is kept until it ends.
    Modify {
        /// No other in the shard has it, or ever had.
        number: u64,
        go: Option<Done<()>>,
        loaded: Basing,
        /// Who has the turn waits until this version is stored, or nothing older is on its way any more.
        older: Option<(u64, Done<()>)>,
    },
}

/// What a modification knows of the load that it asked for. Only the first that ends after it has
/// asked counts, and none once that was cut off, so that what it was answered is never taken for what a
/// later one brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basing {
    NotAsked,
    Asked,
    /// The stamp of what it brought: even an absence that no get may be answered from, or a value
    /// that memory did not keep, is a basis as long as the entry has this stamp.
    Brought(u64),
}

/// With whom a write-through goes to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Company {
    Any,
    /// Its batch failed as a whole: it goes alone, so that it gets an answer of its own (G8).
    None,
    /// With the others of its group, or not at all.
    Group,
}

/// A write-through: not visible before the store has it.
#[derive(Debug)]
pub(crate) struct TurnWrite<V> {
    pub(crate) version: u64,
    pub(crate) held: Held<V>,
    pub(crate) weight: u32,
    pub(crate) deadline: u64,
    /// Memory is not to keep its value: an invalidation came after it, or it is too heavy.
    pub(crate) is_fenced: bool,
    pub(crate) company: Company,
    /// What the store is to see to.
    pub(crate) condition: Condition,
    /// An attempt ended in `Unknown`, so a later refusal does not mean that it never happened.
    pub(crate) is_unknown: bool,
    pub(crate) done: Done<u64>,
}

impl<V> Work<V> {
    /// Fresh work for the entry `at`, all of whose writes up to `seq` are stored.
    #[inline]
    pub(super) fn new(at: u32, seq: u64) -> Self {
        Self {
            version: seq,
            stored: seq,
            inflight: 0,
            since: 0,
            dirtied: Dirtied::default(),
            bytes: 0,
            owner: NonZero::<u32>::MIN.saturating_add(at),
            load: None,
            people: None,
        }
    }

    /// Work with a write that is not stored, has taken room for `bytes`, and was first dirtied at `first`.
    #[inline]
    pub(super) fn dirty(at: u32, seq: u64, version: u64, bytes: u32, first: Moment) -> Self {
        let dirtied = Dirtied::at_first(first);
        Self { version, since: version, dirtied, bytes, ..Self::new(at, seq) }
    }

    /// As [`dirty`](Self::dirty), of an entry that was made dirty by the write `since`, and has had others.
    #[inline]
    pub(super) fn fresh(at: u32, since: u64, version: u64, bytes: u32, first: Moment) -> Self {
        Self { version, ..Self::dirty(at, since - 1, since, bytes, first) }
    }

    /// Work with a load under way.
    #[inline]
    pub(super) fn loading(at: u32, seq: u64, load: Arc<Load<V>>) -> Self {
        Self { load: Some(load), ..Self::new(at, seq) }
    }

    /// The entry that it belongs to.
    pub(super) fn at(&self) -> u32 {
        self.owner.get() - 1
    }

    /// Room held by the visible version. In quarantine it holds none of an entry, and its bytes count there.
    pub(crate) fn room(&self) -> Room {
        let has_entry = self.bytes > 0 && self.quarantined().is_none();
        Room { bytes: u64::from(self.bytes), entries: u64::from(has_entry) }
    }

    /// What it takes of the room in quarantine, if its visible version is there.
    pub(super) fn quarantine_bytes(&self) -> u64 {
        u64::from(self.bytes) + WORK_BYTES
    }

    /// The visible version has taken room for so many bytes.
    #[inline]
    pub(super) fn hold_room(&mut self, bytes: u32) {
        self.bytes = bytes;
    }

    /// The visible version holds no room any more. Returns what it held.
    pub(super) fn take_room(&mut self) -> Room {
        let room = self.room();
        self.bytes = 0;
        room
    }

    /// Room held by the version with the store, where it is not the visible one.
    pub(crate) fn inflight_room(&self) -> Room {
        let bytes = self.people.as_ref().map_or(0, |people| people.inflight_bytes);
        Room { bytes: u64::from(bytes), entries: 0 }
    }

    /// Takes it.
    pub(super) fn take_inflight_room(&mut self) -> Room {
        let room = self.inflight_room();
        if let Some(people) = &mut self.people {
            people.inflight_bytes = 0;
        }
        room
    }

    /// The version that is with the store is the visible one no more, but `next`. Returns the bytes of room that it holds.
    pub(super) fn overtake_inflight(&mut self, next: u64) -> u64 {
        let bytes = std::mem::take(&mut self.bytes);
        let people = self.people.get_or_insert_default();
        (people.inflight_bytes, people.since_next) = (bytes, next);
        bytes.into()
    }

    /// The first accepted write that came after the one with the store, if that is not the visible one.
    pub(crate) fn since_next(&self) -> u64 {
        self.people.as_ref().map_or(0, |people| people.since_next)
    }

    /// The parked flight that will try it again; 0 is none.
    pub(crate) fn parked(&self) -> u64 {
        self.people.as_ref().map_or(0, |people| people.parked)
    }

    /// A flight that is parked will try it again, or none if it is 0. Returns which would have.
    pub(super) fn park(&mut self, flight: u64) -> u64 {
        if flight == 0 {
            return self.people.as_mut().map_or(0, |people| std::mem::take(&mut people.parked));
        }
        std::mem::replace(&mut self.people.get_or_insert_default().parked, flight)
    }

    /// Whether the flusher met it at the head of the dirty list before its turn.
    pub(crate) fn is_met(&self) -> bool {
        self.people.as_ref().is_some_and(|people| people.is_met)
    }

    pub(super) fn set_met(&mut self, is_met: bool) {
        if is_met {
            self.people.get_or_insert_default().is_met = true;
        } else if let Some(people) = &mut self.people {
            people.is_met = false;
        }
    }

    /// Whether it is in the flusher's urgent queue.
    pub(crate) fn is_urgent(&self) -> bool {
        self.people.as_ref().is_some_and(|people| people.is_urgent)
    }

    pub(crate) fn set_urgent(&mut self, is_urgent: bool) {
        if is_urgent {
            self.people.get_or_insert_default().is_urgent = true;
        } else if let Some(people) = &mut self.people {
            people.is_urgent = false;
        }
    }

    /// The last flush barrier that it failed.
    pub(crate) fn failed_in(&self) -> u64 {
        self.people.as_ref().map_or(0, |people| people.failed_in)
    }

    pub(super) fn fail_in(&mut self, barrier: u64) {
        self.people.get_or_insert_default().failed_in = barrier;
    }

    /// Attempts to store it that failed.
    pub(crate) fn tries(&self) -> u32 {
        self.people.as_ref().map_or(0, |people| people.tries)
    }

    pub(super) fn set_tries(&mut self, tries: u32) {
        self.people.get_or_insert_default().tries = tries;
    }

    /// Why the visible version is in quarantine, if it is.
    pub(crate) fn quarantined(&self) -> Option<&Error> {
        self.people.as_ref()?.quarantine.as_ref()
    }

    /// The visible version is in quarantine no more. Returns why it was.
    #[must_use]
    pub(super) fn leave_quarantine(&mut self) -> Option<Error> {
        self.people.as_mut()?.quarantine.take()
    }

    /// Whether the visible version is not stored yet.
    pub(crate) fn is_unstored(&self) -> bool {
        self.version > self.stored
    }

    /// Whether the flusher is to store the visible version.
    pub(crate) fn is_to_store(&self) -> bool {
        self.is_unstored() && self.inflight != self.version && self.quarantined().is_none()
    }

    /// Whether somebody is in the line, or waits, or is loading.
    pub(crate) fn is_peopled(&self) -> bool {
        let are_there = |people: &People<V>| !people.line.is_empty() || !people.waiters.is_empty();
        self.load.is_some() || self.people.as_deref().is_some_and(are_there)
    }

    /// Whether nothing is under way, so that it may be dropped.
    pub(crate) fn is_idle(&self) -> bool {
        !self.is_unstored() && self.inflight == 0 && self.parked() == 0 && !self.is_peopled()
    }

    /// The last failure of an attempt to store it.
    pub(crate) fn failure(&self) -> Option<&Error> {
        self.people.as_ref()?.failure.as_ref()
    }

    /// Returns the failure before, which may have foreign code to run when it is dropped.
    #[must_use]
    pub(crate) fn set_failure(&mut self, failure: Error) -> Option<Error> {
        self.people.get_or_insert_default().failure.replace(failure)
    }

    /// It was stored: nothing of its failures is left. Returns the last, as above.
    #[must_use]
    pub(crate) fn forget_failure(&mut self) -> Option<Error> {
        let people = self.people.as_mut()?;
        (people.tries, people.refused) = (0, None);
        people.failure.take()
    }

    /// Whether the store has refused the visible version, even if it is not in quarantine: it is tried again, or had no
    /// room there.
    pub(super) fn was_refused(&self) -> bool {
        self.people.as_ref().is_some_and(|people| people.tries > 0 && people.refused.is_some())
    }

    /// Whether the visible version waits in quarantine behind one that was refused: the store was never given it.
    pub(crate) fn is_queued(&self) -> bool {
        self.quarantined().is_some() && self.tries() == 0
    }

    /// Why the visible version is in quarantine, if it is.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        let cause = self.quarantined()?.clone();
        let (first, last) = self.people.as_ref()?.refused?;
        Some(Refusal::new(cause, self.tries(), first, last))
    }

    /// What another refusal makes of it.
    pub(super) fn refused_again(&self, cause: &Error, now: WallTime) -> Refusal {
        let before = self.people.as_ref().and_then(|people| people.refused);
        let first = before.map_or(now, |(first, _)| first);
        Refusal::new(cause.clone(), self.tries().saturating_add(1), first, now)
    }

    /// The visible version is in quarantine from now on. Returns the failure before.
    #[must_use]
    pub(super) fn quarantine(&mut self, refusal: &Refusal) -> Option<Error> {
        self.set_tries(refusal.attempts);
        let before = self.set_failure(refusal.cause.clone());
        self.note_refused(refusal);
        self.people.get_or_insert_default().quarantine = Some(refusal.cause.clone());
        before
    }

    /// The store refused the visible version then.
    pub(super) fn note_refused(&mut self, refusal: &Refusal) {
        let people = self.people.get_or_insert_default();
        people.refused = Some((refusal.first, refusal.last));
    }

    pub(crate) fn load(&self) -> Option<&Arc<Load<V>>> {
        self.load.as_ref()
    }

    pub(crate) fn set_load(&mut self, load: Arc<Load<V>>) {
        self.load = Some(load);
    }

    /// Cuts the load off. The modification that has asked for it asks again: what a later load brings is
    /// not what it is answered (G6).
    pub(crate) fn take_load(&mut self) -> Option<Arc<Load<V>>> {
        if let Some(Turn::Modify { loaded: loaded @ Basing::Asked, .. }) = self.head_mut() {
            *loaded = Basing::NotAsked;
        }
        self.end_load()
    }

    /// The load has ended by itself.
    pub(super) fn end_load(&mut self) -> Option<Arc<Load<V>>> {
        self.load.take()
    }

    pub(crate) fn has_line(&self) -> bool {
        self.head().is_some()
    }

    pub(crate) fn line_len(&self) -> usize {
        self.people.as_ref().map_or(0, |people| people.line.len())
    }

    pub(crate) fn head(&self) -> Option<&Turn<V>> {
        self.people.as_ref()?.line.front()
    }

    pub(crate) fn head_mut(&mut self) -> Option<&mut Turn<V>> {
        self.people.as_mut()?.line.front_mut()
    }

    pub(crate) fn line_mut(&mut self) -> &mut VecDeque<Turn<V>> {
        &mut self.people.get_or_insert_default().line
    }

    pub(crate) fn has_waiters(&self) -> bool {
        self.people.as_ref().is_some_and(|people| !people.waiters.is_empty())
    }

    pub(crate) fn waiters_mut(&mut self) -> &mut Vec<(u64, Done<()>)> {
        &mut self.people.get_or_insert_default().waiters
    }

    /// The write-through at the head of the line.
    pub(crate) fn through(&self) -> Option<&TurnWrite<V>> {
        match self.head() {
            Some(Turn::Write(write)) => Some(write),
            Some(Turn::Modify { .. }) | None => None,
        }
    }

    /// Whether a delete of the stored value is on its way.
    pub(crate) fn is_deleting(&self) -> bool {
        self.inflight != 0
            && self.through().is_some_and(|write| !matches!(write.held, Held::Value(_)))
    }

    /// Whether the modification whose turn it is had this loaded.
    pub(crate) fn has_loaded(&self, stamp: u64) -> bool {
        matches!(self.head(), Some(Turn::Modify { loaded, .. }) if *loaded == Basing::Brought(stamp))
    }

    /// Whether a write-through must go before the visible version (G3).
    pub(crate) fn is_behind_through(&self) -> bool {
        self.through().is_some_and(|write| write.version < self.version)
    }
}

/// One line of the processor's cache, as the type's own comment promises.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Option<Work<u64>>>() == 64);
