//! The catalog: what a state is made of, table by table.
//!
//! It is a constant of the struct of tables, so what contradicts itself does not compile. A state
//! writes it into its journal and its snapshots, and compares it with what it finds there.

use std::fmt;

use crate::key::Shape;

/// The number of a table. On disk a table is known by it alone: names may change, it may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u16);

impl fmt::Display for TableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How the entries of a table are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableKind {
    /// By their keys.
    Ordered,
    /// By hashes of their keys, so in no order that means anything.
    Hash,
}

impl TableKind {
    /// The word for it in texts and tools.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Hash => "hash",
        }
    }
}

impl fmt::Display for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is known of a table without its types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableInfo {
    /// Its number, not 0.
    pub id: TableId,
    /// What its field is called.
    pub name: &'static str,
    /// How it is ordered.
    pub kind: TableKind,
    /// What its keys are made of.
    pub key: Shape,
    /// The version of its values, from 1 on.
    pub version: u16,
}

/// All tables of a state, and the ids of those that it once had.
///
/// ```
/// use forebay_state::key::Key;
/// use forebay_state::{Catalog, TableId, TableInfo, TableKind};
///
/// const USERS: TableInfo = TableInfo {
///     id: TableId(1),
///     name: "users",
///     kind: TableKind::Ordered,
///     key: <String as Key>::SHAPE,
///     version: 1,
/// };
/// const CATALOG: Catalog = Catalog::new("shop", &[USERS], &[TableId(7)]);
/// assert_eq!(CATALOG.table(TableId(1)), Some(&USERS));
/// assert!(CATALOG.is_retired(TableId(7)));
/// ```
///
/// In a constant a contradiction does not compile; here two tables have one id:
///
/// ```compile_fail,E0080
/// # use forebay_state::key::Key;
/// # use forebay_state::{Catalog, TableId, TableInfo, TableKind};
/// # const USERS: TableInfo = TableInfo {
/// #     id: TableId(1),
/// #     name: "users",
/// #     kind: TableKind::Ordered,
/// #     key: <String as Key>::SHAPE,
/// #     version: 1,
/// # };
/// const ORDERS: TableInfo = TableInfo { name: "orders", ..USERS };
/// const CATALOG: Catalog = Catalog::new("shop", &[USERS, ORDERS], &[]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Catalog {
    name: &'static str,
    tables: &'static [TableInfo],
    retired: &'static [TableId],
}

impl Catalog {
    /// The catalog of the state `name` with these tables, none of which has the id of a retired
    /// one. It is for constants, which do not compile if ids or names repeat, or if an id or a
    /// version is 0; elsewhere it panics then.
    pub const fn new(
        name: &'static str,
        tables: &'static [TableInfo],
        retired: &'static [TableId],
    ) -> Self {
        let mut at = 0;
        while at < tables.len() {
            let table = &tables[at];
            assert!(table.id.0 != 0, "a table has the id 0; ids begin at 1");
            assert!(table.version != 0, "a table has the version 0; versions begin at 1");
            assert!(!has(retired, table.id), "a table has the id of a retired one");
            let mut before = 0;
            while before < at {
                assert!(tables[before].id.0 != table.id.0, "two tables have one id");
                assert!(!is_same(tables[before].name, table.name), "two tables have one name");
                before += 1;
            }
            at += 1;
        }
        Self { name, tables, retired }
    }

    /// What the state is called on disk.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The tables, in the order of their fields.
    pub const fn tables(&self) -> &'static [TableInfo] {
        self.tables
    }

    /// The ids of tables that there were once, which no table may have again.
    pub const fn retired(&self) -> &'static [TableId] {
        self.retired
    }

    /// The table with this id.
    pub fn table(&self, id: TableId) -> Option<&'static TableInfo> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// Whether a table with this id was there once.
    pub const fn is_retired(&self, id: TableId) -> bool {
        has(self.retired, id)
    }
}

const fn has(ids: &[TableId], id: TableId) -> bool {
    let mut at = 0;
    while at < ids.len() {
        if ids[at].0 == id.0 {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
