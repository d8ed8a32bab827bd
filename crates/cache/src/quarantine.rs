//! Writes that the store refused.

use forebay_store::Error;

/// A key whose newest write the store refused. The value is kept and read as before; a newer write
/// of the key supersedes it, and [`Cache::replay`](crate::Cache::replay) tries it again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Quarantined<K> {
    /// The key.
    pub key: K,
    /// What the store said.
    pub cause: Error,
}
