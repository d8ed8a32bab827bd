//! What becomes of a key when its journal has failed and the store goes on.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Cache, Settings, WhenFull, Write};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::fault::Scripted;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{
    Durability, Error, ErrorKind, IntoStore, MemoryStore, Op, Postcard, Result, SharedStore,
};

fn open(
    disk: &SimulatedDisk,
    clock: &Arc<ManualClock>,
    store: &SharedStore<u16, u64>,
) -> Cache<u16, u64> {
    open_with(disk, clock, store, Settings::default())
}

fn open_with(
    disk: &SimulatedDisk,
    clock: &Arc<ManualClock>,
    store: &SharedStore<u16, u64>,
    settings: Settings,
) -> Cache<u16, u64> {
    let journal =
        JournalSettings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Default::default() };
    Cache::builder(Arc::clone(store))
        .write_behind(settings)
        .seams(clock.seams(1))
        .journal_in(disk.directory("a"), journal, Postcard)
        .open()
        .wait()
        .expect("nothing is wrong with the disk")
}

fn fail(disk: &SimulatedDisk) {
    disk.fail_from(Call::Write, 1, Fault::Error);
    disk.fail_from(Call::Sync, 1, Fault::Error);
}

/// The answer, which must come: nobody waits for ever for a disk that has failed.
fn answer<T>(mut op: Op<T>, clock: &ManualClock) -> Result<T> {
    for _ in 0..100 {
        match op.try_take() {
            Ok(result) => return result,
            Err(same) => op = same,
        }
        clock.advance(Duration::from_secs(1));
    }
    panic!("it is never answered");
}

/// A value is synced and stored, the journal fails before or after that, and the key is written
/// through; then the power fails.
fn is_newest_after_a_cut(fails_first: bool) {
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let store = MemoryStore::new().into_store(&clock.seams(2));
    let cache = open(&disk, &clock, &store);
    cache.put_with(1, 1, Write::Behind(Durability::Synced)).wait().expect("nothing is wrong");
    if !fails_first {
        clock.advance(Duration::from_secs(1));
    }
    fail(&disk);
    // It fails when it is used.
    drop(cache.put_with(2, 2, Write::Behind(Durability::Synced)).wait());
    clock.advance(Duration::from_secs(100));
    let is_stored = answer(cache.put_with(1, 3, Write::Through), &clock).is_ok();
    disk.power_cut();
    disk.heal();
    let cache = open(&disk, &clock, &store);
    let found = cache.get(&1).wait().expect("nothing is wrong");
    assert_eq!(found, Some(if is_stored { 3 } else { 1 }));
    clock.advance(Duration::from_secs(100));
    assert_eq!(cache.get(&1).wait().expect("nothing is wrong"), found);
}

#[test]
fn a_write_through_past_a_failed_journal_is_not_undone() {
    is_newest_after_a_cut(true);
    is_newest_after_a_cut(false);
}

#[test]
fn with_a_failed_journal_reads_go_on_and_everybody_is_answered() {
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let store = MemoryStore::new().into_store(&clock.seams(2));
    let cache = open(&disk, &clock, &store);
    let accepted = cache.put_with(1, 1, Write::Behind(Durability::Memory)).wait();
    let receipt = accepted.expect("nothing is wrong");
    fail(&disk);
    let kind = |error: Error| error.kind();
    assert_eq!(answer(receipt.synced(), &clock).map_err(kind), Err(ErrorKind::Unknown));
    for rung in [Durability::Memory, Durability::Journaled, Durability::Synced, Durability::Stored]
    {
        let refused = answer(cache.put_with(2, 2, Write::Behind(rung)), &clock);
        assert_eq!(refused.map(|_| ()).map_err(kind), Err(ErrorKind::Unavailable), "{rung}");
    }
    drop(answer(cache.put_with(3, 3, Write::Through), &clock));
    drop(answer(cache.flush(), &clock));
    assert_eq!(answer(cache.get(&1), &clock).map_err(kind), Ok(Some(1)));
    assert_eq!(answer(cache.get(&2), &clock).map_err(kind), Ok(None));
    let report = answer(cache.close(Duration::from_secs(5)), &clock).expect("it reports");
    assert!(report.is_clean() || report.kept == 0, "{report}");
}

/// Nothing can be stored until it is opened again, so trying would be work for nothing, and more of it the more is
/// unstored.
fn tries_nothing_of_itself(is_down: bool) {
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let (store, script) = Scripted::new(MemoryStore::new());
    let cache = open(&disk, &clock, &store.into_store(&clock.seams(2)));
    if is_down {
        script.go_down();
    }
    let put = |key: u16| {
        let write = Write::Behind(Durability::Memory);
        cache.put_with(key, 1, write).wait().expect("nothing is wrong")
    };
    let receipts: Vec<_> = (0..1000).map(put).collect();
    if is_down {
        // Some have failed by now, and the store is tried with one batch at a time.
        clock.advance(Duration::from_secs(10));
    }
    fail(&disk);
    // It fails when it is used.
    drop(cache.put_with(2, 2, Write::Behind(Durability::Synced)).wait());
    clock.advance(Duration::from_secs(10));
    let tried = cache.stats().flushes;
    for _ in 0..100 {
        clock.advance(Duration::from_millis(100));
    }
    assert_eq!(cache.stats().flushes, tried);
    // Whoever asks is told, and at once.
    for receipt in &receipts {
        let stored = receipt.stored().try_take().expect("nobody waits for it");
        assert_eq!(stored.map_err(|error| error.kind()), Err(ErrorKind::Unknown));
    }
    let flushed = answer(cache.flush(), &clock).map_err(|error| error.kind());
    assert_eq!(flushed, Err(ErrorKind::Unavailable));
    let older = answer(cache.flush_older_than(Duration::ZERO), &clock);
    assert_eq!(older.map_err(|error| error.kind()), Err(ErrorKind::Unknown));
}

#[test]
fn a_cache_whose_journal_has_failed_tries_nothing_of_itself() {
    tries_nothing_of_itself(false);
    tries_nothing_of_itself(true);
}

#[test]
fn who_waits_for_room_is_told_when_the_journal_has_failed() {
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let (store, script) = Scripted::new(MemoryStore::new());
    script.go_down();
    let when_full = WhenFull::Wait { at_most: Duration::MAX };
    let settings = Settings { dirty_entries_max: 2, when_full, ..Settings::default() };
    let cache = open_with(&disk, &clock, &store.into_store(&clock.seams(2)), settings);
    let put = |key: u16| cache.put_with(key, 1, Write::Behind(Durability::Memory));
    put(1).wait().expect("there is room");
    put(2).wait().expect("there is room");
    let waits = put(3);
    fail(&disk);
    let refused = answer(waits, &clock).map(|_| ()).map_err(|error| error.kind());
    assert_eq!(refused, Err(ErrorKind::Unavailable));
    let late = answer(put(4), &clock).map(|_| ()).map_err(|error| error.kind());
    assert_eq!(late, Err(ErrorKind::Unavailable));
}

#[test]
fn a_drain_and_a_close_report_at_once_when_the_journal_has_failed() {
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let (store, script) = Scripted::new(MemoryStore::new());
    script.go_down();
    let cache = open(&disk, &clock, &store.into_store(&clock.seams(2)));
    cache.put_with(1, 1, Write::Behind(Durability::Memory)).wait().expect("nothing is wrong");
    let begun = cache.drain(Duration::from_secs(3600));
    fail(&disk);
    drop(cache.put_with(2, 2, Write::Behind(Durability::Synced)).wait());
    assert_eq!(answer(begun, &clock).expect("it reports").left, 1);
    let drained = cache.drain(Duration::from_secs(3600));
    assert_eq!(answer(drained, &clock).expect("it reports").left, 2);
    let report = answer(cache.close(Duration::from_secs(3600)), &clock).expect("it reports");
    assert_eq!((report.left, report.journal_failed), (2, true));
}
