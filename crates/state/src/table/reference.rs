//! A reference to a table of a state: which one is meant, with its types.

use std::fmt;

use super::field::TableField;
use crate::catalog::{TableId, TableInfo};
use crate::tables::Tables;

/// Which table of a state is meant, and its types. The derive makes one for each table, a constant
/// with the name of the field in capitals.
///
/// ```
/// use forebay_state::{State, Table};
///
/// #[derive(State, Clone)]
/// struct Shop {
///     #[table(id = 4)]
///     users: Table<String, u64>,
/// }
///
/// assert_eq!(Shop::USERS.id().0, 4);
/// assert_eq!(Shop::USERS.info().name, "users");
/// ```
pub struct TableRef<T: Tables, F: TableField> {
    id: TableId,
    table: fn(&T) -> &F,
    changes: fn(&T::Changes) -> &F::Changes,
}

impl<T: Tables, F: TableField> TableRef<T, F> {
    /// The table with this id, and where it and its changes are.
    #[doc(hidden)]
    pub const fn new(
        id: TableId,
        table: fn(&T) -> &F,
        changes: fn(&T::Changes) -> &F::Changes,
    ) -> Self {
        Self { id, table, changes }
    }

    /// The number of the table.
    pub const fn id(&self) -> TableId {
        self.id
    }

    /// What the catalog says of it.
    pub fn info(&self) -> &'static TableInfo {
        T::CATALOG.table(self.id).expect("the derive made the catalog with the reference")
    }

    /// The table itself.
    pub fn of<'t>(&self, tables: &'t T) -> &'t F {
        (self.table)(tables)
    }

    /// What a transaction has changed in it.
    #[expect(dead_code, reason = "who watches a table comes with watching")]
    pub(crate) fn changes<'t>(&self, changes: &'t T::Changes) -> &'t F::Changes {
        (self.changes)(changes)
    }
}

#[expect(clippy::expl_impl_clone_on_copy, reason = "a derive would ask it of the tables, too")]
impl<T: Tables, F: TableField> Clone for TableRef<T, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Tables, F: TableField> Copy for TableRef<T, F> {}

impl<T: Tables, F: TableField> fmt::Debug for TableRef<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TableRef").field(&self.id.0).finish()
    }
}
