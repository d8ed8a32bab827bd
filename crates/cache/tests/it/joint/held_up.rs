//! A journal in which a ledger has the oldest records, and is gone; or lets go of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use forebay_cache::{ByteSize, Settings, Write};
use forebay_journal::disk::Directories;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_journal::{Channel, Frame, Settings as JournalSettings};
use forebay_store::seam::{Job, Spawn};
use forebay_store::{Durability, Seams};

use super::rig::{Building, World};
use crate::rig::{SECOND, answered};

/// More room in memory than in the journal.
fn large(builder: Building) -> Building {
    builder.capacity(ByteSize::mib(64)).write_behind(Settings::default())
}

fn note(ledger: &Channel, length: usize) -> u64 {
    let mut frame = Frame::new();
    let write = |bytes: &mut Vec<u8>| {
        ledger.begin_record(bytes);
        bytes.resize(bytes.len() + length, 1);
        Ok(())
    };
    frame.push_with(write).unwrap();
    ledger.make_room(frame.length()).unwrap();
    let number = ledger.append(&frame).unwrap();
    ledger.wait(number, Durability::Synced).unwrap();
    number
}

/// Keeps jobs until the test has them done. Clones are the same queue.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<VecDeque<Job>>>);

impl Spawn for Queue {
    fn run(&self, job: Job) {
        self.0.lock().unwrap().push_back(job);
    }
}

impl Queue {
    fn drain(&self) {
        let next = || self.0.lock().unwrap().pop_front();
        while let Some(job) = next() {
            job();
        }
    }
}

#[test]
fn a_waiting_write_is_told_who_holds_it_up_though_an_empty_segment_was_left_behind() {
    let (world, other) = (World::new(1), SimulatedDisk::new(2));
    let directories = Directories::from(world.disk.directory("journal"));
    let directories = directories.with_second(other.directory("journal"));
    let life = world.open_in(directories, |journal| journal, large).unwrap();
    life.script.come_back();
    note(&life.ledger, 5);
    drop(life.ledger);
    answered(life.cache.put("a".to_owned(), vec![1; 20_000])).unwrap();
    world.disk.fail(Call::Write, 1, Fault::Error);
    for count in 0..100 {
        let put = life.cache.put(format!("key {count}"), vec![1; 10_000]);
        life.clock.advance(SECOND * 100);
        if let Err(error) = put.try_take().expect("nothing waits for ever") {
            assert!(error.to_string().contains("of the tenant `ledger`"), "{error}");
            return;
        }
        answered(life.cache.flush()).unwrap();
    }
    panic!("a megabyte went into a journal of half of that");
}

#[test]
fn a_long_write_that_is_held_up_does_not_end_the_waiting_of_a_short_one() {
    let (world, queue) = (World::new(1), Queue::default());
    // One write at a time is in memory.
    let set = |journal| JournalSettings { buffer_max: 1000, ..journal };
    let clock = forebay_store::seam::manual::ManualClock::new();
    let seams = Seams { spawn: Arc::new(queue.clone()), ..clock.seams(1) };
    let build = |builder: Building| large(builder).seams(seams);
    let life = world.open_in(world.disk.directory("journal"), set, build).unwrap();
    life.script.come_back();
    note(&life.ledger, 5);
    drop(life.ledger);
    let write = Write::Behind(Durability::Memory);
    let put = |key: &str, length| life.cache.put_with(key.to_owned(), vec![1; length], write);
    let mut count = 0;
    loop {
        let op = put(&format!("key {count}"), 15_000);
        for _ in 0..20 {
            queue.drain();
            clock.advance(SECOND / 10);
        }
        if op.try_take().expect("it is in, or held up").is_err() {
            break;
        }
        count += 1;
        assert!(count < 100);
    }
    answered(put("before", 950)).unwrap();
    let (long, short) = (put("long", 15_000), put("short", 100));
    assert!(!long.is_ready() && !short.is_ready(), "both wait for memory");
    queue.drain();
    let error = answered(long).unwrap_err();
    assert!(error.to_string().contains("of the tenant `ledger`"), "{error}");
    answered(short).unwrap();
}

#[test]
fn a_checkpoint_of_short_values_asks_for_no_longer_segment_than_it_needs() {
    let world = World::new(1);
    let set = |journal| JournalSettings {
        segment_bytes: 64 << 20,
        bytes_max: 256 << 20,
        buffer_max: 1 << 20,
        ..journal
    };
    let life = world.open_in(world.disk.directory("journal"), set, large).unwrap();
    for count in 0..30 {
        answered(life.cache.put(format!("key {count}"), vec![1; 100_000])).unwrap();
    }
    let length = |number: u32| {
        let bytes = world.disk.read_live("journal", &format!("{number:016x}.seg"));
        bytes.map_or(0, |bytes| bytes.len() >> 20)
    };
    assert_eq!([1, 2, 3].map(length), [8, 16, 0]);
    // The journal has come a segment further, and is at the beginning of one.
    while life.ledger.reach() < 68 << 20 {
        note(&life.ledger, 500_000);
    }
    assert_eq!([3, 4, 5].map(length), [32, 64, 0]);
    let before = life.ledger.reach();
    // The cache is idle when the ledger lets go of something for the second time.
    for _ in 0..2 {
        let number = note(&life.ledger, 5);
        life.ledger.retire(number + 1).unwrap();
    }
    let grown = life.ledger.reach() - before;
    assert!(grown > 3_000_000, "everything was written again: {grown} bytes");
    assert_eq!([3, 4, 5].map(length), [0, 64, 0]);
}
