//! A pool whose jobs are threads of the explorer.

use std::sync::Arc;

use forebay_pool::fault::Scripted;
use forebay_pool::{Builder, ByteSize, Pool};
use forebay_store::Seams;
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Spawn};

/// Every job on a thread of the explorer.
pub(crate) struct Threads;

impl Spawn for Threads {
    fn run(&self, job: Job) {
        shuttle::thread::spawn(job);
    }
}

/// A pool whose jobs are threads of the explorer.
pub(crate) struct World {
    pub(crate) pool: Pool,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) medium: Scripted,
    own: ByteSize,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(ByteSize::mib(1), |builder| builder)
    }

    pub(crate) fn with(memory: ByteSize, set: impl FnOnce(Builder) -> Builder) -> Self {
        let (clock, medium) = (ManualClock::new(), Scripted::default());
        let mut seams: Seams = clock.seams(1);
        seams.spawn = Arc::new(Threads);
        let builder = Pool::builder().memory(memory).spill(medium.clone()).seams(seams);
        let pool = set(builder).build().unwrap();
        let own = pool.stats().own;
        Self { pool, clock, medium, own }
    }

    /// Nothing is left when everything is dropped and nothing runs.
    pub(crate) fn check(&self) {
        self.pool.idle().wait().unwrap();
        // A pressing that was sent for is in no lane, and may have an object in its hands.
        for _ in 0..1000 {
            if self.pool.stats().own == self.own {
                break;
            }
            shuttle::thread::yield_now();
        }
        let stats = self.pool.stats();
        assert_eq!(stats.objects.all(), 0, "{stats:?}");
        assert_eq!((stats.resident, stats.own), (ByteSize::bytes(0), self.own), "{stats:?}");
        assert_eq!((stats.loading, stats.waiting), (ByteSize::bytes(0), 0), "{stats:?}");
        assert_eq!(stats.medium.unwrap().blobs, 0);
        self.medium.assert_used_well();
    }
}

/// Runs a scenario under thousands of schedules.
pub(crate) fn explore(scenario: impl Fn() + Send + Sync + 'static) {
    run(3000, scenario);
}

/// Runs a long scenario under hundreds of schedules.
pub(crate) fn explore_some(scenario: impl Fn() + Send + Sync + 'static) {
    run(400, scenario);
}

fn run(schedules: usize, scenario: impl Fn() + Send + Sync + 'static) {
    let mut config = shuttle::Config::new();
    // A debug build needs more than the explorer gives.
    config.stack_size = 1 << 18;
    let scenario = Arc::new(scenario);
    let again = Arc::clone(&scenario);
    // One picks any thread at each step; the other lets threads wait for long, which the first hardly ever does.
    let any = shuttle::scheduler::RandomScheduler::new(schedules / 2);
    shuttle::Runner::new(any, config.clone()).run(move || scenario());
    let long = shuttle::scheduler::PctScheduler::new(3, schedules / 2);
    shuttle::Runner::new(long, config).run(move || again());
}

/// Runs all of them, while another thread moves time on.
pub(crate) fn timed(world: &World, threads: Vec<Box<dyn FnOnce() + Send>>) {
    let is_over = Arc::new(forebay_store::sync::atomic::AtomicBool::new(false));
    let (clock, until) = (Arc::clone(&world.clock), Arc::clone(&is_over));
    let timer = shuttle::thread::spawn(move || {
        while !until.load(forebay_store::sync::atomic::Ordering::Acquire) {
            clock.advance(std::time::Duration::from_millis(1));
            shuttle::thread::yield_now();
        }
    });
    together(threads);
    is_over.store(true, forebay_store::sync::atomic::Ordering::Release);
    timer.join().unwrap();
}

/// Runs all of them, and waits for their ends.
pub(crate) fn together(threads: Vec<Box<dyn FnOnce() + Send>>) {
    let threads: Vec<_> = threads.into_iter().map(shuttle::thread::spawn).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}
