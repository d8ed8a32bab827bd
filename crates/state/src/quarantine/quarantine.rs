//! All values in quarantine, by their tables and keys.

use std::collections::BTreeMap;

use forebay_store::{Error, Result};

use super::held::{Held, Quarantined};
use super::leaving::Leaving;
use crate::catalog::{Catalog, TableId};
use crate::table::{Entries, Table};

/// The number of a table, and the bytes of a key in it.
pub(crate) type Place = (u16, Vec<u8>);

/// What stands for it where tables are numbered.
pub(crate) const QUARANTINE: TableId = TableId(0);

/// The values that could not be taken into their tables, as they were when the view was taken.
///
/// A value leaves it when its key is put or deleted, or its table is cleared; when it is
/// [retried](crate::State::retry_quarantine) and read; and when it is
/// [purged](crate::State::purge_quarantine). To find, add or remove one costs as much as in a table.
#[derive(Clone, Debug, Default)]
pub struct Quarantine {
    held: Table<Place, Held>,
    bytes: u64,
    /// It takes no more than so many.
    bytes_max: u64,
}

impl Quarantine {
    /// An empty one that takes so many bytes.
    pub(crate) fn new(bytes_max: u64) -> Self {
        Self { bytes_max, ..Self::default() }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// How many bytes they take: their keys, values and layouts, what their causes say, and 128 for
    /// each. It is what [`Settings::quarantine_bytes_max`](crate::Settings::quarantine_bytes_max)
    /// bounds.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The value of a key, in bytes, of a table.
    pub fn get(&self, table: TableId, key: &[u8]) -> Option<Quarantined<'_>> {
        let place = (table.0, key.to_vec());
        let (place, held) = self.held.range(place.clone()..=place).next()?;
        Some(Quarantined::new(place, held))
    }

    /// All values, in the order of their tables and of the bytes of their keys.
    pub fn iter(&self) -> QuarantineEntries<'_> {
        QuarantineEntries(self.held.iter())
    }

    /// The values of one table in quarantine.
    pub fn of_table(&self, table: TableId) -> QuarantineEntries<'_> {
        QuarantineEntries(self.held.prefix(&(table.0,)))
    }

    /// How many values there are of each cause, by the [name](super::Cause::name) of the cause.
    pub fn by_cause(&self) -> BTreeMap<&'static str, u64> {
        let mut causes = BTreeMap::new();
        for quarantined in self {
            *causes.entry(quarantined.cause().name()).or_default() += 1;
        }
        causes
    }

    /// Takes a value in, in the place of one that was there.
    ///
    /// # Errors
    ///
    /// `Invalid` if there would be more bytes than may be: what cannot be taken in is not dropped, so
    /// the state cannot be opened.
    pub(crate) fn keep(&mut self, table: TableId, key: &[u8], held: Held) -> Result<()> {
        self.release(table, key);
        let bytes = self.bytes.saturating_add(held.bytes(key));
        if bytes > self.bytes_max {
            let (most, cause) = (self.bytes_max, &held.cause);
            let message = format!(
                "more than {most} bytes of values cannot be read, so that even the quarantine cannot \
                 hold them: table {table}: {cause}"
            );
            return Err(Error::invalid(message));
        }
        self.bytes = bytes;
        self.held.fill((table.0, key.to_vec()), held);
        Ok(())
    }

    /// Lets a value go; says whether it was there.
    pub(crate) fn release(&mut self, table: TableId, key: &[u8]) -> bool {
        // Most states have none.
        if self.is_empty() {
            return false;
        }
        let place = (table.0, key.to_vec());
        let Some(held) = self.held.get(&place) else { return false };
        self.bytes -= held.bytes(key);
        self.held.take_out(&place);
        true
    }

    /// Lets all values of a table go; says how many.
    pub(crate) fn release_table(&mut self, table: TableId) -> u64 {
        let places: Vec<_> =
            self.held.prefix(&(table.0,)).map(|(place, _)| place.clone()).collect();
        for (_, key) in &places {
            self.release(table, key);
        }
        places.len() as u64
    }

    /// Lets go what a transaction takes out.
    pub(crate) fn leave(&mut self, leaving: &Leaving) {
        match leaving {
            Leaving::Key((table, key)) => drop(self.release(TableId(*table), key)),
            Leaving::Table(table) => drop(self.release_table(*table)),
        }
    }

    /// Every value, for its snapshot.
    pub(crate) fn held(&self) -> impl Iterator<Item = (&Place, &Held)> {
        self.held.iter()
    }

    /// Those that came in while the state was opened, by their causes.
    pub(crate) fn new_by_cause(&self) -> BTreeMap<&'static str, u64> {
        let mut causes = BTreeMap::new();
        for (_, held) in self.held.iter().filter(|(_, held)| held.is_new) {
            *causes.entry(held.cause.name()).or_default() += 1;
        }
        causes
    }

    /// What an opening says that takes nothing in: the first value, and how many there are.
    pub(crate) fn refusal(&self, catalog: &Catalog) -> Result<()> {
        let mut fresh = self.held.iter().filter(|(_, held)| held.is_new);
        let Some(((table, _), held)) = fresh.next() else { return Ok(()) };
        let more = fresh.count();
        let name = match catalog.table(TableId(*table)) {
            Some(table) => format!("table `{}`", table.name),
            None => format!("table {table}"),
        };
        let Held { version, cause, .. } = held;
        let more =
            if more > 0 { format!("; {more} more values cannot be read") } else { String::new() };
        Err(Error::new(
            cause.kind(),
            format!("{name}: a value of version {version}: {cause}{more}"),
        ))
    }
}

#[cfg(test)]
impl Quarantine {
    /// How many nodes are not those of `other`.
    pub(super) fn copied_from(&self, other: &Self) -> usize {
        self.held.copied_from(&other.held)
    }
}

impl<'q> IntoIterator for &'q Quarantine {
    type Item = Quarantined<'q>;
    type IntoIter = QuarantineEntries<'q>;

    fn into_iter(self) -> QuarantineEntries<'q> {
        self.iter()
    }
}

/// A walk over values in quarantine, from both ends.
#[derive(Clone, Debug)]
pub struct QuarantineEntries<'q>(Entries<'q, Place, Held>);

impl<'q> Iterator for QuarantineEntries<'q> {
    type Item = Quarantined<'q>;

    fn next(&mut self) -> Option<Quarantined<'q>> {
        self.0.next().map(|(place, held)| Quarantined::new(place, held))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for QuarantineEntries<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(place, held)| Quarantined::new(place, held))
    }
}

impl ExactSizeIterator for QuarantineEntries<'_> {}
impl std::iter::FusedIterator for QuarantineEntries<'_> {}
