//! Batches of transactions on their way to the tables: who reads the journal gathers them, whoever has
//! time makes keys and values of them, and who reads takes them back in their order.

use std::mem;
use std::sync::Arc;

use forebay_store::Result;
use forebay_store::seam::Spawn;

use super::batch::{Batch, Decoded};
use crate::ahead::{Line, Work};
use crate::catalog::TableInfo;
use crate::key::Key;
use crate::revision::Revision;
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::value::Dictionary;

/// The batches of a journal that is being read.
pub(super) struct Batches<T: Tables> {
    /// What is gathered.
    batch: Batch,
    /// So many bytes were gathered in all.
    read: u64,
    line: Line<Undecoded<T>>,
    /// Empty tables, for their types and orders.
    types: Arc<T>,
    /// Memory to be used again.
    spares: Vec<Vec<u8>>,
}

/// A batch, of which keys and values are to be made.
struct Undecoded<T: Tables> {
    batch: Batch,
    types: Arc<T>,
}

impl<T: Tables> Work for Undecoded<T> {
    type Made = Decoded;

    fn make(&mut self) -> Option<Decoded> {
        self.batch.decode(&mut T::clone(&self.types))
    }

    fn bytes(&self) -> usize {
        self.batch.length()
    }
}

impl<T: Tables> Batches<T> {
    /// A batch is full with so many bytes, or with a sixteenth of what came before it, up to the most. Each goes
    /// through the whole table: in one of many millions its changes have hardly a leaf in common if they are few. But
    /// the last one is made by one thread, while others have nothing to do.
    const BYTES: usize = 4 << 20;
    const BYTES_MAX: usize = 16 << 20;
    /// It is full with so many transactions, too: each takes memory, even if it says nothing.
    pub(super) const MEMBERS_MAX: usize = 1 << 17;

    /// So many full ones are there, and one that is gathered: enough that helpers find one while that is done.
    pub(super) const LINE_MAX: usize = 6;
    /// Large ones are fewer, so that they have no more bytes than this.
    const LINE_BYTES_MAX: usize = 64 << 20;

    /// For these tables.
    pub(super) fn new(tables: &T, spawn: Arc<dyn Spawn>) -> Result<Self> {
        let mut types = tables.clone();
        types.visit(&mut Emptying)?;
        let (line, types) = (Line::new(Some(spawn)), Arc::new(types));
        Ok(Self { batch: Batch::default(), read: 0, line, types, spares: Vec::new() })
    }

    /// Whether a transaction of this length may be in a batch: a longer one is not copied.
    pub(super) fn takes(length: usize) -> bool {
        length <= Self::BYTES
    }

    /// Gathers a transaction.
    pub(super) fn push(
        &mut self,
        (number, revision): (u64, Revision),
        body: &[u8],
        dictionary: &Arc<Dictionary>,
    ) {
        if self.batch.is_empty() {
            let spare = self.spares.pop().unwrap_or_default();
            self.batch = Batch::new(Arc::clone(dictionary), spare);
        }
        self.batch.push(number, revision, body);
        self.read += body.len() as u64;
        if self.batch.length() >= self.full() || self.batch.members() >= Self::MEMBERS_MAX {
            self.close();
        }
    }

    /// With how many bytes a batch is full by now.
    fn full(&self) -> usize {
        let part = usize::try_from(self.read / 16).unwrap_or(usize::MAX);
        part.clamp(Self::BYTES, Self::BYTES_MAX)
    }

    /// Nothing is added any more to what was gathered.
    pub(super) fn close(&mut self) {
        if !self.batch.is_empty() {
            let (batch, types) = (mem::take(&mut self.batch), Arc::clone(&self.types));
            self.line.push(Undecoded { batch, types });
        }
    }

    /// Whether there are so many that one must be taken before another is gathered.
    pub(super) fn is_long(&self) -> bool {
        self.line.len() >= Self::LINE_MAX.min(Self::LINE_BYTES_MAX / self.full())
    }

    /// The oldest batch that was closed, and what was made of it. It waits until that is done, and does
    /// some of the work meanwhile. `None` if there is none.
    pub(super) fn next(&self) -> Option<(Batch, Option<Decoded>)> {
        self.line.next().map(|(Undecoded { batch, .. }, decoded)| (batch, decoded))
    }

    /// Gives the memory of a batch back.
    pub(super) fn give_back(&mut self, batch: Batch) {
        if self.spares.len() <= Self::LINE_MAX {
            self.spares.push(batch.into_bytes());
        }
    }

    /// Forgets everything that was gathered.
    pub(super) fn clear(&mut self) {
        self.batch = Batch::default();
        self.line.clear();
    }
}

/// Leaves the types and the orders of tables.
struct Emptying;

impl TableVisitor for Emptying {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        _: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        table.wipe();
        Ok(())
    }
}
