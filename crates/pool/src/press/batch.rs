//! Writes that the presser begins: some small ones in one go.

use std::sync::{Arc, Weak};

use super::desk::May;
use super::presser::Presser;
use crate::budget::Press;
use crate::inner::Inner;
use crate::lanes::trampoline::caught;
use crate::lanes::{Lane, Work};
use crate::slot::{Stored, WriteJob};

/// Writes that are about to begin in one go.
#[derive(Default)]
pub(super) struct Batch {
    jobs: Vec<Counted>,
    bytes: u64,
    place: Option<Place>,
}

/// What came of the wish to write an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    Yes,
    /// It need not be written, or cannot be.
    No,
    /// There is no place for it now.
    Full,
}

impl Batch {
    /// So many in one go, ...
    const JOBS: usize = 16;
    /// ... and so many bytes, so that a short wait is not behind a long one.
    const BYTES: u64 = 2 << 20;

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    fn is_full(&self) -> bool {
        self.jobs.len() >= Self::JOBS || self.bytes >= Self::BYTES
    }
}

impl Presser {
    /// Begins to write an object, with others if it is small.
    pub(super) fn write(
        &self,
        inner: &Inner,
        batch: &mut Batch,
        slot: Arc<dyn Stored>,
        evict_after: bool,
    ) -> Begun {
        let now = inner.seams.clock.now();
        let (may, place) = {
            let mut desk = self.desk.lock();
            let may = desk.may_write(now, inner.settings.writes);
            let is_taken = batch.place.is_none() && matches!(may, May::Write | May::Probe);
            desk.flight.batches += usize::from(is_taken);
            (may, is_taken.then(|| Place(self.me.clone())))
        };
        match may {
            May::NotNow => return Begun::No,
            // The place of the batch that it joins is taken already.
            May::Full if batch.place.is_none() || self.desk.lock().trouble.is_some() => {
                return Begun::Full;
            }
            May::Full | May::Probe | May::Write => {}
        }
        let Some(job) = slot.begin_write(evict_after) else { return Begun::No };
        if place.is_some() {
            batch.place = place;
        }
        batch.bytes += job.weight;
        batch.jobs.push(Counted::new(self.me.clone(), job, evict_after));
        if may == May::Probe || batch.is_full() {
            self.hand_in(inner, batch);
        }
        Begun::Yes
    }

    /// Hands the writes that were begun to their lane.
    pub(super) fn hand_in(&self, inner: &Inner, batch: &mut Batch) {
        let Batch { jobs, place, .. } = std::mem::take(batch);
        if !jobs.is_empty() {
            let sent = Sent { presser: self.me.clone(), jobs, place, is_run: false };
            inner.lanes.run(Lane::Write, Box::new(sent));
        }
    }
}

/// The place of a batch among those that may be under way.
struct Place(Weak<Presser>);

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(presser) = self.0.upgrade() {
            presser.desk.lock().flight.batches -= 1;
        }
    }
}

/// One write, which counts as under way until it has ended.
struct Counted {
    presser: Weak<Presser>,
    work: Option<Box<dyn Work>>,
    weight: u64,
    evict_after: bool,
}

impl Counted {
    fn new(presser: Weak<Presser>, job: WriteJob, evict_after: bool) -> Self {
        let counted = Self { presser, work: Some(job.work), weight: job.weight, evict_after };
        counted.count(|flight, weight| *flight += weight);
        counted
    }

    fn run(mut self) {
        if let Some(work) = self.work.take() {
            caught(|| work.run());
        }
    }

    fn count(&self, change: impl FnOnce(&mut u64, u64)) {
        let Some(presser) = self.presser.upgrade() else { return };
        let mut desk = presser.desk.lock();
        let flight = &mut desk.flight;
        change(if self.evict_after { &mut flight.leaving } else { &mut flight.ahead }, self.weight);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let unrun = self.work.take();
        caught(|| drop(unrun));
        self.count(|flight, weight| *flight -= weight);
    }
}

/// A batch on its way. Its end presses, as there is a place for the next then; one that is thrown away has
/// a job do so, as this may be the thread of anybody.
struct Sent {
    presser: Weak<Presser>,
    jobs: Vec<Counted>,
    place: Option<Place>,
    is_run: bool,
}

impl Work for Sent {
    fn run(mut self: Box<Self>) {
        self.is_run = true;
        for job in std::mem::take(&mut self.jobs) {
            job.run();
        }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.jobs.clear();
        drop(self.place.take());
        let Some(presser) = self.presser.upgrade() else { return };
        if self.is_run {
            presser.press();
        } else {
            presser.kick();
        }
    }
}
