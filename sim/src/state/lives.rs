//! What kind of history it is.

use std::time::Duration;

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::Ending;
use forebay_state::snapshot::{Compression, SnapshotSettings};
use forebay_store::Seams;

/// Something that is wrong on purpose, for the canaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quirk {
    /// Nothing.
    #[default]
    Nothing,
    /// The disk says that it has synced, and has not.
    SyncsLie,
    /// The checks ask for `Journaled` after a power cut.
    AsksTooMuch,
    /// The checks ask for `Memory` after a kill.
    AsksForMemory,
    /// The cache forgets the mail of every seventh transaction.
    LosesMail,
}

/// A history of several owners of one state.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each switches one thing of a run")]
pub struct StateLives {
    /// That of the test.
    pub name: &'static str,
    /// Owners that end in the middle, before the last one.
    pub lives: u64,
    /// What each does at most.
    pub operations: u64,
    /// How they end.
    pub endings: &'static [Ending],
    /// Segments of the journal, of 64 KiB.
    pub segments: u64,
    /// Snapshots come by themselves, after so many transactions or bytes that it matters.
    pub snapshots: bool,
    /// Some transactions are longer than a frame.
    pub long: bool,
    /// Copies are made.
    pub copies: bool,
    /// The journal is shared with a cache, and transactions write to both.
    pub beside: bool,
    /// Syncs of the disk that fail, in a thousand.
    pub sync_faults: u32,
    /// Writes of the disk that fail or are short, in a thousand.
    pub write_faults: u32,
    /// Names that cannot be changed, in a thousand.
    pub name_faults: u32,
    /// The disk is full at times.
    pub fills: bool,
    /// Calls of the disk in whose middle somebody reads or writes, in a thousand.
    pub meanwhile: u64,
    /// What is wrong.
    pub quirk: Quirk,
}

impl StateLives {
    pub(crate) const SEGMENT: u64 = 64 << 10;

    /// Power cuts and kills; nothing goes wrong with the disk.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            lives: 3,
            operations: 30,
            endings: &[Ending::PowerCut, Ending::Kill],
            segments: 64,
            snapshots: false,
            long: false,
            copies: false,
            beside: false,
            sync_faults: 0,
            write_faults: 0,
            name_faults: 0,
            fills: false,
            meanwhile: 0,
            quirk: Quirk::Nothing,
        }
    }

    /// Whether calls of the disk may fail.
    pub(crate) fn is_faulty(&self) -> bool {
        self.sync_faults > 0 || self.write_faults > 0 || self.name_faults > 0 || self.fills
    }

    /// Whether somebody may find no room in the journal.
    pub(crate) fn is_tight(&self) -> bool {
        self.segments < 32 || self.fills
    }

    pub(crate) fn journal(&self, seams: Seams) -> JournalSettings {
        JournalSettings {
            segment_bytes: Self::SEGMENT,
            bytes_max: self.segments * Self::SEGMENT,
            buffer_max: 256 << 10,
            sync_after: Duration::from_millis(100),
            seams,
            ..JournalSettings::default()
        }
    }

    /// When snapshots come, in the history of this seed.
    pub(crate) fn snapshots(&self, seed: u64) -> SnapshotSettings {
        let mut settings = SnapshotSettings::default();
        if self.snapshots {
            match seed % 3 {
                0 => settings.transactions = Some(3),
                1 => settings.bytes_min = 4 << 10,
                _ => settings.transactions = Some(9),
            }
        }
        let ways = [Compression::None, Compression::Lz4, Compression::Zstd];
        let there: Vec<_> = ways.into_iter().filter(|way| way.is_there()).collect();
        settings.compression = there[usize::from(seed.to_le_bytes()[0]) % there.len()];
        settings
    }
}
