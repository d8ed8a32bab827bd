//! One value in quarantine.

use forebay_store::Result;

use super::cause::Cause;
use super::quarantine::Place;
use crate::catalog::{TableId, TableInfo};
use crate::key::{Key, KeyReader};
use crate::migration::Values;
use crate::revision::Revision;
use crate::table::Value;
use crate::tables::Tables;
use crate::value::{Dictionary, Plain};

/// What an entry takes beside its bytes.
const AROUND: usize = 128;

/// A value in quarantine, without its place: nothing else is needed to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(super) version: u16,
    pub(super) revision: Revision,
    pub(super) cause: Cause,
    /// The entries of the value's own dictionary.
    pub(super) layouts: Vec<u8>,
    pub(super) value: Vec<u8>,
    /// It came in while the state was opened.
    pub(crate) is_new: bool,
}

impl Held {
    /// Takes in a value that was stored with this dictionary.
    pub(crate) fn new(
        version: u16,
        (bytes, dictionary): (&[u8], &Dictionary),
        cause: Cause,
        revision: Revision,
    ) -> Self {
        let (layouts, value) = alone(bytes, dictionary).unwrap_or_else(|_| {
            // Damaged bytes say nothing about layouts.
            (Vec::new(), bytes.to_vec())
        });
        Self { version, revision, cause, layouts, value, is_new: true }
    }

    pub(super) fn bytes(&self, key: &[u8]) -> u64 {
        let said = match &self.cause {
            Cause::HopFailed { message, .. }
            | Cause::HopPanicked { message, .. }
            | Cause::NotDecoded { message }
            | Cause::KeyNotDecoded { message }
            | Cause::ShapeChanged { message } => message.len(),
            Cause::MissingHop { .. } | Cause::FromFuture { .. } | Cause::UnknownTable => 0,
        };
        (key.len() + self.layouts.len() + self.value.len() + said + AROUND) as u64
    }

    fn dictionary(&self) -> Result<Dictionary> {
        let mut dictionary = Dictionary::new();
        dictionary.read_entries(&self.layouts)?;
        Ok(dictionary)
    }
}

/// The same value with a dictionary of its own: its entries, and the value's bytes.
fn alone(bytes: &[u8], dictionary: &Dictionary) -> Result<(Vec<u8>, Vec<u8>)> {
    let (mut own, mut layouts, mut value) = (Dictionary::new(), Vec::new(), Vec::new());
    Plain::read(bytes, dictionary)?.write(&mut own, &mut value)?;
    own.write_entries(0, &mut layouts);
    Ok((layouts, value))
}

/// A value in quarantine.
#[derive(Clone, Copy, Debug)]
pub struct Quarantined<'q> {
    place: &'q Place,
    held: &'q Held,
}

impl<'q> Quarantined<'q> {
    pub(crate) fn new(place: &'q Place, held: &'q Held) -> Self {
        Self { place, held }
    }

    /// The table that it was stored in.
    pub fn table(&self) -> TableId {
        TableId(self.place.0)
    }

    /// The bytes of its key.
    pub fn key(&self) -> &'q [u8] {
        &self.place.1
    }

    /// The version of the table's values that it was written in; 0 if that is not known.
    pub fn version(&self) -> u16 {
        self.held.version
    }

    /// The transaction that it came from, or one after it if that is not known any more.
    pub fn revision(&self) -> Revision {
        self.held.revision
    }

    /// Why it is here.
    pub fn cause(&self) -> &'q Cause {
        &self.held.cause
    }

    /// Reads it as an entry of today's table; says why not.
    pub(super) fn read<T: Tables, K: Key, V: Value>(
        &self,
        table: &TableInfo,
        values: &mut Values<T>,
    ) -> Result<(K, V), Cause> {
        let key = KeyReader::read(self.key()).map_err(|error| Cause::of_key(&error))?;
        let dictionary = self.held.dictionary().map_err(|error| Cause::of_value(&error))?;
        let value = values.read(table, self.version(), (self.value(), &dictionary))?;
        Ok((key, value))
    }

    /// The value without its type.
    ///
    /// # Errors
    ///
    /// `Corrupt` if its bytes are damaged.
    pub fn plain(&self) -> Result<Plain> {
        Plain::read(&self.held.value, &self.held.dictionary()?)
    }

    /// The bytes of the value, in the format of values. Their layouts are in
    /// [`layouts`](Self::layouts).
    pub fn value(&self) -> &'q [u8] {
        &self.held.value
    }

    /// The entries of the dictionary that the value uses, which no other value does.
    pub fn layouts(&self) -> &'q [u8] {
        &self.held.layouts
    }
}
