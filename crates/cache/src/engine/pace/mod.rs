//! When what is dirty is to be stored, and how much of it at once.
//!
//! The rule (`rule.rs`) is the same with a promise (`Builder::max_staleness`) and without: a write waits for
//! its delay, and then goes as soon as there is a place for another batch. The store is never left idle while
//! something is due, so nothing that it can do is lost, however fast it turns out to be. A promise adds that
//! the delay is a quarter of it at most, that the oldest go first whatever their shard, and that no batch is so
//! large that it alone would break it. What the store can do is measured (`meter.rs`) only to cap batches and to
//! tell early that the promise will be broken (`promise.rs`).

mod meter;
mod promise;
mod rule;

pub(crate) use promise::{Promise, View};
pub(crate) use rule::Pace;
