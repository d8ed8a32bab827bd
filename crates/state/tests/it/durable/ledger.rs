//! Two tables of structs, so that layouts are told; with all that the derive would write.

use forebay_state::key::Key;
use forebay_state::{
    Apply, Base, BodyWriter, Catalog, Grave, Revision, Table, TableChanges, TableId, TableInfo,
    TableKind, TableOverlay, TableTx, TableVisitor, Tables, TxContext,
};
use forebay_store::Result;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) owner: String,
    pub(crate) balance: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Entry {
    Opened,
    Paid { amount: i64, note: Option<String> },
}

#[derive(Clone, Default)]
pub(crate) struct Ledger {
    pub(crate) accounts: Table<u32, Account>,
    pub(crate) entries: Table<(u32, String), Entry>,
}

pub(crate) struct LedgerTx<'t> {
    pub(crate) accounts: TableTx<'t, u32, Account>,
    pub(crate) entries: TableTx<'t, (u32, String), Entry>,
}

#[derive(Default)]
pub(crate) struct LedgerOverlay {
    accounts: TableOverlay<u32, Account>,
    entries: TableOverlay<(u32, String), Entry>,
}

pub(crate) struct LedgerChanges {
    accounts: TableChanges<u32, Account>,
    entries: TableChanges<(u32, String), Entry>,
}

pub(crate) const ACCOUNTS: TableInfo = TableInfo {
    id: TableId(1),
    name: "accounts",
    kind: TableKind::Ordered,
    key: <u32 as Key>::SHAPE,
    version: 1,
};

pub(crate) const ENTRIES: TableInfo =
    TableInfo { id: TableId(300), name: "entries", key: <(u32, String) as Key>::SHAPE, ..ACCOUNTS };

impl Tables for Ledger {
    const CATALOG: Catalog = Catalog::new("ledger", &[ACCOUNTS, ENTRIES], &[]);

    type Tx<'t> = LedgerTx<'t>;
    type Overlay = LedgerOverlay;
    type Changes = LedgerChanges;
    type Indexes = ();

    fn empty(_seed: u64) -> Self {
        Self::default()
    }

    fn begin<'t>(
        base: Base<'t, Self>,
        accepted: &'t LedgerOverlay,
        _context: &'t mut TxContext,
    ) -> LedgerTx<'t> {
        let tables = base.tables();
        LedgerTx {
            accounts: TableTx::begin(&tables.accounts, &accepted.accounts),
            entries: TableTx::begin(&tables.entries, &accepted.entries),
        }
    }

    fn finish(tx: LedgerTx<'_>) -> LedgerChanges {
        LedgerChanges { accounts: tx.accounts.finish(), entries: tx.entries.finish() }
    }

    fn accept(overlay: &mut LedgerOverlay, changes: &LedgerChanges, revision: Revision) {
        overlay.accounts.accept(&changes.accounts, revision);
        overlay.entries.accept(&changes.entries, revision);
    }

    fn leave(overlay: &mut LedgerOverlay, changes: &LedgerChanges, revision: Revision) {
        overlay.accounts.leave(&changes.accounts, revision);
        overlay.entries.leave(&changes.entries, revision);
    }

    fn apply(root: Apply<'_, Self>, changes: &LedgerChanges, grave: &mut Grave) {
        changes.accounts.apply(&mut root.tables.accounts, grave);
        changes.entries.apply(&mut root.tables.entries, grave);
    }

    fn encode(changes: &LedgerChanges, body: &mut BodyWriter<'_>) -> Result<()> {
        changes.accounts.encode(&ACCOUNTS, body)?;
        changes.entries.encode(&ENTRIES, body)
    }

    fn visit<V: TableVisitor>(&mut self, visitor: &mut V) -> Result<()> {
        visitor.table(&ACCOUNTS, &mut self.accounts)?;
        visitor.table(&ENTRIES, &mut self.entries)
    }

    fn weight(changes: &LedgerChanges) -> usize {
        changes.accounts.weight().saturating_add(changes.entries.weight())
    }

    fn entries(&self) -> usize {
        self.accounts.len() + self.entries.len()
    }
}
