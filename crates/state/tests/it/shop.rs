//! Two tables, with all that the derive would write.

use forebay_state::key::Key;
use forebay_state::{
    Apply, Base, BodyWriter, Catalog, Grave, Revision, Table, TableChanges, TableId, TableInfo,
    TableKind, TableOverlay, TableTx, TableVisitor, Tables, TxContext,
};
use forebay_store::Result;

#[derive(Clone, Default)]
pub(crate) struct Shop {
    pub(crate) users: Table<String, u64>,
    pub(crate) orders: Table<u64, String>,
}

pub(crate) struct ShopTx<'t> {
    pub(crate) users: TableTx<'t, String, u64>,
    pub(crate) orders: TableTx<'t, u64, String>,
}

#[derive(Default)]
pub(crate) struct ShopOverlay {
    users: TableOverlay<String, u64>,
    orders: TableOverlay<u64, String>,
}

pub(crate) struct ShopChanges {
    users: TableChanges<String, u64>,
    orders: TableChanges<u64, String>,
}

const USERS: TableInfo = TableInfo {
    id: TableId(1),
    name: "users",
    kind: TableKind::Ordered,
    key: <String as Key>::SHAPE,
    version: 1,
};

const ORDERS: TableInfo =
    TableInfo { id: TableId(2), name: "orders", key: <u64 as Key>::SHAPE, ..USERS };

impl Tables for Shop {
    const CATALOG: Catalog = Catalog::new("shop", &[USERS, ORDERS], &[]);

    type Tx<'t> = ShopTx<'t>;
    type Overlay = ShopOverlay;
    type Changes = ShopChanges;
    type Indexes = ();

    fn empty(_seed: u64) -> Self {
        Self::default()
    }

    fn begin<'t>(
        base: Base<'t, Self>,
        accepted: &'t ShopOverlay,
        _context: &'t mut TxContext,
    ) -> ShopTx<'t> {
        let tables = base.tables();
        ShopTx {
            users: TableTx::begin(&tables.users, &accepted.users),
            orders: TableTx::begin(&tables.orders, &accepted.orders),
        }
    }

    fn finish(tx: ShopTx<'_>) -> ShopChanges {
        ShopChanges { users: tx.users.finish(), orders: tx.orders.finish() }
    }

    fn accept(overlay: &mut ShopOverlay, changes: &ShopChanges, revision: Revision) {
        overlay.users.accept(&changes.users, revision);
        overlay.orders.accept(&changes.orders, revision);
    }

    fn leave(overlay: &mut ShopOverlay, changes: &ShopChanges, revision: Revision) {
        overlay.users.leave(&changes.users, revision);
        overlay.orders.leave(&changes.orders, revision);
    }

    fn apply(root: Apply<'_, Self>, changes: &ShopChanges, grave: &mut Grave) {
        changes.users.apply(&mut root.tables.users, grave);
        changes.orders.apply(&mut root.tables.orders, grave);
    }

    fn encode(changes: &ShopChanges, body: &mut BodyWriter<'_>) -> Result<()> {
        changes.users.encode(&USERS, body)?;
        changes.orders.encode(&ORDERS, body)
    }

    fn visit<V: TableVisitor>(&mut self, visitor: &mut V) -> Result<()> {
        visitor.table(&USERS, &mut self.users)?;
        visitor.table(&ORDERS, &mut self.orders)
    }

    fn weight(changes: &ShopChanges) -> usize {
        changes.users.weight().saturating_add(changes.orders.weight())
    }

    fn entries(&self) -> usize {
        self.users.len() + self.orders.len()
    }
}
