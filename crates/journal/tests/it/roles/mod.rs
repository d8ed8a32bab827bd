//! What the write role and the sync role owe to all who wait, whatever overtakes them.

mod admission;
mod answers;
mod background;
mod beside;
mod doubling;
mod driven;
mod hostile;
mod loss;
mod panics;
mod patience;
mod queue;
mod retiring;
mod room;
mod short;
mod syncs;

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Frame, Journal, Settings};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Seams};

use queue::Queue;

/// A disk, a clock, and jobs that run only when the test says so.
struct Bench {
    disk: SimulatedDisk,
    clock: Arc<ManualClock>,
    queue: Queue,
}

impl Bench {
    fn new(seed: u64) -> Self {
        let (clock, queue) = (ManualClock::new(), Queue::default());
        Self { disk: SimulatedDisk::new(seed), clock, queue }
    }

    /// The smallest segments, and every job at once.
    fn settings(&self) -> Settings {
        let seams = self.clock.seams(7);
        Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, seams, ..Settings::default() }
    }

    /// The same with this bound on disk.
    fn settings_of(&self, bytes_max: u64) -> Settings {
        Settings { bytes_max, ..self.settings() }
    }

    /// The journal under these settings.
    fn open_with(&self, settings: Settings) -> Journal {
        Journal::open(self.disk.directory("a"), settings, |_, _| Ok(())).unwrap().0
    }

    /// A journal whose jobs wait in the queue, and whose next segment is ready.
    fn open_queued(&self) -> Journal {
        let journal = self.open_undrained();
        journal.make_room(journal.frame_max()).unwrap();
        journal
    }

    /// A journal whose jobs wait in the queue. Nobody has begun its next segment.
    fn open_undrained(&self) -> Journal {
        let settings = self.settings();
        let seams = Seams { spawn: Arc::new(self.queue.clone()), ..settings.seams };
        self.open_with(Settings { seams, ..settings })
    }

    /// Lets every timer come that is due within a while, and does what they ask for.
    fn pass_time(&self) {
        for _ in 0..10 {
            self.clock.advance(Duration::from_secs(1));
            self.queue.drain();
        }
    }
}

/// Appends a record without waiting for anything.
fn append(journal: &Journal, record: &[u8]) -> u64 {
    journal.append(&Frame::of(record).unwrap()).unwrap()
}

/// Appends a record of 25 KiB, of which a segment has room for two, and waits until it is synced.
fn put_long(journal: &Journal, byte: u8) -> u64 {
    journal.make_room(25 << 10).unwrap();
    let number = append(journal, &vec![byte; 25 << 10]);
    journal.wait(number, Durability::Synced).unwrap();
    number
}
