//! Where a medium counts memory that it takes for a moment.

use std::sync::{Arc, Weak};

use crate::budget::{Ledger, Purpose, Room};

/// Where a medium counts memory that it takes for a moment, as for a blob that it has as a whole: the budget of
/// the pool that it is of. A medium is there before its pool is, so until then nothing is counted.
///
/// ```
/// use forebay_pool::Account;
///
/// let of_no_pool = Account::default();
/// assert!(of_no_pool.take(1000).is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Account(Weak<Ledger>);

impl Account {
    pub(crate) fn of(ledger: &Arc<Ledger>) -> Self {
        Self(Arc::downgrade(ledger))
    }

    /// So many bytes, until the room is dropped; not under a lock, for then who waits for room goes on. They go
    /// beyond the bound if need be: to write a blob is what makes room. More than 256 TiB count as so much.
    /// `None`: there is no pool.
    pub fn take(&self, bytes: u64) -> Option<Room> {
        Some(self.0.upgrade()?.exceed(bytes, Purpose::Passing))
    }
}
