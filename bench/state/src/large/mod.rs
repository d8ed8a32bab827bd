//! What is measured of many records, in processes of their own: how long it takes to open what a
//! killed process left, and what a snapshot costs the writer beside it. The parent starts children
//! of its own program.

mod child;
mod opening;
mod parent;
mod snapshot;
mod whole;

pub(crate) use child::Child;
pub(crate) use opening::Openings;
pub(crate) use parent::{check, measure};
pub(crate) use snapshot::Snapshots;
pub(crate) use whole::From;

/// How many records are written together, when a store is filled.
const BATCH: usize = 1000;
