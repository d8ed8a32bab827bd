//! What kind of history it is.

use std::time::Duration;

use forebay_cache::ByteSize;
use forebay_journal::Settings;
use forebay_journal::disk::simulated::Ending;

use crate::scenario::{Scenario, Ways};

/// Something that is wrong on purpose, for the canaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing.
    #[default]
    Nothing,
    /// The disk says that it has synced, and has not.
    SyncsLie,
    /// What was under way to the store lands after the next process has begun.
    LandsLate,
    /// The checks ask for `Journaled` after a power cut.
    AsksTooMuch,
    /// The checks ask for `Memory` after a kill.
    AsksForMemory,
}

/// Where a process is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Which life, from 0 on.
    pub life: u64,
    /// After how many calls of the disk; more than there are: at rest.
    pub step: u64,
}

/// A history of several processes over one journal and one store.
#[derive(Clone, Debug)]
pub struct Crashes {
    /// What clients do, and what the store does to them.
    pub scenario: Scenario,
    /// Processes that end in the middle, before the last one.
    pub lives: u64,
    /// How they end.
    pub endings: &'static [Ending],
    /// Segments of the journal, of 64 KiB.
    pub segments: u64,
    /// Bytes of the journal in memory.
    pub buffer_max: usize,
    /// Syncs of the disk that fail, in a thousand.
    pub sync_faults: u32,
    /// Writes of the disk that fail or are short, in a thousand.
    pub write_faults: u32,
    /// The disk is full at times.
    pub fills: bool,
    /// Calls of the disk in whose middle something else happens, in a thousand.
    pub meanwhile: u64,
    /// What is wrong.
    pub wrong: Wrong,
}

impl Crashes {
    pub(crate) const SEGMENT: u64 = 64 << 10;

    /// Power cuts and kills; all sorts of things go wrong with the store, and nothing with the
    /// disk.
    pub fn new(name: &'static str) -> Self {
        let scenario = Scenario {
            ways: Ways::Laddered,
            capacity: ByteSize::kib(256),
            value_bytes_max: 1500,
            keys: 4,
            operations: 20,
            latencies: &[1, 10, 200, 1000, 3000],
            ..Scenario::new(name)
        };
        Self {
            scenario,
            lives: 3,
            endings: &[Ending::PowerCut, Ending::Kill],
            segments: 6,
            buffer_max: 256 << 10,
            sync_faults: 0,
            write_faults: 0,
            fills: false,
            meanwhile: 0,
            wrong: Wrong::Nothing,
        }
    }

    /// Only this ending.
    pub fn ending(mut self, endings: &'static [Ending]) -> Self {
        self.endings = endings;
        self
    }

    /// Whether calls of the disk may fail.
    pub(crate) fn is_faulty(&self) -> bool {
        self.sync_faults > 0 || self.write_faults > 0 || self.fills
    }

    /// The most files that the journal may take: its bound, one more so that others can go, one that
    /// is being prepared, and what had to be written again after a failure or an ending.
    pub(crate) fn journal_files_max(&self) -> usize {
        let again = (self.buffer_max as u64).div_ceil(Self::SEGMENT) + 1;
        usize::try_from(self.segments + 2 + again).unwrap_or(usize::MAX)
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            segment_bytes: Self::SEGMENT,
            bytes_max: self.segments * Self::SEGMENT,
            buffer_max: self.buffer_max,
            sync_after: Duration::from_millis(100),
            ..Settings::default()
        }
    }
}
