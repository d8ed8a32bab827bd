//! The ideal: the plainest log that shares syncs, and nothing else.

use std::path::Path;

use super::subject::{Mark, Result, Subject, Writer};
use crate::records::Record;

/// The file's length in bytes.
const LENGTH: u64 = 256 << 20;
/// It is filled in small pieces, as small groups have it best.
const PIECE: usize = 4 << 10;

pub(crate) struct Ideal(forebay_measure::Ideal);

impl Ideal {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        Ok(Self(forebay_measure::Ideal::open(folder, LENGTH, PIECE)?))
    }
}

impl Subject for Ideal {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(self))
    }

    /// One for each group.
    fn syncs(&self) -> Option<u64> {
        Some(self.0.groups())
    }
}

impl Writer for &Ideal {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        self.0.put(record.bytes())?;
        Ok(Some(mark))
    }
}
