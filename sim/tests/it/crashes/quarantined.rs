//! A write-through takes the place of what is in quarantine, after a power cut, too.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Cache, Settings, Write};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Remains, SimulatedDisk};
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{
    BackingStore, Batch, Capabilities, Done, Durability, Error, ErrorKind, Outcome, Postcard,
    SharedStore,
};

/// Refuses everything, or takes it when it is told to.
#[derive(Default)]
struct Slow {
    takes: AtomicBool,
    waiting: Mutex<Vec<(usize, Done<Vec<Outcome>>)>>,
}

impl Slow {
    fn answer(&self) {
        for (writes, done) in std::mem::take(&mut *self.waiting.lock()) {
            done.complete(Ok(vec![Outcome::Stored; writes]));
        }
    }
}

impl BackingStore<u16, u64> for Slow {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn load(&self, keys: Arc<[u16]>, done: Done<Vec<Option<u64>>>) {
        done.complete(Ok(vec![None; keys.len()]));
    }

    fn apply(&self, batch: Arc<Batch<u16, u64>>, done: Done<Vec<Outcome>>) {
        if self.takes.load(Ordering::SeqCst) {
            self.waiting.lock().push((batch.ops.len(), done));
        } else {
            let refusal = Outcome::Refused(Error::refused("never this key"));
            done.complete(Ok(vec![refusal; batch.ops.len()]));
        }
    }
}

/// A write-through takes the place of a value in quarantine, and the power fails at once. With
/// `meanwhile`, a newer value is accepted while the store is still busy with it, and is lost.
fn is_superseded(meanwhile: bool) {
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let store = Arc::new(Slow::default());
    let open = || {
        let journal =
            JournalSettings { segment_bytes: 64 << 10, bytes_max: 256 << 10, ..Default::default() };
        Cache::builder(Arc::clone(&store) as SharedStore<u16, u64>)
            .shards(1)
            .write_behind(Settings::default())
            .seams(clock.seams(1))
            .journal_in(disk.directory("a"), journal, Postcard)
            .open()
            .wait()
            .expect("nothing is wrong")
    };
    let cache = open();
    let refused = cache.put_with(0, 1, Write::Behind(Durability::Stored)).wait();
    assert_eq!(refused.map(|_| ()).map_err(|error| error.kind()), Err(ErrorKind::Unknown));
    clock.advance(Duration::from_secs(10));
    store.takes.store(true, Ordering::SeqCst);
    let through = cache.put_with(0, 2, Write::Through);
    if meanwhile {
        let newer = cache.put_with(0, 3, Write::Behind(Durability::Journaled)).wait();
        assert!(newer.is_ok());
    }
    store.answer();
    assert!(through.is_ready() && through.wait().is_ok());
    disk.power_cut_leaving(Remains::Nothing);
    let cache = open();
    // What the store has is newer than what was in quarantine, so that is not back.
    assert_ne!(cache.peek(&0), Some(1));
    assert_eq!(cache.quarantined().len(), 0);
}

#[test]
fn a_write_through_over_quarantine_survives_a_power_cut() {
    is_superseded(false);
}

#[test]
fn a_write_through_over_quarantine_survives_a_power_cut_that_takes_a_newer_one() {
    is_superseded(true);
}
