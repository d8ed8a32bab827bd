//! The face of everybody who is measured.

use std::time::Duration;

use forebay_store::{Error, Result};

/// A cache from `u64` to `u64`, each value equal to its key. Its methods take many keys, so that
/// the call through this face costs nothing for each.
pub(crate) trait Subject {
    fn put(&mut self, keys: &[u64]) -> Result<()>;

    fn delete(&mut self, keys: &[u64]) -> Result<()>;

    /// How many of these keys have the value that they should have.
    fn get(&mut self, keys: &[u64]) -> Result<usize>;

    /// What has to be done now and then so that the writes of a full cache reach the store.
    fn keep_up(&mut self) -> Result<()> {
        Ok(())
    }

    /// Stores everything that is dirty.
    fn store_dirty(&mut self) -> Result<()> {
        Ok(())
    }

    /// Stores what has been dirty for so long, and says how many entries that were.
    fn flush_older_than(&mut self, age: Duration) -> Result<usize> {
        Err(Error::unsupported(format!("it cannot flush what is older than {age:?}")))
    }

    /// Does the work that the cache has put off.
    fn housekeep(&mut self) {}

    /// Waits until nothing is left to be done on other threads: what was put is as safe as it gets.
    fn rest(&mut self) -> Result<()> {
        Ok(())
    }

    fn len(&self) -> usize;

    /// How many writes and deletes have reached the store.
    fn written(&self) -> u64 {
        0
    }
}
