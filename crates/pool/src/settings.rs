//! What a pool is built with.

use forebay_store::ByteSize;

use crate::budget::WhenFull;
use crate::order::Order;

/// What a pool is built with, checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) memory: ByteSize,
    /// Above this share unsaved objects are written ahead.
    pub(crate) low: f64,
    /// Above this share objects are evicted.
    pub(crate) high: f64,
    pub(crate) order: Order,
    pub(crate) when_full: WhenFull,
    pub(crate) reads: usize,
    pub(crate) writes: usize,
    pub(crate) objects_max: u64,
}
