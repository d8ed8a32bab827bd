//! Tries again what may succeed later.

use std::sync::Arc;

use super::backoff::{Backoff, RetryPolicy};
use super::remainder::Remainders;
use super::resend::Resend;
use crate::backing::{BackingStore, Key, SharedStore, Value};
use crate::batch::Batch;
use crate::capabilities::Capabilities;
use crate::done::Done;
use crate::into_store::{IntoStore, kind};
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::seam::Seams;

/// A store that tries again, after a pause, what may succeed later.
///
/// - A load, scan or count is tried again when its error is retryable.
/// - Of a batch, the writes that answered `Retry` or `Unknown` are sent again: as the same batch
///   with the same id when those are all of it, otherwise as a remainder with a new id. What is
///   `Refused` is never sent again, nor is anything once the store is closed.
/// - A write with a condition is not sent again after `Unknown`: had it been applied, its own
///   effect would refuse it.
/// - What was `Unknown` once stays so unless it is stored in the end: a later `Retry` does not
///   tell what became of the earlier attempt.
/// - A batch for a store with atomic batches is sent again whole or not at all.
///
/// The most attempts are `attempts_max`; then the last answer stands. Where the error says
/// [when to come again](crate::Error::retry_after), that is waited for, up to `delay_max`.
#[derive(Clone, Debug)]
pub struct Retry<S> {
    store: S,
    policy: RetryPolicy,
}

impl<S> Retry<S> {
    /// `store`, tried again by `policy`.
    pub fn new(store: S, policy: RetryPolicy) -> Self {
        Self { store, policy }
    }
}

impl<K: Key, V: Value, S, Kind> IntoStore<K, V, kind::ByWrapping<Kind>> for Retry<S>
where
    S: IntoStore<K, V, Kind>,
{
    fn into_store(self, seams: &Seams) -> SharedStore<K, V> {
        let store = self.store.into_store(seams);
        let remainders = Remainders::new(&*seams.random);
        let seams = seams.clone();
        Arc::new(RetryStore(Arc::new(Retrying { store, policy: self.policy, seams, remainders })))
    }
}

struct RetryStore<K, V>(Arc<Retrying<K, V>>);

/// What all calls of one retrying store share.
pub(super) struct Retrying<K, V> {
    pub(super) store: SharedStore<K, V>,
    pub(super) policy: RetryPolicy,
    pub(super) seams: Seams,
    pub(super) remainders: Remainders,
}

/// A call that can be made again.
type Call<K, V, T> = Arc<dyn Fn(&dyn BackingStore<K, V>, Done<T>) + Send + Sync>;

impl<K: Key, V: Value> Retrying<K, V> {
    fn read<T: Send + 'static>(
        self: Arc<Self>,
        mut backoff: Backoff,
        call: &Call<K, V, T>,
        done: Done<T>,
    ) {
        let store = Arc::clone(&self.store);
        let again = Arc::clone(call);
        call(
            &*store,
            Done::call(move |answer| {
                let Err(error) = &answer else { return done.complete(answer) };
                if !error.is_retryable() {
                    return done.complete(answer);
                }
                match backoff.next(&*self.seams.random, error.retry_after()) {
                    Some(delay) => {
                        let clock = Arc::clone(&self.seams.clock);
                        clock.after(delay, Box::new(move || self.read(backoff, &again, done)));
                    }
                    None => done.complete(answer),
                }
            }),
        );
    }
}

impl<K: Key, V: Value> RetryStore<K, V> {
    fn read<T: Send + 'static>(
        &self,
        call: impl Fn(&dyn BackingStore<K, V>, Done<T>) + Send + Sync + 'static,
        done: Done<T>,
    ) {
        let backoff = Backoff::new(self.0.policy);
        let call: Call<K, V, T> = Arc::new(call);
        Arc::clone(&self.0).read(backoff, &call, done);
    }
}

impl<K: Key, V: Value> BackingStore<K, V> for RetryStore<K, V> {
    fn capabilities(&self) -> Capabilities {
        self.0.store.capabilities()
    }

    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        self.read(move |store, done| store.load(Arc::clone(&keys), done), done);
    }

    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        Resend::new(Arc::clone(&self.0), batch, done).send();
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        self.read(move |store, done| store.scan(cursor.clone(), limit, done), done);
    }

    fn count(&self, done: Done<u64>) {
        self.read(BackingStore::count, done);
    }
}
