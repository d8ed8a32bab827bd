//! A journal that was full has room again once everything is stored.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{ByteSize, Cache, Settings, WhenFull, Write};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{
    BackingStore, Batch, Capabilities, Done, Durability, Error, ErrorKind, Outcome, Postcard,
    SharedStore,
};

/// Takes everything but key 0.
struct Picky(AtomicBool);

impl BackingStore<u16, Vec<u8>> for Picky {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn load(&self, keys: Arc<[u16]>, done: Done<Vec<Option<Vec<u8>>>>) {
        done.complete(Ok(vec![None; keys.len()]));
    }

    fn apply(&self, batch: Arc<Batch<u16, Vec<u8>>>, done: Done<Vec<Outcome>>) {
        let is_picky = self.0.load(Ordering::SeqCst);
        let outcomes = batch.ops.iter().map(|op| match op.key {
            0 if is_picky => Outcome::Refused(Error::refused("never this key")),
            _ => Outcome::Stored,
        });
        done.complete(Ok(outcomes.collect()));
    }
}

#[test]
fn a_replay_finds_room_in_a_journal_of_which_everything_else_is_stored() {
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let store = Arc::new(Picky(AtomicBool::new(true)));
    let journal =
        JournalSettings { segment_bytes: 64 << 10, bytes_max: 256 << 10, ..Default::default() };
    let settings = Settings {
        flush_delay: Duration::from_secs(60),
        when_full: WhenFull::Refuse,
        ..Settings::default()
    };
    let cache = Cache::builder(Arc::clone(&store) as SharedStore<u16, Vec<u8>>)
        .capacity(ByteSize::mib(8))
        .weigher(|_, value: &Vec<u8>| value.len())
        .shards(1)
        .write_behind(settings)
        .seams(clock.seams(1))
        .journal_in(disk.directory("a"), journal, Postcard)
        .open()
        .wait()
        .unwrap();
    let refused = cache.put_with(0, vec![0; 500], Write::Behind(Durability::Stored)).wait();
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unknown);
    // Else the oldest are stored in time, and it is never full.
    cache.pause(Duration::from_secs(3600));
    let full = (1..1000).find_map(|key| cache.put(key, vec![1; 3000]).wait().err());
    assert_eq!(full.expect("the journal is bounded").kind(), ErrorKind::Busy);
    cache.resume();
    drop(cache.flush().wait());
    clock.advance(Duration::from_secs(600));
    assert_eq!(cache.dirty_keys(), [0]);
    store.0.store(false, Ordering::SeqCst);
    assert!(cache.replay(&0), "all but one small value is stored");
}
