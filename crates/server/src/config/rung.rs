//! The rung that a write must reach before it is answered.

use std::path::{Path, PathBuf};
use std::time::Duration;

use forebay::{Durability, Write};

use super::{Config, JournalPlace, StoreAddress, WriteMode};

/// The rungs as operators and clients name them, the lowest first.
pub(crate) const RUNGS: &[&str] = &["memory", "journaled", "synced", "stored"];

/// The rung of this name, in capitals or not.
pub(crate) fn rung(word: &[u8]) -> Option<Durability> {
    use Durability::{Journaled, Memory, Stored, Synced};
    let place = RUNGS.iter().position(|name| word.eq_ignore_ascii_case(name.as_bytes()))?;
    [Memory, Journaled, Synced, Stored].get(place).copied()
}

/// How a write is done that is answered at `rung`. At `stored` it is refused if the store refuses it,
/// so that an error always means that nothing was changed.
pub(crate) fn way(rung: Durability) -> Write {
    match rung {
        Durability::Stored => Write::Through,
        rung => Write::Behind(rung),
    }
}

impl Config {
    /// Where the journal is, if there is one.
    pub fn journal_path(&self) -> Option<PathBuf> {
        match (&self.journal, &self.store) {
            (JournalPlace::At(path), _) => Some(path.clone()),
            (JournalPlace::Nowhere, _) | (JournalPlace::Beside, StoreAddress::Memory) => None,
            (JournalPlace::Beside, StoreAddress::Redb(path) | StoreAddress::Dir(path)) => {
                beside(path)
            }
        }
    }

    /// How long a write behind may rest in memory. With a journal it is safe there meanwhile; but a small
    /// one would be full of writes that rest, and have them written forward, or stored a few at a time, as others come.
    pub fn flush_delay(&self) -> Duration {
        let has_journal = self.journal_path().is_some() && self.journal_bytes >= self.memory;
        self.flush_delay.unwrap_or(Duration::from_secs(if has_journal { 5 } else { 1 }))
    }

    /// The rung at which the writes of a new connection are answered.
    pub fn rung(&self) -> Durability {
        let has_journal = self.journal_path().is_some();
        match (self.durability, self.write) {
            (Some(rung), _) => rung,
            (None, Some(WriteMode::Through)) => Durability::Stored,
            (None, _) if has_journal => Durability::Journaled,
            (None, Some(WriteMode::Behind)) => Durability::Memory,
            (None, None) => Durability::Stored,
        }
    }
}

/// Named after the whole name of the store, so that no two stores share a journal: what one of them
/// had not taken would be stored in the other. `None` if the store has no name, as `..` has none.
pub(super) fn beside(store: &Path) -> Option<PathBuf> {
    let mut name = store.file_name()?.to_os_string();
    name.push(".journal");
    Some(store.with_file_name(name))
}
