//! How well a cache can do its work: a ladder that goes down rung by rung.

use std::fmt;

/// How well a cache can do its work: the worst mode that holds. What each mode means for reads and writes stands in
/// [docs/modes.md](https://github.com/forebay/forebay/blob/main/docs/modes.md).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Everything is as it should be.
    #[default]
    Healthy,
    /// The promise of [`max_staleness`](crate::Builder::max_staleness) is at risk, or broken, though the store takes writes.
    SlowStore,
    /// The store is taken to be down: three first attempts in a row have failed.
    StoreDown,
    /// Four fifths of the bytes that the journal may have on disk are taken.
    JournalFilling,
    /// The journal had no room for a write.
    JournalFull,
    /// The journal has failed. The cache has to be opened again.
    JournalFailed,
}

impl Mode {
    /// All modes, the better first.
    pub const ALL: [Self; 6] = [
        Self::Healthy,
        Self::SlowStore,
        Self::StoreDown,
        Self::JournalFilling,
        Self::JournalFull,
        Self::JournalFailed,
    ];

    /// Its place on the ladder: 0 is healthy.
    pub fn rung(self) -> u8 {
        match self {
            Self::Healthy => 0,
            Self::SlowStore => 1,
            Self::StoreDown => 2,
            Self::JournalFilling => 3,
            Self::JournalFull => 4,
            Self::JournalFailed => 5,
        }
    }

    /// Whether it is about the journal.
    pub(crate) fn is_of_journal(self) -> bool {
        self >= Self::JournalFilling
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Healthy => "healthy",
            Self::SlowStore => "slow store",
            Self::StoreDown => "store down",
            Self::JournalFilling => "journal filling",
            Self::JournalFull => "journal full",
            Self::JournalFailed => "journal failed",
        })
    }
}
