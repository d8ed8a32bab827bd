//! A database in memory that is a struct of yours: typed tables, changed in transactions, durable through
//! the journal.
//!
//! [`State`] is the handle, and the derive of the same name makes a struct of [`Table`]s and [`HashTable`]s
//! its content. The chapter that leads from the first table to a backup is
//! [docs/state.md](https://github.com/forebay/forebay/blob/main/docs/state.md).
//!
//! ```
//! use forebay::state::{State, Table};
//!
//! #[derive(State, Clone)]
//! struct Shop {
//!     #[table(id = 1)]
//!     stock: Table<String, u32>,
//! }
//!
//! # fn main() -> forebay::Result<()> {
//! let shop = State::<Shop>::memory(); // or `State::open("shop.state")?`
//! shop.write(|tx| tx.stock.put("tea".to_owned(), 3))?;
//! assert_eq!(shop.read().stock.get("tea"), Some(&3));
//! # Ok(())
//! # }
//! ```

pub use forebay_state::*;
// The same derives, but what they make finds the library here.
pub use forebay_state_derive::{
    ColumnsOfForebay as Columns, KeyOfForebay as Key, StateOfForebay as State,
};

/// A disk that can do everything that a disk may do, for tests of programs that hold their data in a
/// state: see [`Home::simulated`].
pub use forebay_journal::disk::simulated::SimulatedDisk;

pub mod key {
    //! Keys: what orders a table.

    pub use forebay_state::key::*;
    pub use forebay_state_derive::KeyOfForebay as Key;
}
