//! A journal as the callers of a cache meet it: a sync of everything, and what an owner left.

use forebay_cache::{Cache, Settings, Write};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Remains, SimulatedDisk};
use forebay_store::{Durability, ErrorKind, MemoryStore, Postcard};
use std::time::Duration;

/// A cache that stores nothing by itself, over a disk.
fn open(disk: &SimulatedDisk) -> Cache<u64, u64> {
    let settings = Settings { flush_delay: Duration::from_secs(3600), ..Settings::default() };
    let journal = JournalSettings {
        segment_bytes: 1 << 16,
        bytes_max: 1 << 20,
        sync_after: Duration::from_secs(3600),
        ..JournalSettings::default()
    };
    Cache::builder(MemoryStore::new())
        .write_behind(settings)
        .journal_in(disk.directory("journal"), journal, Postcard)
        .open()
        .wait()
        .unwrap()
}

#[test]
fn a_sync_makes_every_write_survive_a_power_cut_whatever_its_rung() {
    let disk = SimulatedDisk::new(1);
    let cache = open(&disk);
    for (key, rung) in [(1, Durability::Memory), (2, Durability::Journaled)] {
        cache.put_with(key, 10 + key, Write::Behind(rung)).wait().unwrap();
    }
    cache.sync().wait().unwrap();
    disk.power_cut_leaving(Remains::Nothing);
    let cache = open(&disk);
    assert_eq!(cache.stats().restored, 2);
    assert_eq!((cache.peek(&1), cache.peek(&2)), (Some(11), Some(12)));
}

#[test]
fn a_sync_without_a_journal_is_unsupported() {
    let cache: Cache<u64, u64> = Cache::builder(MemoryStore::new()).open().wait().unwrap();
    assert_eq!(cache.sync().wait().unwrap_err().kind(), ErrorKind::Unsupported);
}
