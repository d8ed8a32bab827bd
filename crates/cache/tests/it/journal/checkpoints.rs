//! A checkpoint: when it takes stock, and what ends it.

use std::collections::VecDeque;
use std::sync::Arc;

use forebay_cache::{ByteSize, Cache, Settings, Write};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::fault::{Script, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Seams, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::{Durability, MemoryStore, Op};

use super::counting::Counting;
use crate::rig::{HOUR, SECOND, answered};

/// Jobs wait until they are drained.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<VecDeque<Job>>>);

impl Spawn for Queue {
    fn run(&self, job: Job) {
        self.0.lock().push_back(job);
    }
}

impl Queue {
    fn drain(&self) {
        let next = || self.0.lock().pop_front();
        while let Some(job) = next() {
            job();
        }
    }
}

/// A cache whose store is down, and whose jobs wait.
struct Life {
    cache: Cache<String, Vec<u8>>,
    codec: Counting,
    jobs: Queue,
    clock: Arc<ManualClock>,
    puts: usize,
}

impl Life {
    fn open() -> Self {
        let (clock, jobs, codec) = (ManualClock::new(), Queue::default(), Counting::default());
        let store = Arc::new(MemoryStore::<String, Vec<u8>>::new().with_clock(clock.clone()));
        let (scripted, script) = Scripted::new(store);
        Script::go_down(&script);
        let seams = Seams { spawn: Arc::new(jobs.clone()), ..clock.seams(1) };
        let journal = JournalSettings {
            segment_bytes: 64 << 10,
            bytes_max: 16 << 16,
            ..JournalSettings::default()
        };
        let settings = Settings { flush_delay: HOUR, ..Settings::default() };
        let builder = Cache::builder(scripted).seams(seams).shards(1).capacity(ByteSize::mib(64));
        let directory = SimulatedDisk::new(1).directory("journal");
        let builder = builder.journal_in(directory, journal, codec.clone()).write_behind(settings);
        let opening = builder.open();
        jobs.drain();
        let cache = answered(opening).unwrap();
        Self { cache, codec, jobs, clock, puts: 0 }
    }

    fn put(&mut self, key: &str) {
        let put = self.cache.put_with(
            key.to_owned(),
            vec![0; 10_000],
            Write::Behind(Durability::Journaled),
        );
        if !put.is_ready() {
            self.jobs.drain();
        }
        answered(put).unwrap();
        self.puts += 1;
    }

    /// Values that were written forward so far.
    fn forwarded(&self) -> usize {
        self.codec.values() - self.puts
    }
}

#[test]
fn what_comes_before_a_checkpoint_takes_stock_is_no_reason_for_another() {
    for more in 0..4 {
        let mut life = Life::open();
        // The journal has grown by a segment, and the checkpoint is handed to a thread that has no time yet.
        (0..8).for_each(|_| life.put("key"));
        (0..more).for_each(|_| life.put("key"));
        life.jobs.drain();
        assert_eq!(life.forwarded(), 1, "with {more} more");
        (0..4).for_each(|_| life.put("key"));
        drop(life.cache.flush());
        life.jobs.drain();
        life.clock.advance(SECOND);
        life.jobs.drain();
        assert_eq!(life.forwarded(), 1, "with {more} more: 40,000 bytes are no segment");
    }
}

#[test]
fn a_codec_that_is_busy_ends_a_checkpoint() {
    let mut life = Life::open();
    (0..8).for_each(|_| life.put("key"));
    life.codec.be_busy();
    life.jobs.drain();
    assert_eq!(life.codec.refusals(), 1, "it is not asked again at once");
}

#[test]
fn checkpoints_that_fail_come_ever_more_seldom_however_many_writes_wait() {
    let mut life = Life::open();
    life.put("first");
    answered(life.cache.put("never written forward".into(), vec![0; 7])).unwrap();
    life.codec.refuse(7);
    let mut puts = Vec::new();
    let mut put = |life: &Life| {
        puts.push(life.cache.put(format!("key {}", puts.len()), vec![0; 10_000]));
        life.jobs.drain();
        puts.last().is_some_and(Op::is_ready)
    };
    while put(&life) {}
    let attempts = || life.codec.refusals();
    let first = attempts();
    // Each of these looks at the full journal, and no time goes by.
    (0..300).for_each(|_| assert!(!put(&life)));
    assert!(attempts() - first <= 1, "{}", attempts() - first);
    let before = attempts();
    for _ in 0..600 {
        life.clock.advance(SECOND / 10);
        life.jobs.drain();
    }
    let later = attempts() - before;
    assert!((1..=2).contains(&later), "{later} in a minute after {before} that failed");
}
