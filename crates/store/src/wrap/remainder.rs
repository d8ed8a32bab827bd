//! Batches made of what is left of another.

use std::sync::Arc;

use crate::batch::{Batch, BatchId};
use crate::seam::Random;
use crate::sync::atomic::{AtomicU64, Ordering};

/// Names remainders: each gets an id of its own, so that no store takes it for the whole.
#[derive(Debug)]
pub(super) struct Remainders {
    origin: u64,
    made: AtomicU64,
}

impl Remainders {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self { origin: random.next_u64(), made: AtomicU64::new(0) }
    }

    /// The writes of `batch` at `positions`, under a new id.
    pub(super) fn of<K: Clone, V: Clone>(
        &self,
        batch: &Batch<K, V>,
        positions: &[usize],
    ) -> Arc<Batch<K, V>> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        Arc::new(batch.subset(BatchId { origin: self.origin, number }, positions))
    }
}
