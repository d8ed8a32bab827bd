//! A codec that counts, and may be busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use forebay_store::{Codec, Error, Postcard, Result};

/// Postcard, which counts the values that it writes: as they are put, and as they are written forward.
#[derive(Clone, Default)]
pub(super) struct Counting(Arc<Counts>);

#[derive(Default)]
struct Counts {
    values: AtomicUsize,
    is_busy: AtomicBool,
    /// It writes no value of this length.
    unwanted: AtomicUsize,
    refusals: AtomicUsize,
}

impl Counting {
    /// How many values were written so far.
    pub(super) fn values(&self) -> usize {
        self.0.values.load(Ordering::Relaxed)
    }

    /// How often it was too busy.
    pub(super) fn refusals(&self) -> usize {
        self.0.refusals.load(Ordering::Relaxed)
    }

    /// From now on it is too busy for a value, a thousand times.
    pub(super) fn be_busy(&self) {
        self.0.is_busy.store(true, Ordering::Relaxed);
    }

    /// From now on it writes no value of this length.
    pub(super) fn refuse(&self, length: usize) {
        self.0.unwanted.store(length, Ordering::Relaxed);
    }

    fn refuses(&self, value: &[u8]) -> bool {
        let is_unwanted = value.len() == self.0.unwanted.load(Ordering::Relaxed);
        (is_unwanted && !value.is_empty() || self.0.is_busy.load(Ordering::Relaxed))
            && self.0.refusals.fetch_add(1, Ordering::Relaxed) < 1000
    }
}

impl Codec<String> for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn encode(&self, key: &String) -> Result<Vec<u8>> {
        Postcard.encode(key)
    }

    fn decode(&self, bytes: &[u8]) -> Result<String> {
        Postcard.decode(bytes)
    }
}

impl Codec<Vec<u8>> for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn encode(&self, value: &Vec<u8>) -> Result<Vec<u8>> {
        if self.refuses(value) {
            return Err(Error::busy("the codec has no memory now", Duration::from_millis(1)));
        }
        self.0.values.fetch_add(1, Ordering::Relaxed);
        Postcard.encode(value)
    }

    fn decode(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        Postcard.decode(bytes)
    }
}
