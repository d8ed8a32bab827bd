//! Defects of other logs that are not repeated here; `docs/defects.md` has their numbers.

mod bounds;
mod closing;
mod costs;
mod failures;
mod order;
mod syncs;

use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Frame, Journal, Recovery, Settings};
use forebay_store::Durability;
use forebay_store::seam::manual::ManualClock;

/// A disk and a clock, and a journal that may be on it.
struct Bench {
    disk: SimulatedDisk,
    clock: Arc<ManualClock>,
    segment_bytes: u64,
}

impl Bench {
    /// With the smallest segments.
    fn new() -> Self {
        Self::with_segments_of(64 << 10)
    }

    fn with_segments_of(segment_bytes: u64) -> Self {
        Self { disk: SimulatedDisk::new(1), clock: ManualClock::new(), segment_bytes }
    }

    fn settings(&self) -> Settings {
        let seams = self.clock.seams(self.disk.steps());
        let bytes_max = 64 * self.segment_bytes;
        Settings { segment_bytes: self.segment_bytes, bytes_max, seams, ..Settings::default() }
    }

    /// A journal in which a record is synced already, and the next segment is ready.
    fn open(&self) -> Journal {
        let journal = self.reopen().0;
        put(&journal, b"the first", Durability::Synced);
        journal.make_room(journal.frame_max()).unwrap();
        journal
    }

    /// The journal that is there, and its records.
    fn reopen(&self) -> (Journal, Vec<Vec<u8>>, Recovery) {
        let mut found = Vec::new();
        let opened = Journal::open(self.disk.directory("a"), self.settings(), |_, record| {
            found.push(record.to_vec());
            Ok(())
        });
        let (journal, recovery) = opened.unwrap();
        (journal, found, recovery)
    }

    /// The records after the power has failed.
    fn after_a_power_cut(&self) -> Vec<Vec<u8>> {
        self.disk.power_cut();
        self.reopen().1
    }
}

/// Appends a record and waits for a rung.
fn put(journal: &Journal, record: &[u8], rung: Durability) -> u64 {
    let number = journal.append(&Frame::of(record).unwrap()).unwrap();
    journal.wait(number, rung).unwrap();
    number
}
