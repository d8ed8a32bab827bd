//! The names of those who are measured, and how they are opened.

use forebay_store::Result;

use super::forebay::Forebay;
use super::foyer::Foyer;
use super::listed::Listed;
use super::moka::Moka;
use super::plain_map::PlainMap;
use super::quick::Quick;
use super::subject::{Room, Subject};
use crate::pair::Pair;
use crate::row::Row;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Forebay,
    Quick,
    Moka,
    FoyerLru,
    FoyerS3,
    PlainMap,
    ByHand,
    Listed,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Forebay,
        Self::Quick,
        Self::Moka,
        Self::FoyerLru,
        Self::FoyerS3,
        Self::PlainMap,
        Self::ByHand,
        Self::Listed,
    ];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Forebay => "forebay",
            Self::Quick => "quick_cache",
            Self::Moka => "moka",
            Self::FoyerLru => "foyer-lru",
            Self::FoyerS3 => "foyer-s3",
            Self::PlainMap => "map",
            Self::ByHand => "by-hand",
            Self::Listed => "listed",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Forebay => "Forebay",
            Self::Quick if cfg!(feature = "counted") => "quick_cache 0.7.0, counting hits",
            Self::Quick => "quick_cache 0.7.0",
            Self::Moka => "moka 0.12.16",
            Self::FoyerLru => "foyer-memory 0.22.6, LRU",
            Self::FoyerS3 => "foyer-memory 0.22.6, S3-FIFO",
            Self::PlainMap => "HashMap in one lock for all keys",
            Self::ByHand => "moka and a channel, by hand",
            Self::Listed => "quick_cache and a list, by hand",
        }
    }

    /// Whether it takes part.
    pub(crate) fn does(self, row: Row) -> bool {
        match (self, row) {
            (Self::ByHand, row) => row == Row::Stored,
            // Nothing is stored between puts over dirty entries, so its list would have no bound.
            (Self::Listed, row) => matches!(row.part(), "put" | "insert"),
            (kind, Row::Dirty(_) | Row::Stored) => kind == Self::Forebay,
            // It bounds nothing, and would take its lock once for all keys of a thread.
            (Self::PlainMap, row) => {
                row.threads() == 1
                    && matches!(row.part(), "hit" | "warm" | "miss" | "put" | "again")
            }
            _ => true,
        }
    }

    pub(crate) fn open<P: Pair>(self, entries: u32, room: Room) -> Result<Box<dyn Subject<P>>> {
        let fitting = match room {
            Room::Ample => entries as usize * 2,
            Room::Full => entries as usize,
        };
        Ok(match self {
            Self::Forebay => Box::new(Forebay::<P>::open(entries, room)?),
            Self::Quick => Box::new(Quick::<P>::new(fitting)),
            Self::Listed => Box::new(Listed::<P>::new(fitting)),
            Self::Moka | Self::ByHand => Box::new(Moka::<P>::new(fitting)),
            Self::FoyerLru => Box::new(Foyer::<P>::lru(fitting)),
            Self::FoyerS3 => Box::new(Foyer::<P>::s3(fitting)),
            Self::PlainMap => Box::new(PlainMap::<P>::default()),
        })
    }
}
