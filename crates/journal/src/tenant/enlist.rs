//! Those whose writes can be part of somebody else's transaction.

use forebay_store::Result;

use super::partner::Partner;

/// A tenant of a [shared journal](super::SharedJournal) whose writes can be part of the transaction of another
/// tenant: both happen, or neither. The tenant with transactions need not know what the other one is.
pub trait Enlist {
    /// What collects the writes of one transaction.
    type Partner: Partner + Send + 'static;

    /// Begins to collect. Nothing happens to the tenant until a [`Partner`] is taken through its steps;
    /// dropped before that it leaves nothing.
    ///
    /// # Errors
    ///
    /// `Unsupported` if there is no journal.
    fn enlist(&self) -> Result<Self::Partner>;
}
