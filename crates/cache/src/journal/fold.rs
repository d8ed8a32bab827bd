//! What a cache's journal holds that is not stored.

use std::collections::{BTreeMap, HashMap};

use forebay_store::{Edit, Result};

use super::record::{Id, Record};
use crate::quarantine::Refusal;

/// Reads the records of a journal, in order, to the writes that are not stored.
///
/// It holds what was unstored at one point of the journal, so it needs about as much memory as the
/// cache had for unstored writes.
///
/// ```
/// use forebay_cache::journal::Fold;
///
/// let mut fold = Fold::default();
/// fold.take(b"\x02key\x01\x10\0\0\0\0\0\0")?;
/// assert_eq!(fold.len(), 1);
/// fold.take(b"\x03\x01\x10\0\0\0\0\0\0")?;
/// assert!(fold.is_empty());
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Fold {
    /// By their place in the journal.
    writes: BTreeMap<u64, Unstored>,
    by_key: HashMap<Box<[u8]>, u64>,
    by_id: HashMap<Id, u64>,
    /// The place of the last record.
    last: u64,
    version: u64,
}

/// A write that is not stored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unstored {
    /// The key, as its codec writes it.
    pub key: Box<[u8]>,
    /// The value, as its codec writes it, or a delete.
    pub edit: Edit<Vec<u8>>,
    /// The write.
    pub id: Id,
    /// Why it is in quarantine, if the store has refused it.
    pub refused: Option<Refusal>,
    /// The number of its record in the journal.
    pub(crate) number: u64,
}

impl Fold {
    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is none of a cache.
    pub fn take(&mut self, record: &[u8]) -> Result<()> {
        self.take_at(self.last + 1, record)
    }

    /// Takes the record of this number.
    pub(crate) fn take_at(&mut self, number: u64, record: &[u8]) -> Result<()> {
        self.last = number;
        match Record::decode(record)? {
            Record::Write { key, edit, id } => self.write(key, &edit, id),
            Record::Settled(ids) => ids.iter().for_each(|id| self.settle(*id)),
            Record::Refused { refusal, id } => {
                let write = self.by_id.get(&id).and_then(|at| self.writes.get_mut(at));
                if let Some(write) = write {
                    write.refused = Some(refusal);
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, key: &[u8], edit: &Edit<&[u8]>, id: Id) {
        self.version = self.version.max(id.version());
        let before = self.by_key.get(key).and_then(|at| Some((*at, self.writes.get(at)?.id)));
        if let Some((at, known)) = before {
            if known.version() > id.version() {
                return;
            }
            self.writes.remove(&at);
            self.by_id.remove(&known);
        }
        let edit = match edit {
            Edit::Put { value, expires_at } => {
                Edit::Put { value: value.to_vec(), expires_at: *expires_at }
            }
            Edit::Delete => Edit::Delete,
        };
        let number = self.last;
        let write = Unstored { key: key.into(), edit, id, refused: None, number };
        self.writes.insert(number, write);
        self.by_id.insert(id, number);
        match self.by_key.get_mut(key) {
            Some(at) => *at = number,
            None => _ = self.by_key.insert(key.into(), number),
        }
    }

    fn settle(&mut self, id: Id) {
        let Some(write) = self.by_id.remove(&id).and_then(|at| self.writes.remove(&at)) else {
            return;
        };
        self.by_key.remove(&write.key);
    }

    /// How many writes are not stored.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Whether everything is stored.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// The writes that are not stored, in the order of the journal: at most one of each key.
    pub fn unstored(self) -> impl Iterator<Item = Unstored> {
        self.writes.into_values()
    }

    /// The highest version that was seen.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use forebay_store::{Error, WallTime};

    use super::super::record::{encode_refused, encode_settled, encode_write};
    use super::*;

    fn write(key: &str, value: &str, version: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let put = |text: &str| {
            let text = text.to_owned();
            move |bytes: &mut Vec<u8>| {
                bytes.extend_from_slice(text.as_bytes());
                Ok(())
            }
        };
        encode_write(put(key), Some(put(value)), None, Id::new(version, 0), &mut bytes).unwrap();
        bytes
    }

    fn settled(versions: &[u64]) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode_settled(versions.iter().map(|version| Id::new(*version, 0)), &mut bytes);
        bytes
    }

    fn folded(records: &[Vec<u8>]) -> Vec<(String, u64)> {
        let mut fold = Fold::default();
        for record in records {
            fold.take(record).unwrap();
        }
        let text =
            |write: Unstored| (String::from_utf8(write.key.to_vec()).unwrap(), write.id.version());
        fold.unstored().map(text).collect()
    }

    #[test]
    fn the_newest_version_of_a_key_counts_wherever_it_stands() {
        let records = [write("a", "new", 2), write("b", "x", 3), write("a", "old", 1)];
        assert_eq!(folded(&records), [("a".into(), 2), ("b".into(), 3)]);
    }

    #[test]
    fn what_is_settled_is_gone_and_what_came_after_it_stays() {
        let records = [write("a", "1", 1), write("a", "2", 2), settled(&[1]), write("b", "1", 3)];
        assert_eq!(folded(&records), [("a".into(), 2), ("b".into(), 3)]);
        let records = [write("a", "1", 1), write("a", "1", 1), settled(&[1, 9])];
        assert_eq!(folded(&records), []);
    }

    #[test]
    fn a_refusal_stays_with_the_write_it_is_about() {
        let mut refused = Vec::new();
        let refusal = Refusal::new(Error::refused("too long"), 2, WallTime(3), WallTime(4));
        encode_refused(&refusal, Id::new(1, 0), &mut refused);
        let mut fold = Fold::default();
        fold.take(&write("a", "1", 1)).unwrap();
        fold.take(&refused).unwrap();
        let first = fold.unstored().next().unwrap();
        let refusal = first.refused.unwrap();
        assert_eq!((refusal.cause.to_string().as_str(), refusal.attempts), ("too long", 2));
        assert_eq!((refusal.first, refusal.last), (WallTime(3), WallTime(4)));
        let mut fold = Fold::default();
        for record in [write("a", "1", 1), refused, write("a", "2", 2)] {
            fold.take(&record).unwrap();
        }
        assert!(fold.unstored().next().unwrap().refused.is_none());
    }
}
