//! A state of one table of any types, with all that the derive would write.

use forebay_state::{
    Apply, Base, Grave, Key, Revision, Table, TableChanges, TableOverlay, TableTx, Tables,
    TxContext,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Whatever serde can write and read.
pub(super) trait Plain: Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<V: Serialize + DeserializeOwned + Send + Sync + 'static> Plain for V {}

pub(super) struct One<K: Key, V: Plain> {
    pub(super) table: Table<K, V>,
}

impl<K: Key, V: Plain> Clone for One<K, V> {
    fn clone(&self) -> Self {
        Self { table: self.table.clone() }
    }
}

pub(super) struct OneTx<'t, K: Key, V> {
    pub(super) table: TableTx<'t, K, V>,
}

impl<K: Key, V: Plain> Tables for One<K, V> {
    type Tx<'t> = OneTx<'t, K, V>;
    type Overlay = TableOverlay<K, V>;
    type Changes = TableChanges<K, V>;
    type Indexes = ();

    fn empty(_seed: u64) -> Self {
        Self { table: Table::new() }
    }

    fn begin<'t>(
        base: Base<'t, Self>,
        accepted: &'t TableOverlay<K, V>,
        _context: &'t mut TxContext,
    ) -> OneTx<'t, K, V> {
        OneTx { table: TableTx::begin(&base.tables().table, accepted) }
    }

    fn finish(tx: OneTx<'_, K, V>) -> TableChanges<K, V> {
        tx.table.finish()
    }

    fn accept(overlay: &mut TableOverlay<K, V>, changes: &TableChanges<K, V>, revision: Revision) {
        overlay.accept(changes, revision);
    }

    fn leave(overlay: &mut TableOverlay<K, V>, changes: &TableChanges<K, V>, revision: Revision) {
        overlay.leave(changes, revision);
    }

    fn apply(root: Apply<'_, Self>, changes: &TableChanges<K, V>, grave: &mut Grave) {
        changes.apply(&mut root.tables.table, grave);
    }

    fn weight(changes: &TableChanges<K, V>) -> usize {
        changes.weight()
    }

    fn entries(&self) -> usize {
        self.table.len()
    }
}
