//! What clients of one life were told of their writes: from this follows what the next life must find.

use forebay_cache::Receipt;
use forebay_store::Durability;

use super::marks::Marks;
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
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    marks: Marks,
    /// What the store had of keys whose refused writes were given up.
    given_up: Vec<(Name, Option<Tag>)>,
}

impl Ledger {
    /// A write that began at `begin` was acknowledged.
    pub(crate) fn acknowledge(
        &mut self,
        key: Name,
        tag: Option<Tag>,
        receipt: &Receipt,
        begin: u64,
    ) {
        let (version, mut rung) = (receipt.version(), receipt.rung());
        if rung == Durability::Stored {
            if self.marks.cover(key, version) {
                rung = Durability::Memory;
            } else {
                // Nothing goes to the store before what was noted until then is synced.
                self.marks_last(begin);
            }
        }
        self.entries.push(Entry { key, tag, version: Some(version), rung: Some(rung) });
    }

    /// The cache takes a client's word that he has stored this version.
    pub(crate) fn mark(&mut self, key: Name, version: u64, at: u64) {
        self.marks.add(key, version, at);
    }

    /// Every mark from before `tick` is on the device.
    pub(crate) fn marks_last(&mut self, tick: u64) {
        for mark in self.marks.take_before(tick) {
            self.lift(mark.key, mark.version, Durability::Stored);
        }
    }

    /// A write may have happened.
    pub(crate) fn perhaps(&mut self, key: Name, tag: Option<Tag>) {
        self.entries.push(Entry { key, tag, version: None, rung: None });
    }

    /// What is unstored of `key` is given up: it is what the store has, and until that is noted on the device it may
    /// be back as it was.
    pub(crate) fn give_up(&mut self, key: Name, stored: Option<Tag>) {
        for entry in self.entries.iter_mut().filter(|entry| entry.key == key) {
            (entry.version, entry.rung) = (None, None);
        }
        self.given_up.push((key, stored));
    }

    /// Somebody was told that this write has reached `rung`.
    pub(crate) fn raise(&mut self, key: Name, version: u64, rung: Durability) {
        if rung == Durability::Stored && self.marks.cover(key, version) {
            return;
        }
        self.lift(key, version, rung);
    }

    fn lift(&mut self, key: Name, version: u64, rung: Durability) {
        let same = |entry: &&mut Entry| entry.key == key && entry.version == Some(version);
        for entry in self.entries.iter_mut().filter(same) {
            entry.rung = entry.rung.max(Some(rung));
        }
    }

    /// Somebody was told that everything that was acknowledged has reached `rung`.
    pub(crate) fn raise_all(&mut self, rung: Durability) {
        self.raise_from(Durability::Memory, rung);
    }

    /// Everything that has reached `from` has reached `rung`.
    pub(crate) fn raise_from(&mut self, from: Durability, rung: Durability) {
        let marks = &self.marks;
        let is_word = |entry: &Entry| {
            rung == Durability::Stored
                && entry.version.is_some_and(|version| marks.cover(entry.key, version))
        };
        let entries = self.entries.iter_mut();
        for entry in entries.filter(|entry| entry.rung >= Some(from) && !is_word(entry)) {
            entry.rung = entry.rung.max(Some(rung));
        }
    }

    /// The writes of `key`.
    pub(crate) fn of(&self, key: Name) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.key == key)
    }

    /// All writes.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
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
        let is_base = found == base || self.given_up.contains(&(key, found));
        if is_allowed || (floor.is_none() && is_base) {
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
