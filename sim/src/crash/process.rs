//! One process as the world sees it: while it lives its jobs run and its store can be reached; after
//! its end nothing of it happens any more, whatever is dropped.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::manual::{InlineSpawn, SeededRandom};
use forebay_store::seam::{Clock, Job, Spawn};
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{
    BackingStore, Batch, Capabilities, Cursor, Done, Moment, Outcome, Page, Seams, WallTime,
};

use super::power::Power;
use crate::store::SimStore;
use crate::value::{Name, Tagged};
use crate::world::World;

/// A process.
pub(crate) struct Process {
    world: Arc<World>,
    power: Power,
    is_dead: AtomicBool,
    /// Its jobs are run once more, to let go of what they hold.
    is_wound_up: AtomicBool,
}

impl Process {
    pub(crate) fn new(world: &Arc<World>, power: Power) -> Arc<Self> {
        let (is_dead, is_wound_up) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { world: Arc::clone(world), power, is_dead, is_wound_up })
    }

    /// It has ended.
    pub(crate) fn die(&self) {
        self.is_dead.store(true, Ordering::SeqCst);
    }

    /// Lets go of what the process holds in memory, which in truth ends with it: its disk has ended and
    /// its store cannot be reached, so whoever waits for them is told, and nothing else happens.
    pub(crate) fn wind_up(&self, what: impl FnOnce()) {
        /// An engine that tries again and again is left alone after so many jobs.
        const JOBS: usize = 1000;
        self.is_wound_up.store(true, Ordering::SeqCst);
        self.world.forget_timers();
        what();
        let _ = (0..JOBS).find(|_| !self.world.step());
        self.is_wound_up.store(false, Ordering::SeqCst);
        self.world.forget_jobs();
    }

    fn is_running(&self) -> bool {
        self.is_alive() || self.is_wound_up.load(Ordering::SeqCst)
    }

    fn is_alive(&self) -> bool {
        !self.is_dead.load(Ordering::SeqCst) && !self.power.is_off()
    }

    pub(crate) fn seams(self: &Arc<Self>, seed: u64) -> Seams {
        Seams {
            clock: Arc::new(Living(Arc::clone(self))),
            spawn: Arc::new(Living(Arc::clone(self))),
            random: Arc::new(SeededRandom::new(seed)),
        }
    }

    /// The job, as long as somebody lives to do it.
    fn mine(self: &Arc<Self>, job: Job) -> Job {
        let process = Arc::clone(self);
        Box::new(move || {
            if process.is_running() {
                job();
            }
        })
    }
}

/// The seams of a process.
struct Living(Arc<Process>);

impl Clock for Living {
    fn now(&self) -> Moment {
        self.0.world.now()
    }

    fn wall(&self) -> WallTime {
        self.0.world.wall()
    }

    fn after(&self, delay: Duration, job: Job) {
        if self.0.is_alive() {
            self.0.world.after(delay, self.0.mine(job));
        }
    }
}

impl Spawn for Living {
    fn run(&self, job: Job) {
        if self.0.is_running() {
            self.0.world.run(self.0.mine(job));
        }
    }

    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        InlineSpawn.spawn(future);
    }
}

/// The store as one process reaches it.
pub(crate) struct Reach(pub(crate) SimStore, pub(crate) Arc<Process>);

impl BackingStore<Name, Tagged> for Reach {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn load(&self, keys: Arc<[Name]>, done: Done<Vec<Option<Tagged>>>) {
        if self.1.is_alive() {
            self.0.load(keys, done);
        }
    }

    fn apply(&self, batch: Arc<Batch<Name, Tagged>>, done: Done<Vec<Outcome>>) {
        if self.1.is_alive() {
            self.0.apply(batch, done);
        }
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<Name, Tagged>>) {
        if self.1.is_alive() {
            self.0.scan(cursor, limit, done);
        }
    }

    fn count(&self, done: Done<u64>) {
        if self.1.is_alive() {
            self.0.count(done);
        }
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").field("is_alive", &self.is_alive()).finish_non_exhaustive()
    }
}
