//! Several caches that rest in one journal do not keep each other busy, nor fill it, with what they write forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_cache::{ByteSize, Cache, Settings};
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Settings as JournalSettings, SharedJournal};
use forebay_store::fault::{Script, Scripted, WriteFault};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{MemoryStore, Op};

use crate::journal::counting::Counting;
use crate::rig::{HOUR, SECOND, answered};

const VALUE: usize = 10_000;

/// One of the caches that share the journal.
struct One {
    cache: Cache<String, Vec<u8>>,
    script: Arc<Script<String>>,
    codec: Counting,
}

struct Several {
    caches: Vec<One>,
    clock: Arc<ManualClock>,
    disk: SimulatedDisk,
}

impl One {
    fn put(&self, key: &str, length: usize) {
        answered(self.cache.put(key.to_owned(), vec![0; length])).unwrap();
    }

    /// How many values were written to the journal, as they were put and as they were written forward.
    fn values(&self) -> usize {
        self.codec.values()
    }
}

impl Several {
    /// Caches whose writes may rest for an hour and whose stores are down, in a journal of so many segments.
    fn open(caches: usize, segments: u64) -> Self {
        let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
        let mut others = Vec::new();
        let tenants = (0..caches).map(|n| {
            let store = MemoryStore::<String, Vec<u8>>::new().with_clock(clock.clone());
            let (scripted, script) = Scripted::new(Arc::new(store));
            script.go_down();
            let settings = Settings { flush_delay: HOUR, ..Settings::default() };
            let builder = Cache::builder(scripted).seams(clock.seams(n as u64)).shards(2);
            let builder = builder.capacity(ByteSize::mib(64)).write_behind(settings);
            let codec = Counting::default();
            others.push((script, codec.clone()));
            builder.tenant_with(format!("cache {n}"), codec)
        });
        let tenants: Vec<_> = tenants.collect();
        let settings = JournalSettings {
            segment_bytes: 64 << 10,
            bytes_max: segments << 16,
            seams: clock.seams(7),
            ..JournalSettings::default()
        };
        let journal = SharedJournal::in_directory(disk.directory("journal"), settings);
        let opened = journal.open(tenants).unwrap().into_iter().zip(others);
        let caches = opened.map(|(cache, (script, codec))| One { cache, script, codec });
        Self { caches: caches.collect(), clock, disk }
    }

    /// The most segments that there are at once, from now on.
    fn most_segments(&self) -> Arc<AtomicUsize> {
        let most = Arc::new(AtomicUsize::new(0));
        let (disk, noted) = (self.disk.clone(), Arc::clone(&most));
        self.disk.on_call(Box::new(move |_| {
            let names = disk.files("journal");
            let segments = names.iter().filter(|name| name.contains(".seg")).count();
            noted.fetch_max(segments, Ordering::Relaxed);
        }));
        most
    }
}

#[test]
fn caches_that_rest_do_not_write_forward_because_of_what_the_others_write_forward() {
    let several = Several::open(3, 64);
    for key in 0..13 {
        several.caches.iter().for_each(|one| one.put(&format!("key {key}"), VALUE));
    }
    let values = || several.caches.iter().map(One::values).sum::<usize>();
    let before = values();
    let mut puts = 0;
    for _ in 0..60 {
        several.caches.iter().for_each(|one| one.put("small", 100));
        several.clock.advance(SECOND / 10);
        puts += several.caches.len();
    }
    let forwarded = values() - before - puts;
    assert!(forwarded < 100, "{forwarded} values were written forward for {puts} of 100 bytes");
}

#[test]
fn who_rests_writes_forward_less_than_what_another_writes() {
    let several = Several::open(2, 64);
    let [resting, writing] = &several.caches[..] else { unreachable!() };
    (0..26).for_each(|key| resting.put(&format!("key {key}"), VALUE));
    writing.script.come_back();
    let before = resting.values();
    for round in 0..1000 {
        writing.put(&format!("key {}", round % 50), VALUE);
        if round % 5 == 4 {
            let flushed = writing.cache.flush();
            several.clock.advance(SECOND / 10);
            answered(flushed).unwrap();
        }
    }
    let forwarded = resting.values() - before;
    assert!((1..700).contains(&forwarded), "{forwarded} values, for 1000 of the other");
    assert_eq!(resting.cache.dirty_count(), 26);
}

#[test]
fn who_waits_for_a_store_that_is_down_does_not_write_all_forward_again_and_again() {
    let several = Several::open(2, 16);
    let one = &several.caches[0];
    let mut ops = Vec::new();
    while ops.last().is_none_or(Op::is_ready) {
        ops.push(one.cache.put(format!("key {}", ops.len()), vec![0; VALUE]));
        // Whatever room a checkpoint can make is made by then.
        (0..20).for_each(|_| several.clock.advance(SECOND / 20));
    }
    let before = one.values();
    (0..100).for_each(|_| several.clock.advance(SECOND / 20));
    assert!(!ops.last().unwrap().is_ready(), "it still waits");
    let (forwarded, puts) = (one.values() - before, ops.len());
    assert!(forwarded <= puts, "{forwarded} values were written forward, of {puts}");
}

#[test]
fn who_cannot_let_go_of_anything_does_not_go_beyond_the_bound_with_every_batch() {
    let mut several = Several::open(2, 16);
    let gone = several.caches.remove(0);
    gone.put("old", 100);
    let closing = gone.cache.close(SECOND);
    several.clock.advance(SECOND);
    assert_eq!(answered(closing).unwrap().left, 1);
    drop(gone);
    let one = &several.caches[0];
    let mut puts = 0;
    while one
        .cache
        .put(format!("key {puts}"), vec![0; VALUE])
        .try_take()
        .is_ok_and(|put| put.is_ok())
    {
        puts += 1;
    }
    // The store takes one after the other, each after some attempts.
    for key in 0..puts {
        one.script.fail_writes(format!("key {key}"), key + 1, WriteFault::Retry);
    }
    one.script.come_back();
    drop(one.cache.flush());
    let most = several.most_segments();
    for _ in 0..600 {
        drop(one.cache.put("more".into(), vec![0; VALUE]));
        several.clock.advance(SECOND / 10);
    }
    several.disk.off_call();
    let (left, most) = (one.cache.dirty_count(), most.load(Ordering::Relaxed));
    assert!(left < puts, "some were stored");
    assert!(most <= 17, "{most} segments, and 16 may be");
}

#[test]
fn what_rests_is_stored_when_another_finds_no_room_and_writing_it_forward_brings_none() {
    let several = Several::open(2, 16);
    let [resting, writing] = &several.caches[..] else { unreachable!() };
    resting.script.come_back();
    (0..70).for_each(|key| resting.put(&format!("key {key}"), VALUE));
    assert_eq!(resting.cache.dirty_count(), 70, "it may rest for an hour");
    let mut puts = Vec::new();
    while puts.len() < 60 {
        puts.push(writing.cache.put(format!("key {}", puts.len()), vec![0; VALUE]));
        (0..100).for_each(|_| several.clock.advance(SECOND / 20));
    }
    assert!(puts.iter().all(Op::is_ready), "all have found room");
    assert!(resting.cache.dirty_count() < 70, "for what rested was stored");
}
