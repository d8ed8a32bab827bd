//! The pen: it writes what is to be appended, and knows which layouts the journal has been told.

use forebay_journal::Frame;
use forebay_store::Result;

use super::body::BodyWriter;
use super::catalog;
use super::record::kind;
use crate::catalog::Catalog;
use crate::revision::Revision;
use crate::tables::Tables;
use crate::value::{Dictionary, leb};

/// Writes the frames of one owner of a state.
#[derive(Debug, Default)]
pub(crate) struct Pen {
    dictionary: Dictionary,
    /// So many layouts are in the journal.
    told: usize,
    frame: Frame,
}

impl Pen {
    /// The frame of a transaction, with the layouts that the journal does not have yet.
    ///
    /// # Errors
    ///
    /// `Refused` if a key or a value cannot be written, or if all is too long for a frame.
    pub(crate) fn transaction<T: Tables>(
        &mut self,
        revision: Revision,
        changes: &T::Changes,
    ) -> Result<&Frame> {
        self.frame.clear();
        self.push_transaction::<T>(revision, changes)?;
        if self.dictionary.len() > self.told {
            // They have to stand before what uses them; and now nothing new is found any more.
            self.frame.clear();
            self.push_layouts(self.told)?;
            self.push_transaction::<T>(revision, changes)?;
        }
        Ok(&self.frame)
    }

    /// The frame that an owner begins with. Reading can begin there: all layouts are told again.
    pub(crate) fn announcement(&mut self, catalog: &Catalog, life: u64) -> Result<&Frame> {
        self.frame.clear();
        self.frame.push_with(|bytes| {
            bytes.push(kind::CATALOG);
            catalog::write(catalog, life, bytes);
            Ok(())
        })?;
        if !self.dictionary.is_empty() {
            self.push_layouts(0)?;
        }
        Ok(&self.frame)
    }

    /// The journal has taken the frame that was written last.
    pub(crate) fn was_taken(&mut self) {
        self.told = self.dictionary.len();
    }

    fn push_transaction<T: Tables>(
        &mut self,
        revision: Revision,
        changes: &T::Changes,
    ) -> Result<()> {
        self.frame.push_with(|bytes| {
            bytes.push(kind::TRANSACTION);
            leb::write(revision.0, bytes);
            T::encode(changes, &mut BodyWriter::new(bytes, &mut self.dictionary))
        })
    }

    fn push_layouts(&mut self, first: usize) -> Result<()> {
        self.frame.push_with(|bytes| {
            bytes.push(kind::LAYOUTS);
            self.dictionary.write_entries(first, bytes);
            Ok(())
        })
    }
}
