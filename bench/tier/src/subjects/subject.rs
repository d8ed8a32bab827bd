//! The face of everybody who is measured.

use forebay_store::Result;

use crate::pair::Pair;

/// A cache. Its methods take many keys, so that the call through this face costs nothing for each.
pub(crate) trait Subject<P: Pair>: Send + Sync {
    /// How many of these keys are there; their values are cloned. Nothing is kept of the others.
    fn get(&self, keys: &[P::Key]) -> Result<usize>;

    /// Looks these keys up where nobody expects them.
    fn miss(&self, keys: &[P::Key]) -> Result<usize> {
        self.get(keys)
    }

    fn put(&self, keys: &[P::Key]) -> Result<()>;

    /// Looks each key up, makes and keeps a clean value if it is not there, and says how often it was.
    fn read_in(&self, keys: &[P::Key]) -> Result<usize>;

    /// Stores everything that is dirty.
    fn store_dirty(&self) -> Result<()> {
        Ok(())
    }

    /// Does the work that the cache has put off.
    fn housekeep(&self) {}

    fn len(&self) -> usize;
}

/// How much fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// All entries, and as many again.
    Ample,
    /// All entries, and no more.
    Full,
}
