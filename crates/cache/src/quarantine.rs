//! Writes that the store refused.

use forebay_store::{Edit, Error, Result, WallTime};

/// A key whose newest write the store refused, or whose newest write waits behind one that was refused. The value is kept
/// and read as before. A newer write of the key supersedes it, or waits behind it, as [`WhenRefused`](crate::WhenRefused)
/// says. [`Cache::quarantine`](crate::Cache::quarantine) is where it is tried again, changed or given up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Quarantined<K> {
    /// The key.
    pub key: K,
    /// The version of what is there. It changes with every write of the key and with a retry. After a restart a version
    /// that was there before may come again: look again then.
    pub version: u64,
    /// What the store said last.
    pub cause: Error,
    /// How often the store was given it without storing it, the last time included. 0: it was never given to the store,
    /// and [waits](Self::waits).
    pub attempts: u32,
    /// When the store first refused it. It stays the same over retries and restarts. But it begins anew, and
    /// `attempts` with it, after a restart while the write is not in quarantine: between a retry and the answer of the
    /// store, or while quarantine has no room.
    pub first_refused: WallTime,
    /// When the store last refused it.
    pub last_refused: WallTime,
    /// Whether it is a delete.
    pub is_deleted: bool,
    /// Bytes that it takes, as weighed.
    pub bytes: u64,
}

impl<K> Quarantined<K> {
    /// Whether the store was never given this write: it came later than the refused one, and waits behind that
    /// ([`WhenRefused::Queue`](crate::WhenRefused::Queue)). Cause and times are those of the refused one.
    pub fn waits(&self) -> bool {
        self.attempts == 0
    }
}

/// A key in quarantine with the write that the store will not take.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct QuarantinedWrite<K, V> {
    /// The key, and why it is in quarantine.
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
    /// How often the store was given it without storing it. 0: never, it waits behind one that was refused.
    pub attempts: u32,
    /// When the store first refused it.
    pub first: WallTime,
    /// When the store last refused it.
    pub last: WallTime,
}

impl Refusal {
    pub(crate) fn new(cause: Error, attempts: u32, first: WallTime, last: WallTime) -> Self {
        Self { cause, attempts, first, last }
    }
}
