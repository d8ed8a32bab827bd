//! Lanes whose workers begin when the test says so.

use std::collections::VecDeque;
use std::sync::Arc;

use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::{ByteSize, Seams};

use crate::budget::{Ledger, WhenFull};
use crate::lanes::{Lanes, Work};
use crate::order::Order;
use crate::settings::Settings;

pub(super) fn ledger(memory: u64) -> Arc<Ledger> {
    let settings = Settings {
        memory: ByteSize::bytes(memory),
        low: 0.8,
        high: 0.95,
        order: Order::default(),
        when_full: WhenFull::default(),
        reads: 4,
        writes: 2,
        objects_max: 1,
    };
    let seams: Seams = ManualClock::new().seams(1);
    Ledger::new(&settings, &seams)
}

pub(super) fn lanes(reads: usize, writes: usize, spawn: &Arc<impl Spawn>) -> Arc<Lanes> {
    let spawn = Arc::clone(spawn);
    Lanes::new(reads, writes, spawn, &ledger(1 << 20))
}

/// Jobs wait until the test runs one.
#[derive(Default)]
pub(crate) struct Stepped(Mutex<VecDeque<Job>>);

impl Stepped {
    pub(crate) fn len(&self) -> usize {
        self.0.lock().len()
    }

    /// Runs the next job, if there is one.
    pub(crate) fn step(&self) -> bool {
        let job = self.0.lock().pop_front();
        job.map(|job| job()).is_some()
    }

    /// Throws away all that are there.
    pub(crate) fn lose(&self) {
        let jobs = std::mem::take(&mut *self.0.lock());
        drop(jobs);
    }
}

impl Spawn for Stepped {
    fn run(&self, job: Job) {
        self.0.lock().push_back(job);
    }
}

/// Throws every job away.
pub(super) struct Dead;

impl Spawn for Dead {
    fn run(&self, job: Job) {
        drop(job);
    }
}

/// What became of pieces of work.
#[derive(Default)]
pub(super) struct Fates {
    pub(super) ran: AtomicUsize,
    pub(super) unrun: AtomicUsize,
    running: AtomicUsize,
    most: AtomicUsize,
}

impl Fates {
    pub(super) fn both(&self) -> (usize, usize) {
        (self.ran.load(Ordering::SeqCst), self.unrun.load(Ordering::SeqCst))
    }

    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    /// Work that does `then` while it runs.
    pub(super) fn work(self: &Arc<Self>, then: impl FnOnce() + Send + 'static) -> Box<dyn Work> {
        Box::new(Piece { fates: Arc::clone(self), then: Some(Box::new(then)) })
    }
}

struct Piece {
    fates: Arc<Fates>,
    then: Option<Job>,
}

impl Work for Piece {
    fn run(mut self: Box<Self>) {
        let then = self.then.take();
        self.fates.ran.fetch_add(1, Ordering::SeqCst);
        let running = self.fates.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.fates.most.fetch_max(running, Ordering::SeqCst);
        let ended = Ended(Arc::clone(&self.fates));
        if let Some(then) = then {
            then();
        }
        drop(ended);
    }
}

struct Ended(Arc<Fates>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        if self.then.is_some() {
            self.fates.unrun.fetch_add(1, Ordering::SeqCst);
        }
    }
}
