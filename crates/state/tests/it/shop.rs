//! Two tables.

use forebay_state::{State, Table};

#[derive(State, Clone)]
pub(crate) struct Shop {
    #[table(id = 1)]
    pub(crate) users: Table<String, u64>,
    #[table(id = 2)]
    pub(crate) orders: Table<u64, String>,
}
