//! The face of everybody who is measured.

use std::error::Error;

use crate::people::{Batch, Records};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// An open store. It is shared by the threads that work.
pub(crate) trait Subject: Send + Sync {
    /// Puts all of these in, however it is fastest.
    fn fill(&self, records: Records) -> Result<()>;

    /// The hands of one thread that reads.
    fn hand(&self) -> Result<Box<dyn Hand + '_>>;

    /// Puts these in, each in a transaction of its own.
    fn write(&self, _records: Records) -> Result<()> {
        Err("its single writes are not measured".into())
    }

    /// Takes these out again. Nobody looks at how long it takes.
    fn remove(&self, _keys: Batch<'_>) -> Result<()> {
        Err("its single writes are not measured".into())
    }
}

pub(crate) trait Hand {
    /// Takes a view, gets one value and looks at its first text, for each of these keys. It gives
    /// back how long the texts are together, so that nothing can be left out.
    fn read(&mut self, keys: Batch<'_>) -> Result<usize>;

    /// Takes a view and looks at the first text of each of a hundred values from the key on, for each
    /// of these keys.
    fn range(&mut self, _keys: Batch<'_>) -> Result<usize> {
        Err("its ranges are not measured".into())
    }
}
