//! A slot as the order and the presser see it, whatever its object's type.

use std::fmt::Debug;
use std::sync::Arc;

use forebay_store::{Done, Moment};

use crate::error::Holder;
use crate::lanes::Work;
use crate::order::Ticket;

/// A slot, whatever its object's type.
pub(crate) trait Stored: Debug + Send + Sync {
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests of orders know slots by it"))]
    fn ticket(&self) -> Ticket;

    /// The epoch of its last hit.
    fn stamp(&self) -> u32;

    fn look(&self) -> Look;

    /// How often it was found in memory.
    fn hits(&self) -> u64 {
        0
    }

    /// Frees its value, if it is saved and nobody looks at it. It tells the order itself.
    fn try_evict(&self) -> Eviction;

    /// Begins to write its newest version, if it has no blob and no write is under way.
    fn begin_write(self: Arc<Self>, evict_after: bool) -> Option<WriteJob>;

    /// Sees to it that it has a blob of its newest version.
    fn save(self: Arc<Self>, done: Done<()>) {
        done.complete(Ok(()));
    }

    /// The pool is closed: its blob is freed, and what is in memory stays readable.
    fn close(&self) -> Closing {
        Closing::default()
    }

    /// Who holds it, if it is looked at or pinned.
    fn holder(&self) -> Option<Holder>;
}

/// What a slot is doing, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) standing: Standing,
    pub(crate) weight: u64,
    pub(crate) guards: usize,
    pub(crate) pins: u32,
    /// After a failed write: not before. `Some(Moment(u64::MAX))` if it cannot be saved as it is.
    pub(crate) not_before: Option<Moment>,
}

/// The states of a slot (`docs/pool-states.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Unsaved,
    Troubled,
    Writing,
    Saved,
    Spilled,
    Loading,
    Lent,
    Gone,
}

/// What closing has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) is_alive: bool,
    pub(crate) guards: usize,
    /// It has no blob of its newest version.
    pub(crate) is_unsaved: bool,
}

/// What came of an eviction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Eviction {
    /// So many bytes are free.
    Freed(u64),
    LookedAt,
    Pinned,
    Unsaved,
    Away,
}

/// A write that was begun: it holds its slot weakly. Dropped unrun it ends as failed.
pub(crate) struct WriteJob {
    /// What the object weighs.
    pub(crate) weight: u64,
    pub(crate) work: Box<dyn Work>,
}
