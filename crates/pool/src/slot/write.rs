//! Writing an object to the medium.

use std::sync::{Arc, Weak};
use std::time::Duration;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{ByteSize, Error, ErrorKind, Result};

use super::blob::Blob;
use super::desk::Desk;
use super::effects::Pressing;
use super::foreign;
use super::held::Held;
use super::object_slot::Slot;
use crate::blob::write_blob;
use crate::event::Event;
use crate::key::Key;
use crate::lanes::Work;
use crate::object::Object;

/// A write under way.
pub(super) struct Write {
    pub(super) number: u32,
    /// None while it is queued: then it holds nothing.
    pub(super) started: Option<Started>,
    /// Evict at the end, unless somebody has looked meanwhile.
    pub(super) evict_after: bool,
}

/// What a write began with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Started {
    pub(super) version: u32,
    /// When it had last been looked at.
    pub(super) stamp: u32,
}

/// What the end of a write sees beside the desk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) stamp: u32,
    pub(super) handles: u32,
}

impl<T: Object> Desk<T> {
    /// Registers a write that its caller hands to a lane.
    pub(super) fn queue_write(&mut self, evict_after: bool) -> u32 {
        debug_assert!(self.writing.is_none(), "one write at a time");
        self.works = self.works.wrapping_add(1);
        self.writing = Some(Write { number: self.works, started: None, evict_after });
        self.works
    }

    /// Whether the write has not begun: then it can be cancelled.
    pub(super) fn is_write_queued(&self) -> bool {
        self.writing.as_ref().is_some_and(|write| write.started.is_none())
    }
}

impl<T: Object> Slot<T> {
    pub(super) fn has_queued_write(&self) -> bool {
        self.desk().is_write_queued()
    }

    /// Takes the value for a write that was queued.
    fn start_write(self: &Arc<Self>, number: u32) -> Option<(Arc<Held<T>>, Key, u64)> {
        let drawn = Key::draw(&*self.pool.seams.random);
        self.step(|desk, _| {
            let held = Arc::clone(desk.here()?);
            let write = desk.writing.as_mut().filter(|write| write.number == number)?;
            let stamp = self.stamp.load(Ordering::Relaxed);
            // The next hit is newer than this.
            self.pool.queue.advance();
            write.started = Some(Started { version: desk.version, stamp });
            desk.holds += 1;
            Some((held, *desk.key.get_or_insert(drawn), desk.weight))
        })
    }
}

/// A write that was registered. Dropped unrun it ends as failed.
pub(super) struct WriteWork<T: Object> {
    slot: Weak<Slot<T>>,
    number: u32,
    is_over: bool,
}

impl<T: Object> WriteWork<T> {
    pub(super) fn new(slot: &Arc<Slot<T>>, number: u32) -> Self {
        Self { slot: Arc::downgrade(slot), number, is_over: false }
    }

    fn end(
        &mut self,
        slot: &Arc<Slot<T>>,
        outcome: Result<Arc<Blob>>,
        took: Duration,
        press: Pressing,
    ) {
        self.is_over = true;
        let pool = &slot.pool;
        pool.counts.wrote(&outcome.as_ref().map(|blob| blob.head.stored), took);
        pool.presser.wrote(&outcome.as_ref().map(drop).map_err(Error::clone));
        if let Err(error) = &outcome {
            let told = || pool.watch.tell(|| Event::WriteFailed { error: error.clone() });
            let _ = foreign::run("a watcher", told);
        }
        // Its last reference does not end under the lock.
        let _kept = outcome.as_ref().err().cloned();
        slot.step(|desk, effects| {
            effects.press(press);
            let seen = Seen { stamp: slot.stamp.load(Ordering::Relaxed), handles: slot.handles() };
            desk.written(self.number, outcome, seen, effects);
        });
    }
}

impl<T: Object> Work for WriteWork<T> {
    fn run(mut self: Box<Self>) {
        let Some(slot) = self.slot.upgrade() else { return };
        let Some((held, key, weight)) = slot.start_write(self.number) else {
            self.is_over = true;
            return;
        };
        let began = slot.pool.seams.clock.now();
        let outcome = write(&slot, &held, key, weight);
        let took = slot.pool.seams.clock.now().since(began);
        // The guard's count must not see this one any more.
        Held::free(held);
        self.end(&slot, outcome, took, Pressing::Here);
    }
}

/// Writes the value, without any lock.
fn write<T: Object>(slot: &Slot<T>, held: &Held<T>, key: Key, weight: u64) -> Result<Arc<Blob>> {
    let pool = &slot.pool;
    let why = || Error::unsupported("a pool without a medium can save nothing");
    let medium = pool.medium.as_ref().ok_or_else(why)?;
    let is_tight = || foreign::run("a medium", || medium.is_tight()).unwrap_or(false);
    pool.lanes.free_first(is_tight);
    let mut scratch = pool.lanes.scratch();
    let call = || write_blob(&**medium, key, &held.value, weight, &mut scratch);
    let written = foreign::run("the codec or the medium", call)??;
    let (length, before) = (written.head.raw, held.bytes());
    held.weighs_at_least(length);
    if length / 3 * 2 > before {
        let bytes = ByteSize::bytes(length - before);
        let told = || pool.watch.tell(|| Event::OverBudget { bytes });
        let _ = foreign::run("a watcher", told);
    }
    Ok(Blob::new(Arc::clone(medium), written.place, written.head, &pool.lanes))
}

impl<T: Object> Drop for WriteWork<T> {
    fn drop(&mut self) {
        if !self.is_over
            && let Some(slot) = self.slot.upgrade()
        {
            let error = Error::new(ErrorKind::Aborted, "a write was dropped before it ended");
            // This may be the thread of anybody who lets go of something.
            self.end(&slot, Err(error), Duration::ZERO, Pressing::Soon);
        }
    }
}
