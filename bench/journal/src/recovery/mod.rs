//! How long it takes to open what a killed process left: the parent starts children of its own
//! program, one that fills and leaves without a goodbye, and one that opens and gets a record.

mod child;
mod parent;

pub(crate) use child::Child;
#[cfg(test)]
pub(crate) use child::Deed;
pub(crate) use parent::measure;

/// The letter on the command line.
pub(crate) const LETTER: char = 'D';

/// How many records are made durable together.
const BATCH: usize = 1000;
