//! A journal with a second directory: it goes on there when the first fails, and nothing is lost between
//! the two.

mod chance;
mod damage;
mod endings;
mod failures;
mod identity;
mod readers;
mod returns;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_journal::format::segment;
use forebay_store::Durability;

use crate::crash::rig::Rig;

/// The ways in which the first disk fails.
const FAILURES: [(Call, Fault); 10] = [
    (Call::Write, Fault::Error),
    (Call::Write, Fault::ErrorAfter),
    (Call::Write, Fault::Full),
    (Call::Sync, Fault::Error),
    (Call::Sync, Fault::ErrorAfter),
    (Call::Create, Fault::Full),
    (Call::Rename, Fault::Error),
    (Call::Rename, Fault::ErrorAfter),
    (Call::SyncDirectory, Fault::Error),
    (Call::SyncDirectory, Fault::ErrorAfter),
];

/// An open journal with something in its first directory.
fn begun(seed: u64) -> Rig {
    begun_with(seed, 32)
}

/// The same with room for so many segments.
fn begun_with(seed: u64, segments: u64) -> Rig {
    let mut rig = Rig::with_second(seed);
    rig.place = format!("seed {seed}");
    rig.segments = segments;
    rig.open().unwrap();
    put(&mut rig, 300);
    rig
}

/// Appends a record and waits until it is synced. Nothing may hinder that.
fn put(rig: &mut Rig, length: usize) -> u64 {
    rig.make_room(length + 100).unwrap();
    let number = rig.append(&[length]).unwrap();
    rig.wait(number, Durability::Synced).unwrap();
    number
}

/// So many records of which a segment holds two.
fn put_long(rig: &mut Rig, count: u64) {
    for _ in 0..count {
        put(rig, 25 << 10);
    }
}

/// Everything on the first disk of this kind goes wrong from now on.
fn fail(rig: &mut Rig, (call, fault): (Call, Fault)) {
    rig.place = format!("{}, {call:?} {fault:?}", rig.place);
    rig.is_faulty = true;
    rig.disk.fail_from(call, 1, fault);
}

/// The first disk works again, and is tried again.
fn mend(rig: &mut Rig) {
    rig.disk.heal();
    rig.is_faulty = false;
    rig.clock.advance(Duration::from_secs(11));
}

/// Counts the files that are made on a disk from now on.
fn creations(disk: &SimulatedDisk) -> Arc<AtomicU64> {
    let count = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&count);
    disk.on_call(Box::new(move |call| {
        counting.fetch_add(u64::from(call == Call::Create), Ordering::Relaxed);
    }));
    count
}

fn segments_in_first(rig: &Rig) -> usize {
    rig.disk.files("a").iter().filter(|name| segment::number(name).is_some()).count()
}

fn segments_in_second(rig: &Rig) -> usize {
    let files = rig.second.as_ref().unwrap().files("b");
    files.iter().filter(|name| segment::number(name).is_some()).count()
}
