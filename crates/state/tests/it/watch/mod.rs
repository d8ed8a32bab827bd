//! Watching.

mod batches;
mod behind;
mod ending;
mod order;
mod waiting;
