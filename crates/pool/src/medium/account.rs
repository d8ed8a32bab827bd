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

    /// Takes this many bytes until the room is dropped. Drop it under no lock: callers that wait for room go on then. The
    /// bytes go beyond the bound if need be, because to write a blob is what makes room. More than 256 TiB count as
    /// 256 TiB. `None` if there is no pool.
    pub fn take(&self, bytes: u64) -> Option<Room> {
        Some(self.0.upgrade()?.exceed(bytes, Purpose::Passing))
    }
}
