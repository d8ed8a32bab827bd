//! What kind of play it is.

use std::time::Duration;

use forebay_journal::disk::simulated::Ending;
use forebay_pool::WhenFull;

/// Something that is wrong on purpose, for the canaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoolQuirk {
    /// Nothing.
    #[default]
    Nothing,
    /// Some jobs are thrown away.
    LosesJobs,
    /// Some jobs are neither run nor thrown away.
    ForgetsJobs,
    /// Some callers are not woken.
    LosesWakings,
    /// Some places stay taken after they were given back.
    LeaksPlaces,
    /// Some places are given back once more.
    FreesTwice,
    /// Some readings are of another blob.
    ReadsOthers,
    /// Some values come back wrong, and no check of the blob sees it.
    DecodesWrong,
    /// Some guards are never dropped.
    KeepsGuards,
    /// The disk says that it has synced, and has not.
    SyncsLie,
}

/// Where blobs go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spill {
    /// Nowhere.
    Nowhere,
    /// A map.
    Plain,
    /// Compressed memory.
    Compressed,
    /// A directory of the simulated disk.
    Directory,
}

/// A play of several owners of one pool each.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each switches one thing of a play")]
pub struct PoolWays {
    /// That of the test.
    pub name: &'static str,
    /// Callers.
    pub clients: u64,
    /// What each does.
    pub steps: u64,
    /// The budget.
    pub memory: u64,
    /// What is done at it.
    pub when_full: WhenFull,
    /// The longest value.
    pub longest: u64,
    /// So many handles at most are there at once.
    pub handles: usize,
    /// Where blobs go.
    pub spill: Spill,
    /// Calls of the medium that fail, in a thousand.
    pub faults: u64,
    /// The medium fails for a while at times.
    pub breaks_down: bool,
    /// Reads that have a wrong bit, in a thousand.
    pub flips: u64,
    /// Calls of the disk that fail, in a thousand; so many writes of it are short.
    pub disk_faults: u32,
    /// The disk is full at times.
    pub fills: bool,
    /// Calls of the medium in whose middle others run, in a thousand.
    pub meanwhile: u64,
    /// Operations that are dropped in the middle, in a thousand.
    pub cancels: u64,
    /// Values grow when they are changed in place.
    pub grows: bool,
    /// The budget changes.
    pub resizes: bool,
    /// Somebody closes the pool in the middle.
    pub closes: bool,
    /// Some values cannot be encoded.
    pub stubborn: bool,
    /// Objects are kept in an archive.
    pub archive: bool,
    /// Owners that end in the middle, before the last one.
    pub lives: u64,
    /// How they end.
    pub endings: &'static [Ending],
    /// What is wrong.
    pub quirk: PoolQuirk,
}

impl PoolWays {
    /// Three callers in a tight pool; nothing goes wrong.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            clients: 3,
            steps: 40,
            memory: 48 << 10,
            when_full: WhenFull::Wait(Duration::from_secs(2)),
            longest: 6 << 10,
            handles: 24,
            spill: Spill::Plain,
            faults: 0,
            breaks_down: false,
            flips: 0,
            disk_faults: 0,
            fills: false,
            meanwhile: 200,
            cancels: 200,
            grows: false,
            resizes: false,
            closes: false,
            stubborn: false,
            archive: false,
            lives: 0,
            endings: &[Ending::PowerCut, Ending::Kill],
            quirk: PoolQuirk::Nothing,
        }
    }

    /// Whether calls of the medium may fail.
    pub(crate) fn is_faulty(&self) -> bool {
        self.faults > 0 || self.breaks_down || self.disk_faults > 0 || self.fills
    }

    /// Whether more may be taken than the budget has.
    pub(crate) fn may_exceed(&self) -> bool {
        self.grows || self.resizes || self.archive || matches!(self.when_full, WhenFull::Exceed(_))
    }
}
