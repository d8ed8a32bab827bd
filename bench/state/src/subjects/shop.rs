//! Forebay's tables: ordered, and by hash.

use forebay_state::{HashTable, State, Table};

use crate::people::Person;

#[derive(State, Clone)]
pub(crate) struct Shop {
    #[table(id = 1)]
    pub(crate) texts: Table<String, Person>,
    #[table(id = 2)]
    pub(crate) numbers: Table<u64, Person>,
}

#[derive(State, Clone)]
pub(crate) struct HashShop {
    #[table(id = 1)]
    pub(crate) texts: HashTable<String, Person>,
    #[table(id = 2)]
    pub(crate) numbers: HashTable<u64, Person>,
}
