//! What a process lives on: the disk, whose next call may be the last thing that it does.

use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;

use super::bell::Bell;

/// The disk, if there is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Power {
    disk: Option<SimulatedDisk>,
    is_faulty: bool,
}

impl Power {
    /// `is_faulty`: calls of the disk may fail though nobody dies of it.
    pub(crate) fn of(disk: &SimulatedDisk, is_faulty: bool) -> Self {
        Self { disk: Some(disk.clone()), is_faulty }
    }

    /// Whether the process has ended.
    pub(crate) fn is_off(&self) -> bool {
        self.disk.as_ref().is_some_and(|disk| disk.ending().is_some())
    }

    /// The disk.
    pub(crate) fn disk(&self) -> Option<SimulatedDisk> {
        self.disk.clone()
    }

    /// Whether the disk may fail.
    pub(crate) fn is_faulty(&self) -> bool {
        self.is_faulty
    }

    /// A bell for one operation.
    pub(crate) fn bell(&self) -> Arc<Bell> {
        Arc::new(Bell::new(self.clone()))
    }
}
