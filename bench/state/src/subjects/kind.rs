//! The list of those who are measured, and what each of them can do.

use std::path::Path;

use super::disk::{Fjall, Redb, Sqlite};
use super::etchdb::{Etchdb3, Etchdb6};
use super::forebay::{Forebay, ForebayHash};
use super::locked_map::LockedMap;
use super::subject::{Result, Subject};
use crate::contest::Suite;

/// One of those who are measured, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Forebay,
    Reader,
    Hash,
    Etchdb6,
    Etchdb6Log,
    Etchdb3,
    LockedMap,
    Redb,
    Fjall,
    Sqlite,
}

impl Kind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Forebay,
        Self::Reader,
        Self::Hash,
        Self::Etchdb6,
        Self::Etchdb6Log,
        Self::Etchdb3,
        Self::LockedMap,
        Self::Redb,
        Self::Fjall,
        Self::Sqlite,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Forebay => "Forebay",
            Self::Reader => "Forebay, `Reader`",
            Self::Hash => "Forebay, `HashTable`",
            Self::Etchdb6 => "etchdb 0.6.1",
            Self::Etchdb6Log => "etchdb 0.6.1 with its log",
            Self::Etchdb3 => "etchdb 0.3.3",
            Self::LockedMap => "`RwLock<BTreeMap>`",
            Self::Redb => "redb 4.4.0",
            Self::Fjall => "fjall 3.1.13",
            Self::Sqlite => "rusqlite 0.41.0",
        }
    }

    /// As the command line and the picture have it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Forebay => "forebay",
            Self::Reader => "reader",
            Self::Hash => "hash",
            Self::Etchdb6 => "etchdb6",
            Self::Etchdb6Log => "etchdb6-log",
            Self::Etchdb3 => "etchdb3",
            Self::LockedMap => "map",
            Self::Redb => "redb",
            Self::Fjall => "fjall",
            Self::Sqlite => "sqlite",
        }
    }

    pub(crate) fn is_own(self) -> bool {
        matches!(self, Self::Forebay | Self::Reader | Self::Hash)
    }

    /// Whether it takes part in this.
    pub(crate) fn can(self, suite: Suite) -> bool {
        match self {
            Self::Forebay | Self::Etchdb3 | Self::LockedMap => true,
            Self::Etchdb6 => suite != Suite::InsertAmong,
            Self::Reader => matches!(suite, Suite::Read | Suite::ReadWritten),
            Self::Hash => suite != Suite::Range,
            // What it writes in memory copies the whole state; its log does not.
            Self::Etchdb6Log => suite == Suite::ReadWritten,
            Self::Redb | Self::Fjall | Self::Sqlite => matches!(suite, Suite::Read | Suite::Range),
        }
    }

    /// How many records are written between two looks at the clock.
    pub(crate) fn writes_at_once(self) -> usize {
        match self {
            Self::Etchdb6 => 1,
            _ => 64,
        }
    }

    pub(crate) fn open(self, folder: &Path) -> Result<Box<dyn Subject>> {
        Ok(match self {
            Self::Forebay => Box::new(Forebay::memory(false)),
            Self::Reader => Box::new(Forebay::memory(true)),
            Self::Hash => Box::new(ForebayHash::memory()),
            Self::Etchdb6 => Box::new(Etchdb6::memory()),
            Self::Etchdb6Log => Box::new(Etchdb6::with_log(folder)?),
            Self::Etchdb3 => Box::new(Etchdb3::memory()),
            Self::LockedMap => Box::new(LockedMap::default()),
            Self::Redb => Box::new(Redb::open(folder)?),
            Self::Fjall => Box::new(Fjall::open(folder)?),
            Self::Sqlite => Box::new(Sqlite::open(folder)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_in_the_names_are_the_locked_ones() {
        let lock = include_str!("../../Cargo.lock");
        for kind in Kind::ALL {
            let mut words = kind.name().split_whitespace();
            let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
            if version.starts_with(|first: char| first.is_ascii_digit()) {
                let locked = format!("name = \"{name}\"\nversion = \"{version}\"");
                assert!(lock.contains(&locked), "{name} {version} is not what is locked");
            }
        }
    }
}
