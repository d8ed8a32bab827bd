//! What has become of a promise.

use std::time::Duration;

use forebay_cache::Event;
use forebay_store::Moment;

/// What has become of a promise.
#[derive(Clone, Debug, Default)]
pub struct PromiseTale {
    /// How long the longest was unstored.
    pub longest: Duration,
    /// How many times something was unstored for too long.
    pub breaches: u64,
    /// How long after it was broken that was told, at most.
    pub told_after: Duration,
    /// It was told to be broken when it was not.
    pub lies: u64,
    /// What was told, and when.
    pub events: Vec<(Moment, Event)>,
    /// When the store was called.
    pub calls: Vec<Moment>,
    /// Everything is stored in the end.
    pub is_stored: bool,
}

impl PromiseTale {
    /// How long after a moment the store was called next.
    pub fn call_after(&self, moment: Moment) -> Option<Duration> {
        let call = self.calls.iter().find(|call| **call >= moment)?;
        Some(call.since(moment))
    }

    /// Whether the last that was told is that the promise is kept.
    pub fn ends_kept(&self) -> bool {
        self.events.last().is_none_or(|(_, event)| *event == Event::PromiseKept)
    }
}
