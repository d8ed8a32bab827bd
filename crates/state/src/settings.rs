//! The settings of a state.

use std::time::Duration;

use forebay_journal::Settings as JournalSettings;
use forebay_store::{Durability, Seams};

use crate::open::Mode;
use crate::snapshot::SnapshotSettings;

/// The settings of a state. All have defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How safe a transaction is when [`State::write`](crate::State::write) answers. Default
    /// [`Journaled`](Durability::Journaled): it survives a kill of the process.
    pub rung: Durability,
    /// The settings of the journal. Its label and its seams are the state's own. A
    /// [tenant](crate::Builder::tenant) does not use them.
    pub journal: JournalSettings,
    /// The most bytes of one transaction in the journal; a longer one is `Refused`. Never more than a
    /// quarter of the journal's `bytes_max`. Default 1 GiB.
    pub transaction_max: usize,
    /// What is done about what cannot be read. Default [`Strict`](Mode::Strict).
    pub mode: Mode,
    /// The most bytes of values in quarantine, as [`Quarantine::bytes`](crate::Quarantine::bytes) counts
    /// them; with more the state is not opened. Default 256 MiB.
    pub quarantine_bytes_max: u64,
    /// How long a transaction that finds the journal full waits for the snapshot that makes room, and one
    /// that writes with a cache which has no room for its part waits for that; beyond that it is `Busy`, and
    /// nothing has happened. Others wait behind it, readers do not. Default 10 s; zero: not at all.
    pub room_wait: Duration,
    /// When snapshots are made, and how.
    pub snapshots: SnapshotSettings,
    /// Time, threads and randomness.
    pub seams: Seams,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rung: Durability::Journaled,
            journal: JournalSettings::default(),
            transaction_max: 1 << 30,
            mode: Mode::default(),
            quarantine_bytes_max: 256 << 20,
            room_wait: Duration::from_secs(10),
            snapshots: SnapshotSettings::default(),
            seams: Seams::default(),
        }
    }
}
