//! What a struct of tables must offer to be the content of a state.

use std::fmt;

use forebay_journal::{Channel, Enlist};
use forebay_store::Result;

use crate::catalog::{Catalog, TableInfo};
use crate::commit::{Grave, Partners, Root};
use crate::index::{Clashes, Hands};
use crate::key::Key;
use crate::migration::Migrations;
use crate::quarantine::QuarantinedKeys;
use crate::record::BodyWriter;
use crate::revision::Revision;
use crate::table::{Table, TableOrder, TableTx, Value};

/// A struct of tables. The derive writes all of this; nothing else should.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the content of a state",
    note = "derive `State` on a struct of tables"
)]
pub trait Tables: Clone + Send + Sync + 'static {
    /// What the tables are, without their types.
    const CATALOG: Catalog;

    /// The hands of a transaction: one field a table.
    type Tx<'t>;
    /// What is accepted and not yet shown.
    type Overlay: Default + Send;
    /// What a transaction has changed.
    type Changes: Send + Sync + 'static;
    /// The indexes over the tables.
    type Indexes: Clone + Default + Send + Sync + 'static;

    /// Empty tables; `seed` makes the order of hash tables unforeseeable.
    fn empty(seed: u64) -> Self;

    /// The indexes over the tables as they are, made anew; `clashes` is told what unique indexes
    /// forbid.
    #[doc(hidden)]
    fn index(&self, clashes: &mut Clashes) -> Self::Indexes;

    /// How values of older shapes become values of today's.
    #[doc(hidden)]
    fn migrations() -> Migrations<Self>
    where
        Self: Sized,
    {
        Migrations::new()
    }

    /// Rebuilds what is not kept on disk, once the tables are there.
    #[doc(hidden)]
    fn loaded(&mut self) {}

    /// Begins a transaction that sees `accepted` above `base`.
    #[doc(hidden)]
    fn begin<'t>(
        base: Base<'t, Self>,
        accepted: &'t Self::Overlay,
        context: &'t mut TxContext,
    ) -> Self::Tx<'t>;

    /// Ends a transaction that succeeded; it is `Refused` if a unique index forbids it.
    #[doc(hidden)]
    fn finish(tx: Self::Tx<'_>) -> Result<Self::Changes>;

    /// Puts changes into the overlay.
    #[doc(hidden)]
    fn accept(overlay: &mut Self::Overlay, changes: &Self::Changes, revision: Revision);

    /// Takes changes that are now shown, or never will be, out of the overlay.
    #[doc(hidden)]
    fn leave(overlay: &mut Self::Overlay, changes: &Self::Changes, revision: Revision);

    /// Applies changes to the tables and indexes of a root.
    #[doc(hidden)]
    fn apply(root: Apply<'_, Self>, changes: &Self::Changes, grave: &mut Grave);

    /// The same if nobody needs the changes any more: it may take out what it applies. `newer` is the same root with
    /// nothing but these changes, if there is one.
    #[doc(hidden)]
    fn apply_last(
        root: Apply<'_, Self>,
        changes: &mut Self::Changes,
        newer: Option<Base<'_, Self>>,
        grave: &mut Grave,
    );

    /// Writes changes as the groups of a record, one a table that has any, in the order of the tables.
    #[doc(hidden)]
    fn encode(changes: &Self::Changes, body: &mut BodyWriter<'_>) -> Result<()>;

    /// Shows every table to `visitor`, in their order; its first error ends it.
    #[doc(hidden)]
    fn visit<V: TableVisitor>(&mut self, visitor: &mut V) -> Result<()>;

    /// Shows what a transaction has in hand to `visitor`, table by table; its first error ends it.
    #[doc(hidden)]
    fn visit_tx<V: TxVisitor>(tx: &mut Self::Tx<'_>, visitor: &mut V) -> Result<()>;

    /// How many operations it takes to apply these changes; none if nothing has changed.
    #[doc(hidden)]
    fn weight(changes: &Self::Changes) -> usize;

    /// How many operations on indexes come with them.
    #[doc(hidden)]
    fn emissions(changes: &Self::Changes) -> usize;

    /// How many operations these changes are; to clear a table is one.
    #[doc(hidden)]
    fn operations(changes: &Self::Changes) -> usize;

    /// How many entries all tables have.
    #[doc(hidden)]
    fn entries(&self) -> usize;
}

/// A visitor of the tables one by one, each with its types: to fill them, or to copy them.
///
/// To look only, clone the tables before: that costs next to nothing.
#[doc(hidden)]
pub trait TableVisitor {
    /// One table.
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()>;
}

/// A visitor that changes the tables one by one in a transaction, each with its types.
#[doc(hidden)]
pub trait TxVisitor {
    /// One table.
    fn table<K: Key, V: Value, O: TableOrder, X: Hands<K, V>>(
        &mut self,
        info: &'static TableInfo,
        tx: &mut TableTx<'_, K, V, O, X>,
    ) -> Result<()>;
}

/// A root that is looked at, and stays as it is: what a transaction begins on.
#[doc(hidden)]
pub struct Base<'t, T: Tables> {
    root: &'t Root<T>,
}

impl<'t, T: Tables> Base<'t, T> {
    pub(crate) fn new(root: &'t Root<T>) -> Self {
        Self { root }
    }

    /// The tables.
    pub fn tables(&self) -> &'t T {
        &self.root.tables
    }

    /// The indexes over them.
    pub fn indexes(&self) -> &'t T::Indexes {
        &self.root.indexes
    }
}

impl<'t, T: Tables> Base<'t, T> {
    /// The keys of this table whose values are in quarantine.
    pub fn quarantined(&self, table: &TableInfo) -> QuarantinedKeys<'t> {
        QuarantinedKeys::new(table.id, &self.root.quarantine)
    }
}

impl<T: Tables> fmt::Debug for Base<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base").field("revision", &self.root.revision).finish_non_exhaustive()
    }
}

/// What a transaction is run with, apart from its tables.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct TxContext {
    pub(crate) partners: Partners,
}

impl TxContext {
    /// For a transaction whose journal is shared, by this channel.
    pub(crate) fn beside(channel: Channel) -> Self {
        Self { partners: Partners::beside(channel) }
    }

    /// Takes writes of another tenant into the transaction.
    pub fn enlist<E: Enlist + ?Sized>(&mut self, other: &E) -> Result<&mut E::Partner> {
        self.partners.enlist(other)
    }
}

/// The tables and indexes that changes are applied to.
#[doc(hidden)]
pub struct Apply<'a, T: Tables> {
    /// The tables.
    pub tables: &'a mut T,
    /// The indexes over them.
    pub indexes: &'a mut T::Indexes,
}

impl<T: Tables> fmt::Debug for Apply<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Apply").finish_non_exhaustive()
    }
}
