//! Stops waiting for a store that takes too long.

use std::sync::Arc;
use std::time::Duration;

use super::remainder::Remainders;
use super::watch::Watch;
use crate::backing::{BackingStore, Key, SharedStore, Value};
use crate::batch::Batch;
use crate::capabilities::Capabilities;
use crate::done::Done;
use crate::error::Error;
use crate::into_store::{IntoStore, kind};
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::seam::Seams;

/// A store that answers within a limit, whatever the store inside does.
///
/// After the limit a load, scan or count answers `Unavailable` and a batch answers `Unknown`. The
/// call inside is not cancelled, it is *abandoned*: it goes on, and until it has ended
///
/// - its keys are fenced: writes of them answer `Retry` at once, so that the abandoned call cannot
///   land an old value on a newer one. The other writes of such a batch go to the store as a
///   remainder with a new id; with atomic batches the whole batch answers `Retry`. Loads of them
///   answer `Busy`, because a value loaded now could be old the moment the abandoned call lands;
/// - it counts against `abandoned_max` (default 64): at that many every further call answers
///   `Busy`.
///
/// A store that never ends a call therefore keeps its keys fenced until the process ends.
#[derive(Clone, Debug)]
pub struct Timeout<S> {
    store: S,
    limit: Duration,
    abandoned_max: usize,
}

impl<S> Timeout<S> {
    /// `store`, waited for at most `limit` each time.
    pub fn new(store: S, limit: Duration) -> Self {
        Self { store, limit, abandoned_max: 64 }
    }

    /// At this many abandoned calls (at least 1) every further call answers `Busy`.
    pub fn abandoned_max(mut self, calls: usize) -> Self {
        self.abandoned_max = calls.max(1);
        self
    }
}

impl<K: Key, V: Value, S, Kind> IntoStore<K, V, kind::ByWrapping<Kind>> for Timeout<S>
where
    S: IntoStore<K, V, Kind>,
{
    fn into_store(self, seams: &Seams) -> SharedStore<K, V> {
        let store = self.store.into_store(seams);
        let watch = Watch::new(Arc::clone(&seams.clock), self.limit, self.abandoned_max);
        let remainders = Remainders::new(&*seams.random);
        Arc::new(TimeoutStore { store, watch: Arc::new(watch), remainders })
    }
}

struct TimeoutStore<K, V> {
    store: SharedStore<K, V>,
    watch: Arc<Watch<K, V>>,
    remainders: Remainders,
}

impl<K: Key, V: Value> TimeoutStore<K, V> {
    fn send(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        if let Some(done) = self.watch.start(Some(Arc::clone(&batch)), lost_sight, done) {
            self.store.apply(batch, done);
        }
    }

    fn fenced(&self) -> Error {
        Error::busy(
            "an earlier write of this key timed out and is still under way in the store",
            self.watch.limit,
        )
    }

    /// Applies the writes at `free`; the others are told to try again.
    fn send_free(&self, batch: &Batch<K, V>, free: Vec<usize>, done: Done<Vec<Outcome>>) {
        let mut outcomes = vec![Outcome::Retry(self.fenced()); batch.ops.len()];
        if free.is_empty() || self.store.capabilities().atomic_batch {
            return done.complete(Ok(outcomes));
        }
        let remainder = self.remainders.of(batch, &free);
        let merged = Done::call(move |answer| {
            let answers = Outcome::of_answer(answer, free.len());
            for (position, answer) in free.into_iter().zip(answers) {
                outcomes[position] = answer;
            }
            done.complete(Ok(outcomes));
        });
        self.send(remainder, merged);
    }
}

fn lost_sight(limit: Duration) -> Error {
    Error::unknown(format!("the store did not answer within {limit:?}; it may have happened"))
}

fn too_late(limit: Duration) -> Error {
    Error::unavailable(format!("the store did not answer within {limit:?}"))
}

impl<K: Key, V: Value> BackingStore<K, V> for TimeoutStore<K, V> {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        if self.watch.is_fenced(&keys) {
            return done.complete(Err(self.fenced()));
        }
        if let Some(done) = self.watch.start(None, too_late, done) {
            self.store.load(keys, done);
        }
    }

    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        let free = self.watch.free(&batch);
        if free.len() == batch.ops.len() {
            self.send(batch, done);
        } else {
            self.send_free(&batch, free, done);
        }
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        if let Some(done) = self.watch.start(None, too_late, done) {
            self.store.scan(cursor, limit, done);
        }
    }

    fn count(&self, done: Done<u64>) {
        if let Some(done) = self.watch.start(None, too_late, done) {
            self.store.count(done);
        }
    }
}
