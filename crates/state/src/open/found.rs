//! What is found in a state that is read without its types.

use forebay_store::Result;

use crate::catalog::TableId;
use crate::record::StoredCatalog;
use crate::value::Dictionary;

/// One thing after the other, in the order in which they came to be.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    /// What the tables are, from here on.
    Catalog(&'a StoredCatalog),
    /// An entry, in the place of one with its key that may be there.
    Entry {
        table: TableId,
        /// That of its value.
        version: u16,
        key: &'a [u8],
        value: &'a [u8],
        dictionary: &'a Dictionary,
    },
    /// No entry has this key any more.
    Deleted { table: TableId, key: &'a [u8] },
    /// The table is empty.
    Cleared { table: TableId },
}

/// Who is given it.
pub(crate) type Sink<'s> = dyn FnMut(Found<'_>) -> Result<()> + 's;
