//! The list of those who are measured, and what each of them can do.

use std::path::Path;

use forebay_store::Durability;

use super::disk::{Fjall, Redb, Sqlite};
use super::durable::{self, Durable};
use super::etchdb::{Etchdb3, Etchdb6, Etchdb6Hash};
use super::floor::Floor;
use super::forebay::{Forebay, ForebayHash};
use super::limit::Limit;
use super::locked_map::LockedMap;
use super::subject::{Result, Subject};
use crate::contest::Suite;

/// One of those who are measured, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Forebay,
    Reader,
    Hash,
    /// By hash, read by `Reader`.
    HashReader,
    /// With its log, read by `read()`.
    Log,
    /// With its log, read by `Reader`.
    LogReader,
    /// With its log, answered before the log has it.
    Ahead,
    Etchdb6,
    /// With maps by hash.
    Etchdb6Hash,
    Etchdb6Log,
    /// With its log in groups, and flushed after each write.
    Etchdb6Flush,
    Etchdb3,
    LockedMap,
    Redb,
    Fjall,
    Sqlite,
    /// Nobody can read faster: a map that nobody may write.
    Floor,
    /// Nobody can write faster to a disk that keeps it.
    Limit,
}

impl Kind {
    pub(crate) const ALL: [Self; 18] = [
        Self::Forebay,
        Self::Reader,
        Self::Hash,
        Self::HashReader,
        Self::Log,
        Self::LogReader,
        Self::Ahead,
        Self::Etchdb6,
        Self::Etchdb6Hash,
        Self::Etchdb6Log,
        Self::Etchdb6Flush,
        Self::Etchdb3,
        Self::LockedMap,
        Self::Redb,
        Self::Fjall,
        Self::Sqlite,
        Self::Floor,
        Self::Limit,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Forebay => "Forebay",
            Self::Reader => "Forebay, `Reader`",
            Self::Hash => "Forebay, `HashTable`",
            Self::HashReader => "Forebay, `HashTable`, `Reader`",
            Self::Log => "Forebay with its log",
            Self::LogReader => "Forebay with its log, `Reader`",
            Self::Ahead => "Forebay, rung `Memory`",
            Self::Etchdb6 => "etchdb 0.6.1",
            Self::Etchdb6Hash => "etchdb 0.6.1 with a `HashMap`",
            Self::Etchdb6Log => "etchdb 0.6.1 with its log",
            Self::Etchdb6Flush => "etchdb 0.6.1 grouped, flushed",
            Self::Etchdb3 => "etchdb 0.3.3",
            Self::LockedMap => "`RwLock<BTreeMap>`",
            Self::Redb => "redb 4.4.0",
            Self::Fjall => "fjall 3.1.13",
            Self::Sqlite => "rusqlite 0.41.0",
            Self::Floor => "*floor: a `HashMap`, no lock*",
            Self::Limit => "*limit: the disk alone*",
        }
    }

    /// As the command line and the picture have it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Forebay => "forebay",
            Self::Reader => "reader",
            Self::Hash => "hash",
            Self::HashReader => "hash-reader",
            Self::Log => "log",
            Self::LogReader => "log-reader",
            Self::Ahead => "ahead",
            Self::Etchdb6 => "etchdb6",
            Self::Etchdb6Hash => "etchdb6-hash",
            Self::Etchdb6Log => "etchdb6-log",
            Self::Etchdb6Flush => "etchdb6-flush",
            Self::Etchdb3 => "etchdb3",
            Self::LockedMap => "map",
            Self::Redb => "redb",
            Self::Fjall => "fjall",
            Self::Sqlite => "sqlite",
            Self::Floor => "floor",
            Self::Limit => "limit",
        }
    }

    pub(crate) fn is_own(self) -> bool {
        let own = [Self::Forebay, Self::Reader, Self::Log, Self::LogReader, Self::Ahead];
        own.contains(&self) || matches!(self, Self::Hash | Self::HashReader)
    }

    /// Whether it is no store, but what the machine could do at best.
    pub(crate) fn is_limit(self) -> bool {
        matches!(self, Self::Floor | Self::Limit)
    }

    /// Forebay as the others are held against it.
    pub(crate) fn own(suite: Suite) -> Self {
        if suite == Suite::ReadPaced { Self::Log } else { Self::Forebay }
    }

    /// Whether it takes part in this.
    pub(crate) fn can(self, suite: Suite) -> bool {
        if suite == Suite::Together {
            return matches!(self, Self::Forebay | Self::Etchdb6Log | Self::Limit);
        }
        if suite.is_durable() {
            let own_log = [Self::Forebay, Self::Etchdb6Log, Self::Redb, Self::Fjall, Self::Sqlite];
            let is_ahead = self == Self::Ahead && suite == Suite::Journaled;
            let is_limit = self == Self::Limit && suite != Suite::Journaled;
            let is_flushed = self == Self::Etchdb6Flush && suite == Suite::Synced;
            return is_ahead || is_limit || is_flushed || own_log.contains(&self);
        }
        match self {
            Self::Forebay | Self::Etchdb3 | Self::LockedMap => true,
            // Its writer copies the whole state each time: it keeps no rate.
            Self::Etchdb6 => !matches!(suite, Suite::InsertAmong | Suite::ReadPaced),
            // How they write is in other rows.
            Self::Reader | Self::HashReader | Self::Etchdb6Hash => {
                matches!(suite, Suite::Read | Suite::ReadWritten)
            }
            Self::Hash => !matches!(suite, Suite::Range | Suite::ReadPaced),
            Self::Log | Self::LogReader => suite == Suite::ReadPaced,
            // What it writes in memory copies the whole state; its log does not.
            Self::Etchdb6Log => suite.is_written(),
            Self::Etchdb6Flush | Self::Ahead | Self::Limit => false,
            Self::Floor => suite == Suite::Read,
            Self::Redb | Self::Fjall | Self::Sqlite => matches!(suite, Suite::Read | Suite::Range),
        }
    }

    /// How many times as long as the others it is measured: each of its writes beside the readers may take
    /// a good part of a round, and a round is to have several.
    pub(crate) fn turns(self, suite: Suite) -> u32 {
        let copies = matches!(self, Self::Etchdb6 | Self::Etchdb6Hash);
        if copies && suite == Suite::ReadWritten { 4 } else { 1 }
    }

    /// How many records are written between two looks at the clock.
    pub(crate) fn writes_at_once(self) -> usize {
        match self {
            Self::Etchdb6 | Self::Etchdb6Hash => 1,
            _ => 64,
        }
    }

    /// Opens it with its log; it is synced for each transaction, or only handed over, as the suite says.
    pub(crate) fn open_durable(self, folder: &Path, suite: Suite) -> Result<Box<dyn Durable>> {
        let is_synced = suite != Suite::Journaled;
        Ok(match self {
            Self::Forebay if is_synced => {
                Box::new(durable::Forebay::open(folder, Durability::Synced)?)
            }
            Self::Forebay => Box::new(durable::Forebay::open(folder, Durability::Journaled)?),
            Self::Ahead => Box::new(durable::Forebay::open(folder, Durability::Memory)?),
            Self::Etchdb6Log => Box::new(durable::Etchdb::open(folder, is_synced)?),
            Self::Etchdb6Flush => Box::new(durable::EtchdbFlushed::open(folder)?),
            Self::Redb => Box::new(durable::Redb::open(folder, is_synced)?),
            Self::Fjall => Box::new(durable::Fjall::open(folder, is_synced)?),
            Self::Sqlite => Box::new(durable::Sqlite::open(folder, is_synced)?),
            Self::Limit => Box::new(Limit::open(folder)?),
            _ => return Err("its durable writes are not measured".into()),
        })
    }

    pub(crate) fn open(self, folder: &Path) -> Result<Box<dyn Subject>> {
        Ok(match self {
            Self::Forebay => Box::new(Forebay::memory(false)),
            Self::Reader => Box::new(Forebay::memory(true)),
            Self::Log => Box::new(Forebay::with_log(folder, false)?),
            Self::LogReader => Box::new(Forebay::with_log(folder, true)?),
            Self::Hash => Box::new(ForebayHash::memory(false)),
            Self::HashReader => Box::new(ForebayHash::memory(true)),
            Self::Etchdb6 => Box::new(Etchdb6::memory()),
            Self::Etchdb6Hash => Box::new(Etchdb6Hash::memory()),
            Self::Etchdb6Log => Box::new(Etchdb6::with_log(folder)?),
            Self::Etchdb3 => Box::new(Etchdb3::memory()),
            Self::LockedMap => Box::new(LockedMap::default()),
            Self::Redb => Box::new(Redb::open(folder)?),
            Self::Fjall => Box::new(Fjall::open(folder)?),
            Self::Sqlite => Box::new(Sqlite::open(folder)?),
            Self::Floor => Box::new(Floor::default()),
            Self::Etchdb6Flush | Self::Ahead | Self::Limit => {
                return Err("its reads are not measured".into());
            }
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
