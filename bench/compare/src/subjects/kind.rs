//! The list of those who are measured, and what each of them can do.

use forebay_store::{Durability, Result};

use super::forebay::Forebay;
use super::moka::Moka;
use super::oximedia_behind::OximediaBehind;
use super::oximedia_through::OximediaThrough;
use super::plain_map::PlainMap;
use super::quick::Quick;
use super::subject::Subject;
use crate::operation::Operation;

/// One of those who are measured, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    ForebayBehind,
    ForebayThrough,
    /// With a journal, and writes that do not wait for it.
    ForebayLogged,
    /// With a journal, and writes that are in it when they are acknowledged.
    ForebayJournaled,
    OximediaBehind,
    OximediaThrough,
    QuickCache,
    Moka,
    PlainMap,
}

/// How much room a cache has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// For the entries and no more: every new key evicts another.
    Full,
    /// For more than the entries: nothing is evicted.
    Ample,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::ForebayBehind,
        Self::ForebayThrough,
        Self::ForebayLogged,
        Self::ForebayJournaled,
        Self::OximediaBehind,
        Self::OximediaThrough,
        Self::QuickCache,
        Self::Moka,
        Self::PlainMap,
    ];

    /// Who is measured in `operation`, in the order of the report.
    pub(crate) fn all_that_can(operation: Operation) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| kind.can(operation))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ForebayBehind => "Forebay write-behind",
            Self::ForebayThrough => "Forebay write-through",
            Self::ForebayLogged => "Forebay with a journal, at `Memory`",
            Self::ForebayJournaled => "Forebay with a journal, at `Journaled`",
            Self::OximediaBehind => "oximedia-cache 0.2.1 write-behind",
            Self::OximediaThrough => "oximedia-cache 0.2.1 write-through",
            Self::QuickCache => "quick_cache 0.7.0",
            Self::Moka => "moka 0.12.16",
            Self::PlainMap => "HashMap, no cache at all",
        }
    }

    /// A name that fits beside a line.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::ForebayBehind => "Forebay behind",
            Self::ForebayThrough => "Forebay through",
            Self::ForebayLogged => "Forebay logged",
            Self::ForebayJournaled => "Forebay journaled",
            Self::OximediaBehind => "oximedia behind",
            Self::OximediaThrough => "oximedia through",
            Self::QuickCache => "quick_cache",
            Self::Moka => "moka",
            Self::PlainMap => "HashMap",
        }
    }

    /// The Forebay that does the same, or the nearest thing to it.
    pub(crate) fn counterpart(self) -> Self {
        match self {
            Self::ForebayThrough | Self::OximediaThrough => Self::ForebayThrough,
            Self::ForebayLogged | Self::ForebayJournaled => self,
            _ => Self::ForebayBehind,
        }
    }

    pub(crate) fn is_forebay(self) -> bool {
        self.counterpart() == self
    }

    pub(crate) fn has_store(self) -> bool {
        !matches!(self, Self::QuickCache | Self::Moka | Self::PlainMap)
    }

    /// Whether it writes behind, and so has something to flush.
    pub(crate) fn flushes(self) -> bool {
        matches!(self, Self::ForebayBehind | Self::OximediaBehind)
    }

    /// Whether it has a journal: what that costs is measured where nothing is stored.
    fn has_journal(self) -> bool {
        matches!(self, Self::ForebayLogged | Self::ForebayJournaled)
    }

    fn can(self, operation: Operation) -> bool {
        match operation {
            Operation::OverwriteDirty | Operation::GetHit if self.has_journal() => true,
            _ if self.has_journal() => false,
            Operation::OverwriteDirty | Operation::AgeIdle | Operation::AgeBatch => self.flushes(),
            _ => true,
        }
    }

    /// Whether the source says that the cost grows with the entries: then samples are smaller.
    pub(crate) fn grows_with_entries(self, operation: Operation) -> bool {
        let is_oximedia = matches!(self, Self::OximediaBehind | Self::OximediaThrough);
        is_oximedia && !matches!(operation, Operation::OverwriteDirty | Operation::GetHit)
    }

    pub(crate) fn open(self, entries: u32, room: Room) -> Result<Box<dyn Subject>> {
        let entries = entries as usize;
        let twice = match room {
            Room::Full => entries,
            Room::Ample => entries * 2,
        };
        Ok(match self {
            Self::ForebayBehind => Box::new(Forebay::behind(entries, room)?),
            Self::ForebayThrough => Box::new(Forebay::through(entries, room)?),
            Self::ForebayLogged => Box::new(Forebay::journaled(entries, room, Durability::Memory)?),
            Self::ForebayJournaled => {
                Box::new(Forebay::journaled(entries, room, Durability::Journaled)?)
            }
            Self::OximediaBehind => Box::new(OximediaBehind::new(twice)),
            Self::OximediaThrough => Box::new(OximediaThrough::new(twice)),
            Self::QuickCache => Box::new(Quick::new(twice)),
            Self::Moka => Box::new(Moka::new(twice)),
            Self::PlainMap => Box::new(PlainMap::new(twice)),
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
            let (name, version) = (words.next(), words.next());
            let (Some(name), Some(version)) = (name, version) else { continue };
            if version.starts_with(|first: char| first.is_ascii_digit()) {
                let locked = format!("name = \"{name}\"\nversion = \"{version}\"");
                assert!(lock.contains(&locked), "{name} {version} is not what is locked");
            }
        }
    }
}
