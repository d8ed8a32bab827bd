//! The settings of a state.

use forebay_journal::Settings as JournalSettings;
use forebay_store::{Durability, Seams};

/// The settings of a state. All have defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How safe a transaction is when [`State::write`](crate::State::write) answers. Default
    /// [`Journaled`](Durability::Journaled): it survives a kill of the process.
    pub rung: Durability,
    /// Those of the journal. Its label and its seams are the state's own.
    pub journal: JournalSettings,
    /// Time, threads and randomness.
    pub seams: Seams,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rung: Durability::Journaled,
            journal: JournalSettings::default(),
            seams: Seams::default(),
        }
    }
}
