//! One budget for all, and what happens at its bound.

mod given_back;
mod letting_go;
mod orders;
mod pinned;
mod settings;
mod smaller;
mod through;
mod trouble;
mod waiting;

use forebay_pool::{ByteSize, Stats};

use crate::rig::World;

/// A pool with room for so many values of [`SIZE`] bytes.
pub(crate) fn room_for(values: u64) -> ByteSize {
    // The buffers of two writes, and a slot each for three times as many.
    ByteSize::bytes(values * WEIGHT + 8_192 + 3 * values * 704 + 4_096)
}

/// The size of the values of these tests.
pub(crate) const SIZE: usize = 20_000;
/// What one of them weighs.
const WEIGHT: u64 = 20_000 + 24;

pub(crate) fn used(stats: &Stats) -> u64 {
    let parts = [stats.resident, stats.loading, stats.encoding, stats.reserved, stats.own];
    parts.iter().map(|part| part.as_bytes()).sum()
}

/// Checks at each call of the medium that no more is taken than there is, until the world ends.
pub(crate) fn watch_the_bound(world: &World) -> Watched {
    let pool = world.pool.clone();
    world.medium.during(move |call| {
        let stats = pool.stats();
        assert!(used(&stats) <= stats.budget.as_bytes(), "in {call:?}: {stats:?}");
    });
    Watched(world.medium.clone())
}

pub(crate) struct Watched(forebay_pool::fault::Scripted);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.undisturbed();
    }
}
