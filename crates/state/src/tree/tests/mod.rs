//! The tree against an ordered map of the standard library.

mod bulk;
mod grafts;
mod hinted;
mod model;
mod places;
mod ranges;
mod removals;
mod rows;
mod subject;
