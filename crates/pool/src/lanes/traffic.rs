//! The lanes of a pool.

use std::sync::Arc;

use forebay_store::Op;
use forebay_store::seam::Spawn;

use super::lane::{Lane, Work};
use super::scratch::{Scratch, ScratchGuard};
use crate::budget::Ledger;

/// The lanes of a pool: so many reads, writes and frees at once.
#[derive(Debug)]
pub(crate) struct Lanes {
    spawn: Arc<dyn Spawn>,
}

/// The right to do one piece of I/O of a lane on this thread.
#[derive(Debug)]
pub(crate) struct Permit(());

impl Lanes {
    pub(crate) fn new(
        _reads: usize,
        _writes: usize,
        spawn: Arc<dyn Spawn>,
        _ledger: &Arc<Ledger>,
    ) -> Arc<Self> {
        Arc::new(Self { spawn })
    }

    /// Runs a piece of work when its lane has a place. Returns at once, or when it is done (if the
    /// spawn runs jobs inline), but never grows the stack.
    pub(crate) fn run(&self, _lane: Lane, work: Box<dyn Work>) {
        self.spawn.run(Box::new(move || work.run()));
    }

    /// Runs one queued piece of work here, for who waits anyway. `false`: there was none.
    pub(crate) fn help(&self, _lane: Lane) -> bool {
        false
    }

    /// A place in a lane, for who waits and does it himself.
    pub(crate) fn enter(&self, _lane: Lane) -> Option<Permit> {
        Some(Permit(()))
    }

    /// A buffer for a write.
    pub(crate) fn scratch(&self) -> ScratchGuard<'_> {
        ScratchGuard::new(Scratch::default())
    }

    /// Answered when nothing runs and nothing is queued.
    pub(crate) fn idle(&self) -> Op<()> {
        Op::ready(())
    }
}
