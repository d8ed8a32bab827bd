//! What became of many writes that were asked for at once.

use std::ops::Deref;
use std::vec::IntoIter;

use forebay_store::Result;

use crate::receipt::Receipt;

/// What became of each of many writes, in their order: each has a receipt or an error of its own (G8). It is read like
/// a slice.
///
/// ```
/// use forebay_cache::{Cache, Settings};
/// use forebay_store::MemoryStore;
///
/// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
/// // The first `?` tells of all together, the second one of each.
/// let receipts = cache.put_many([("ada", 36), ("alan", 41)]).wait()?.all()?;
/// assert_eq!(receipts.len(), 2);
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[must_use = "each write has an answer of its own, and one that failed is told nowhere else"]
#[derive(Clone, Debug)]
pub struct Answers(Vec<Result<Receipt>>);

impl Answers {
    pub(crate) fn of(answers: Vec<Result<Receipt>>) -> Self {
        Self(answers)
    }

    /// The receipts of all, in their order.
    ///
    /// # Errors
    ///
    /// The first error of a write. The other writes may have been accepted all the same.
    pub fn all(self) -> Result<Vec<Receipt>> {
        self.0.into_iter().collect()
    }
}

impl Deref for Answers {
    type Target = [Result<Receipt>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl IntoIterator for Answers {
    type Item = Result<Receipt>;
    type IntoIter = IntoIter<Result<Receipt>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Answers {
    type Item = &'a Result<Receipt>;
    type IntoIter = std::slice::Iter<'a, Result<Receipt>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
