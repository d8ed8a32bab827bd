//! What a cache tells its listeners while it works.

use std::fmt;
use std::time::Duration;

use crate::mode::Mode;

/// What a cache tells its [listeners](crate::Builder::listen) while it works.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// If it goes on like this, a write will stay unstored for longer than
    /// [`max_staleness`](crate::Builder::max_staleness): what is unstored takes the store, as fast as it was
    /// lately, longer than there is time.
    PromiseAtRisk {
        /// How long the oldest has been dirty.
        age: Duration,
        /// Keys whose newest write is not stored.
        unstored: u64,
    },
    /// A write that the store would take has been unstored for longer than
    /// [`max_staleness`](crate::Builder::max_staleness). It is told once, until the promise is kept again.
    PromiseBroken {
        /// How long the oldest has been dirty.
        age: Duration,
        /// Keys whose newest write is not stored.
        unstored: u64,
    },
    /// After [`PromiseAtRisk`](Self::PromiseAtRisk) or [`PromiseBroken`](Self::PromiseBroken): nothing is late any more,
    /// and nothing is about to be.
    PromiseKept,
    /// The [mode](crate::Cache::mode) has changed: a worse one is told at once, a better one after it has held for a
    /// second.
    ModeChanged {
        /// The mode before.
        from: Mode,
        /// The mode now.
        to: Mode,
    },
    /// A write that the store refuses went into quarantine: [`Cache::quarantine`](crate::Cache::quarantine) has it. What
    /// an earlier owner of the journal left there is not told again.
    Quarantined {
        /// How often the store was given it without storing it.
        attempts: u32,
        /// The beginning of what the store says. Its causes are [there](crate::Quarantined::cause).
        cause: String,
    },
    /// The journal takes nothing any more: writes that need it are refused, nothing more goes to the store, and reads
    /// go on. It is told once, when the journal is needed next: for a write, a checkpoint, or before a batch.
    JournalFailed,
}

/// A sentence for the operator.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PromiseAtRisk { age, unstored } => {
                write!(f, "max_staleness is at risk: {unstored} unstored, the oldest for {age:.1?}")
            }
            Self::PromiseBroken { age, unstored } => {
                write!(f, "max_staleness is broken: {unstored} unstored, the oldest for {age:.1?}")
            }
            Self::PromiseKept => f.write_str("max_staleness is kept again"),
            // Not the cause, which may have a key or a value in it: this goes into logs.
            Self::Quarantined { attempts: 1, .. } => {
                f.write_str("a write is in quarantine, because the store refused it")
            }
            Self::Quarantined { attempts, .. } => {
                write!(f, "a write is in quarantine, because the store refused it {attempts} times")
            }
            Self::ModeChanged { from, to } => write!(f, "the mode is {to} now, and was {from}"),
            Self::JournalFailed => f.write_str(
                "the journal has failed and takes nothing any more: see to its disk, and open the cache again",
            ),
        }
    }
}
