//! How a cache is to write.

use std::sync::Arc;

use forebay_store::{Durability, Key, Result, Value};

use super::start::Builder;
use crate::engine::needs_journal;
use crate::settings::Settings;
use crate::write::Write;

/// How writes are done that do not say how.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Through,
    /// At this rung, or else at the one that suits.
    Behind(Option<Durability>),
}

/// What a write behind does to one of its key that is not stored yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Coalescing {
    #[default]
    TakesItsPlace,
    WaitsForIt,
}

impl Way {
    /// The way of a write that does not say how.
    pub(super) fn write(self, coalescing: Coalescing, has_journal: bool) -> Result<Write> {
        let rung = match self {
            Self::Through => return Ok(Write::Through),
            Self::Behind(Some(rung)) => rung,
            Self::Behind(None) if has_journal => Durability::Journaled,
            Self::Behind(None) => Durability::Memory,
        };
        match (rung, coalescing) {
            (Durability::Journaled | Durability::Synced, _) if !has_journal => {
                Err(needs_journal(rung))
            }
            (_, Coalescing::TakesItsPlace) => Ok(Write::Behind(rung)),
            (_, Coalescing::WaitsForIt) => Ok(Write::Uncoalesced(rung)),
        }
    }
}

impl<K: Key, V: Value> Builder<K, V> {
    /// Writes go through unless they ask otherwise: acknowledged at `Stored`. The default.
    pub fn write_through(mut self, settings: Settings) -> Self {
        (self.way, self.settings) = (Way::Through, settings);
        self
    }

    /// Writes go behind unless they ask otherwise. With a [`journal`](Self::journal) they are
    /// acknowledged at `Journaled`; without one at `Memory`, and lost if the process dies before they
    /// are stored.
    pub fn write_behind(mut self, settings: Settings) -> Self {
        (self.way, self.settings) = (Way::Behind(None), settings);
        self
    }

    /// Writes go behind, and are acknowledged at this rung, unless they ask otherwise. See
    /// [`write_behind`](Self::write_behind).
    pub fn write_behind_at(mut self, rung: Durability, settings: Settings) -> Self {
        (self.way, self.settings) = (Way::Behind(Some(rung)), settings);
        self
    }

    /// Writes behind replace no write that is not stored yet, unless they ask otherwise: the store gets each
    /// state of a key ([`Write::Uncoalesced`]). What is written together ([`transact`](crate::Cache::transact),
    /// [`group`](crate::Cache::group)) still replaces what is unstored.
    pub fn uncoalesced(mut self) -> Self {
        self.coalescing = Coalescing::WaitsForIt;
        self
    }

    /// How a part is [merged](crate::Cache::merge) into a value: from the key, the value (none if the key is absent) and
    /// the part, `merge` makes the new value. It runs outside every lock, and may run more than once for one part; the
    /// last run counts.
    pub fn merge_with(
        mut self,
        merge: impl Fn(&K, Option<&V>, &V) -> V + Send + Sync + 'static,
    ) -> Self {
        self.merge = Some(Arc::new(merge));
        self
    }

    /// Opens the cache [read-only](crate::Cache::set_read_only): it takes no writes until it is told otherwise. What a
    /// journal has unstored is stored all the same.
    pub fn read_only(mut self) -> Self {
        self.is_read_only = true;
        self
    }
}
