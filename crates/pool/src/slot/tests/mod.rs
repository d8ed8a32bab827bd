//! What only the pool itself can ask of a slot.

mod closed;
mod ending;
mod foreign;
mod keeping;
mod knowing;
mod lending;
mod light;
mod loading;
mod reading;
mod writing;

use std::sync::Arc;

use forebay_store::ByteSize;
use forebay_store::seam::manual::ManualClock;

use crate::fault::Scripted;
use crate::handle::Handle;
use crate::pool::Pool;
use crate::slot::Stored;

/// A pool whose jobs run at once, and its medium.
fn pool() -> (Pool, Scripted) {
    let medium = Scripted::default();
    let builder = Pool::builder().memory(ByteSize::mib(1)).spill(medium.clone());
    (builder.seams(ManualClock::new().seams(1)).build().unwrap(), medium)
}

fn object(pool: &Pool, name: u8) -> Handle<Vec<u8>> {
    pool.try_insert(vec![name; 1000]).unwrap()
}

fn stored(handle: &Handle<Vec<u8>>) -> Arc<dyn Stored> {
    Arc::<crate::slot::Slot<Vec<u8>>>::clone(handle.slot())
}
