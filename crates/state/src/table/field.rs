//! What a field of a struct of tables may be.

use std::sync::Arc;

use forebay_store::Result;

use super::change::Change;
use super::changes::TableChanges;
use super::entry::Kept;
use super::order::TableOrder;
use super::overlay::TableOverlay;
use super::table::Table;
use super::tx::TableTx;
use super::value::Value;
use crate::catalog::{TableInfo, TableKind};
use crate::commit::Grave;
use crate::index::Hands;
use crate::key::Key;
use crate::quarantine::QuarantinedKeys;
use crate::record::BodyWriter;
use crate::revision::Revision;
use crate::tables::{TableVisitor, TxVisitor};
use crate::watch;

/// A table, whichever kind it is, as the code that the derive makes deals with it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "a table is a `Table<K, V>` or a `HashTable<K, V>`"
)]
pub trait TableField: Clone + Send + Sync + 'static {
    /// Its keys.
    type Key: Key;
    /// Its values.
    type Value: Send + Sync + 'static;
    /// The hands of a transaction in it.
    type Tx<'t, X: Hands<Self::Key, Self::Value>>;
    /// What is accepted and not yet shown.
    type Overlay: Default + Send;
    /// What a transaction has changed in it.
    type Changes: Send + Sync + 'static;

    /// How it is ordered.
    const KIND: TableKind;

    /// One without entries.
    fn empty(seed: u64) -> Self;

    /// Begins a transaction that sees `accepted` above `shown`, and tells its indexes what changes.
    fn begin<'t, X>(
        shown: &'t Self,
        accepted: &'t Self::Overlay,
        indexes: X,
        quarantined: QuarantinedKeys<'t>,
    ) -> Self::Tx<'t, X>
    where
        X: Hands<Self::Key, Self::Value>;

    /// The indexes that a transaction tells what changes.
    fn indexes<'a, X>(tx: &'a Self::Tx<'_, X>) -> &'a X
    where
        X: Hands<Self::Key, Self::Value>;

    /// Ends a transaction that succeeded.
    fn finish<X>(tx: Self::Tx<'_, X>) -> Result<(Self::Changes, X)>
    where
        X: Hands<Self::Key, Self::Value>;

    /// Puts changes into the overlay.
    fn accept(overlay: &mut Self::Overlay, changes: &Self::Changes, revision: Revision);

    /// Takes changes out of the overlay.
    fn leave(overlay: &mut Self::Overlay, changes: &Self::Changes, revision: Revision);

    /// Applies changes.
    fn apply(&mut self, changes: &Self::Changes, grave: &mut Grave);

    /// Applies changes that nobody needs any more; `newer` is the same table with nothing but these, if there is one.
    fn apply_last(&mut self, changes: &mut Self::Changes, newer: Option<&Self>, grave: &mut Grave);

    /// How many operations it takes to apply these changes.
    fn weight(changes: &Self::Changes) -> usize;

    /// How many operations they are; to clear the table is one.
    fn operations(changes: &Self::Changes) -> usize;

    /// Whether they begin with everything taken out.
    fn is_cleared(changes: &Self::Changes) -> bool;

    /// Calls `visit` with what is done to each key.
    fn each_change(
        changes: &Self::Changes,
        visit: &mut dyn FnMut(watch::Change<Self::Key, Self::Value>),
    );

    /// How many entries there are.
    fn entries(&self) -> usize;

    /// Calls `visit` with every entry.
    fn each(&self, visit: &mut dyn FnMut(Kept<Self::Key, Self::Value>));
}

/// What a table is besides if its values can be written and read: a trait of its own, so that a
/// value which cannot is a fault in one place only.
#[doc(hidden)]
pub trait SavedTable: TableField {
    /// Writes changes as the group of this table, if there are any.
    fn encode(
        changes: &Self::Changes,
        info: &'static TableInfo,
        body: &mut BodyWriter<'_>,
    ) -> Result<()>;

    /// Shows this table to `visitor`.
    fn visit<W: TableVisitor>(&mut self, info: &'static TableInfo, visitor: &mut W) -> Result<()>;

    /// Shows what a transaction has of this table in hand to `visitor`.
    fn visit_tx<X, W: TxVisitor>(
        tx: &mut Self::Tx<'_, X>,
        info: &'static TableInfo,
        visitor: &mut W,
    ) -> Result<()>
    where
        X: Hands<Self::Key, Self::Value>;
}

impl<K: Key, V: Send + Sync + 'static, O: TableOrder> TableField for Table<K, V, O> {
    type Key = K;
    type Value = V;
    type Tx<'t, X: Hands<K, V>> = TableTx<'t, K, V, O, X>;
    type Overlay = TableOverlay<K, V, O>;
    type Changes = TableChanges<K, V, O>;

    const KIND: TableKind = O::KIND;

    fn empty(seed: u64) -> Self {
        Self::empty(seed)
    }

    fn begin<'t, X>(
        shown: &'t Self,
        accepted: &'t Self::Overlay,
        indexes: X,
        quarantined: QuarantinedKeys<'t>,
    ) -> Self::Tx<'t, X>
    where
        X: Hands<K, V>,
    {
        TableTx::begin_with(shown, accepted, indexes, quarantined)
    }

    fn indexes<'a, X: Hands<K, V>>(tx: &'a Self::Tx<'_, X>) -> &'a X {
        tx.indexes()
    }

    fn finish<X: Hands<K, V>>(tx: Self::Tx<'_, X>) -> Result<(Self::Changes, X)> {
        tx.finish_with()
    }

    fn accept(overlay: &mut Self::Overlay, changes: &Self::Changes, revision: Revision) {
        overlay.accept(changes, revision);
    }

    fn leave(overlay: &mut Self::Overlay, changes: &Self::Changes, revision: Revision) {
        overlay.leave(changes, revision);
    }

    fn apply(&mut self, changes: &Self::Changes, grave: &mut Grave) {
        changes.apply(self, grave);
    }

    fn apply_last(&mut self, changes: &mut Self::Changes, newer: Option<&Self>, grave: &mut Grave) {
        changes.apply_last(self, newer, grave);
    }

    fn weight(changes: &Self::Changes) -> usize {
        changes.weight()
    }

    fn operations(changes: &Self::Changes) -> usize {
        changes.touched.len() + usize::from(changes.cleared)
    }

    fn is_cleared(changes: &Self::Changes) -> bool {
        changes.cleared
    }

    fn each_change(changes: &Self::Changes, visit: &mut dyn FnMut(watch::Change<K, V>)) {
        changes.touched.iter().for_each(|change| match change {
            Change::Put(entry) => visit(watch::Change::Put(Kept(Arc::clone(entry)))),
            Change::Delete(key) => visit(watch::Change::Delete(key.clone())),
        });
    }

    fn entries(&self) -> usize {
        self.len()
    }

    fn each(&self, visit: &mut dyn FnMut(Kept<K, V>)) {
        self.entries().for_each(|entry| visit(Kept(Arc::clone(entry))));
    }
}

impl<K: Key, V: Value, O: TableOrder> SavedTable for Table<K, V, O> {
    fn encode(
        changes: &Self::Changes,
        info: &'static TableInfo,
        body: &mut BodyWriter<'_>,
    ) -> Result<()> {
        changes.encode(info, body)
    }

    fn visit<W: TableVisitor>(&mut self, info: &'static TableInfo, visitor: &mut W) -> Result<()> {
        visitor.table(info, self)
    }
    fn visit_tx<X: Hands<K, V>, W: TxVisitor>(
        tx: &mut Self::Tx<'_, X>,
        info: &'static TableInfo,
        visitor: &mut W,
    ) -> Result<()> {
        visitor.table(info, tx)
    }
}
