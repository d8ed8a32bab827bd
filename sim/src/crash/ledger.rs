//! What clients of one life were told of their writes: from this follows what the next life must find.

use forebay_cache::Receipt;
use forebay_store::Durability;

use crate::value::{Name, Tag, short};

/// One write.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Name,
    /// The value that it made; `None`: a delete.
    pub(crate) tag: Option<Tag>,
    /// Its place among the writes of its key; unknown if nobody was answered.
    pub(crate) version: Option<u64>,
    /// The rung that somebody was told it had reached; `None`: it may never have happened.
    pub(crate) rung: Option<Durability>,
}

/// The writes of one life.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger(Vec<Entry>);

impl Ledger {
    /// A write was acknowledged.
    pub(crate) fn acknowledge(&mut self, key: Name, tag: Option<Tag>, receipt: &Receipt) {
        let (version, rung) = (Some(receipt.version()), Some(receipt.rung()));
        self.0.push(Entry { key, tag, version, rung });
    }

    /// A write may have happened.
    pub(crate) fn perhaps(&mut self, key: Name, tag: Option<Tag>) {
        self.0.push(Entry { key, tag, version: None, rung: None });
    }

    /// Somebody was told that this write has reached `rung`.
    pub(crate) fn raise(&mut self, key: Name, version: u64, rung: Durability) {
        let same = |entry: &&mut Entry| entry.key == key && entry.version == Some(version);
        for entry in self.0.iter_mut().filter(same) {
            entry.rung = entry.rung.max(Some(rung));
        }
    }

    /// Somebody was told that everything that was acknowledged has reached `rung`.
    pub(crate) fn raise_all(&mut self, rung: Durability) {
        self.raise_from(Durability::Memory, rung);
    }

    /// Everything that has reached `from` has reached `rung`.
    pub(crate) fn raise_from(&mut self, from: Durability, rung: Durability) {
        for entry in self.0.iter_mut().filter(|entry| entry.rung >= Some(from)) {
            entry.rung = entry.rung.max(Some(rung));
        }
    }

    /// The writes of `key`.
    pub(crate) fn of(&self, key: Name) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(move |entry| entry.key == key)
    }

    /// All writes.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// Whether the next life may find `found` where this one began with `base`, if it ended in a
    /// way that everything of rung `safe` survives. `sent` knows the versions of values that the
    /// store has seen. G1, G2, G9.
    pub(crate) fn judge(
        &self,
        key: Name,
        found: Option<Tag>,
        base: Option<Tag>,
        safe: Durability,
        sent: impl Fn(Tag) -> Option<u64>,
    ) -> Result<(), String> {
        let survivors = self.of(key).filter(|entry| entry.rung >= Some(safe));
        let floor = survivors.max_by_key(|entry| entry.version);
        let least = floor.and_then(|entry| entry.version);
        let version = |entry: &Entry| entry.version.or_else(|| entry.tag.and_then(&sent));
        let is_new = |entry: &Entry| version(entry).is_none_or(|version| Some(version) >= least);
        let is_allowed = self.of(key).any(|entry| entry.tag == found && is_new(entry));
        if is_allowed || (floor.is_none() && found == base) {
            return Ok(());
        }
        let found = short(found);
        Err(match floor {
            Some(floor) => {
                let (tag, version, rung) = (short(floor.tag), floor.version, floor.rung);
                format!("{tag} {version:?} had reached {rung:?}, but after {safe:?} it is {found}")
            }
            None => format!("it was {}, and nobody has written {found}", short(base)),
        })
    }
}
