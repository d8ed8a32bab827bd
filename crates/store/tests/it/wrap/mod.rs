//! The wrappers, under the simulated seams: nothing here waits for real time.

mod limit;
mod observed;
mod retry;
mod timeout;

use std::sync::Arc;

use forebay_store::fault::Held;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{IntoStore, MemoryStore};

use crate::calls::Store;

/// A held store over an empty memory store.
fn held() -> Arc<Held<String, u32>> {
    Held::new(MemoryStore::new().into_store(&ManualClock::new().seams(1)))
}

/// `wrapper` on the seams of `clock`.
fn on<Kind>(clock: &Arc<ManualClock>, wrapper: impl IntoStore<String, u32, Kind>) -> Store {
    wrapper.into_store(&clock.seams(7))
}
