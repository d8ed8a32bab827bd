//! What becomes of a key when its journal has failed and the store goes on.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Cache, Settings, Write};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, IntoStore, MemoryStore, Postcard, SharedStore};

fn open(
    disk: &SimulatedDisk,
    clock: &Arc<ManualClock>,
    store: &SharedStore<u16, u64>,
) -> Cache<u16, u64> {
    Cache::builder(Arc::clone(store))
        .write_behind(Settings::default())
        .seams(clock.seams(1))
        .journal_in(disk.directory("a"), JournalSettings::default(), Postcard)
        .open()
        .wait()
        .expect("nothing is wrong with the disk")
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
    disk.fail_from(Call::Write, 1, Fault::Error);
    disk.fail_from(Call::Sync, 1, Fault::Error);
    // It fails when it is used.
    drop(cache.put_with(2, 2, Write::Behind(Durability::Synced)).wait());
    clock.advance(Duration::from_secs(100));
    let mut through = cache.put_with(1, 3, Write::Through);
    let mut is_stored = false;
    for _ in 0..100 {
        match through.try_take() {
            Ok(result) => {
                is_stored = result.is_ok();
                break;
            }
            Err(same) => through = same,
        }
        clock.advance(Duration::from_secs(1));
    }
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
