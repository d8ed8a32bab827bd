//! Two tables of structs, so that layouts are told.

use forebay_state::{State, Table};
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

#[derive(State, Clone)]
pub(crate) struct Ledger {
    #[table(id = 1)]
    pub(crate) accounts: Table<u32, Account>,
    #[table(id = 300)]
    pub(crate) entries: Table<(u32, String), Entry>,
}
