//! Writes that the store refused.

use forebay_store::{Edit, Error, Result, WallTime};

/// A key whose newest write the store refused, or which waits behind one that it refused. The value is kept and read as before; a newer write
/// of the key supersedes it, or waits behind it if the cache is opened [so](crate::WhenRefused), and [`Cache::quarantine`](crate::Cache::quarantine) is where it is tried again,
/// changed or given up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Quarantined<K> {
    /// The key.
    pub key: K,
    /// What is there: it changes with every write of the key and with a retry. After a restart it may be one that there was
    /// before: look again then.
    pub version: u64,
    /// What the store said last.
    pub cause: Error,
    /// How often the store was given it in vain, the last time included. 0: never, it [waits](Self::waits).
    pub attempts: u32,
    /// When the store first refused it. It is the same over retries and restarts. What begins it anew, and
    /// `attempts` with it, is a restart while it is not in quarantine: between a retry and the answer of the
    /// store, or while there is no room in it.
    pub first_refused: WallTime,
    /// When it did last.
    pub last_refused: WallTime,
    /// What is there is a delete.
    pub is_deleted: bool,
    /// Bytes that it takes, as weighed.
    pub bytes: u64,
}

impl<K> Quarantined<K> {
    /// The store was never given what is there: it was written later than what was refused, and waits behind that
    /// ([`WhenRefused::Queue`](crate::WhenRefused::Queue)). Cause and times are those of what was refused.
    pub fn waits(&self) -> bool {
        self.attempts == 0
    }
}

/// A key in quarantine with what the store will not take.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct QuarantinedWrite<K, V> {
    /// The key, and why.
    pub about: Quarantined<K>,
    /// The value with its expiry, over or not, or the delete. `Aborted` if the clone of the value panics,
    /// which is a reason to be in quarantine.
    pub edit: Result<Edit<V>>,
}

/// Why a write is in quarantine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// What the store said last.
    pub cause: Error,
    /// How often the store was given it in vain. 0: never, it waits behind one that was refused.
    pub attempts: u32,
    /// When the store first refused it.
    pub first: WallTime,
    /// When it did last.
    pub last: WallTime,
}

impl Refusal {
    pub(crate) fn new(cause: Error, attempts: u32, first: WallTime, last: WallTime) -> Self {
        Self { cause, attempts, first, last }
    }
}
