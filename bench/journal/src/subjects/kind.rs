//! The list of those who are measured, and what each of them can do.

use std::path::Path;

use super::etchdb::Etchdb;
use super::fjall::Fjall;
use super::forebay::Forebay;
use super::ideal::Ideal;
use super::lmdb::Lmdb;
use super::okaywal::Okaywal;
use super::raft_engine::RaftEngine;
use super::redb::Redb;
use super::sqlite::Sqlite;
use super::subject::{Loaded, Result, Subject};
use crate::contest::Suite;
use crate::records::KEY;

/// One of those who are measured, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Forebay,
    Ideal,
    Etchdb,
    Okaywal,
    RaftEngine,
    Fjall,
    Redb,
    Sqlite,
    Lmdb,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Forebay,
        Self::Ideal,
        Self::Etchdb,
        Self::Okaywal,
        Self::RaftEngine,
        Self::Fjall,
        Self::Redb,
        Self::Sqlite,
        Self::Lmdb,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Forebay => "Forebay",
            Self::Ideal => "the ideal",
            Self::Etchdb => "etchdb 0.6.1",
            Self::Okaywal => "okaywal 0.3.1",
            Self::RaftEngine => "raft-engine 0.4.2",
            Self::Fjall => "fjall 3.1.13",
            Self::Redb => "redb 4.4.0",
            Self::Sqlite => "SQLite (rusqlite 0.41.0)",
            Self::Lmdb => "LMDB (heed 0.22.0)",
        }
    }

    /// The name without the version, as the command line and the picture have it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Ideal => "ideal",
            Self::Sqlite => "SQLite",
            Self::Lmdb => "LMDB",
            other => other.name().split(' ').next().unwrap_or_default(),
        }
    }

    pub(crate) fn named(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == label)
    }

    pub(crate) fn is_peer(self) -> bool {
        !matches!(self, Self::Forebay | Self::Ideal)
    }

    /// Who is measured in `suite`, in the order of the report.
    pub(crate) fn all_that_can(suite: Suite) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| match suite {
            Suite::Synced => true,
            Suite::Tickets => *kind != Self::Ideal,
            // Neither has a put that is handed over and not synced.
            Suite::Journaled => !matches!(kind, Self::Ideal | Self::Okaywal),
        })
    }

    /// Whose opening after a crash is measured.
    pub(crate) fn all_that_recover() -> impl Iterator<Item = Self> {
        let others = [Self::Ideal, Self::Sqlite, Self::Lmdb];
        Self::ALL.into_iter().filter(move |kind| !others.contains(kind))
    }

    /// Whether all records are in memory after its opening.
    pub(crate) fn loads(self) -> bool {
        !matches!(self, Self::Fjall | Self::Redb)
    }

    pub(crate) fn open(self, suite: Suite, folder: &Path) -> Result<Box<dyn Subject>> {
        Ok(match self {
            Self::Forebay => Box::new(Forebay::open(suite, folder)?),
            Self::Ideal => Box::new(Ideal::open(folder)?),
            Self::Etchdb => Box::new(Etchdb::open(suite, folder)?),
            Self::Okaywal => Box::new(Okaywal::open(folder)?),
            Self::RaftEngine => Box::new(RaftEngine::open(suite, folder)?),
            Self::Fjall => Box::new(Fjall::open(suite, folder)?),
            Self::Redb => Box::new(Redb::open(suite, folder)?),
            Self::Sqlite => Box::new(Sqlite::open(suite, folder)?),
            Self::Lmdb => Box::new(Lmdb::open(suite, folder)?),
        })
    }

    /// Puts so many records into a fresh folder, each batch synced, and leaves without a goodbye.
    pub(crate) fn fill(self, folder: &Path, records: usize, batch: usize) -> Result<()> {
        match self {
            Self::Forebay => Forebay::fill(folder, records, batch),
            Self::Etchdb => Etchdb::fill(folder, records, batch),
            Self::Okaywal => Okaywal::fill(folder, records, batch),
            Self::RaftEngine => RaftEngine::fill(folder, records, batch),
            Self::Fjall => Fjall::fill(folder, records, batch),
            Self::Redb => Redb::fill(folder, records, batch),
            Self::Ideal | Self::Sqlite | Self::Lmdb => Err(self.does_not_recover()),
        }
    }

    /// Opens what was filled, and gets one record.
    pub(crate) fn load(self, folder: &Path, key: &[u8; KEY]) -> Result<Loaded> {
        match self {
            Self::Forebay => Forebay::load(folder, key),
            Self::Etchdb => Etchdb::load(folder, key),
            Self::Okaywal => Okaywal::load(folder, key),
            Self::RaftEngine => RaftEngine::load(folder, key),
            Self::Fjall => Fjall::load(folder, key),
            Self::Redb => Redb::load(folder, key),
            Self::Ideal | Self::Sqlite | Self::Lmdb => Err(self.does_not_recover()),
        }
    }

    fn does_not_recover(self) -> Box<dyn std::error::Error + Send + Sync> {
        format!("the recovery of {} is not measured", self.name()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_in_the_names_are_the_locked_ones() {
        let lock = include_str!("../../Cargo.lock");
        for kind in Kind::ALL {
            let name = kind.name().replace(['(', ')'], "");
            let mut words = name.split_whitespace().rev();
            let (Some(version), Some(name)) = (words.next(), words.next()) else { continue };
            if version.starts_with(|first: char| first.is_ascii_digit()) {
                let locked = format!("name = \"{name}\"\nversion = \"{version}\"");
                assert!(lock.contains(&locked), "{name} {version} is not what is locked");
            }
        }
    }

    #[test]
    fn each_label_leads_back_to_its_kind() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.label()), Some(kind));
        }
    }
}
