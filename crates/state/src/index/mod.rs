//! Indexes: the entries of a table in the order of something that is made of them.
//!
//! An index is a table of its own, whose keys are [spots](spot): an index key and the entry that has
//! it. It changes in the transaction that changes its table, is never written, and is made anew when a
//! state is opened.

mod bounds;
mod clashes;
mod column;
mod hands;
mod hits;
#[expect(clippy::module_inception, reason = "the index itself, beside its parts")]
mod index;
mod number;
mod spot;
mod tx;

pub use clashes::Clashes;
pub use column::Column;
pub use hands::{Hands, IndexHands};
pub use hits::{Hits, Holders, IndexEntries, IndexHolders, IndexRowHolders, IndexRows};
pub use index::{Index, UniqueIndex};
pub use number::{Holding, Many, One};
pub use spot::{IndexChanges, IndexOverlay, Spot};
pub use tx::{IndexTx, UniqueIndexTx};
