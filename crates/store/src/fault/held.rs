//! The store whose every call waits for the test.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::gate::Gate;
use crate::backing::{BackingStore, SharedStore};
use crate::batch::Batch;
use crate::capabilities::Capabilities;
use crate::done::Done;
use crate::error::Result;
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::sync::{Condvar, Mutex};

/// A [`BackingStore`] around another whose loads and applies wait, without blocking a thread, until the
/// test takes them one by one; scans and counts pass.
///
/// ```
/// use forebay_store::fault::Held;
/// use forebay_store::{BackingStore, IntoStore, MemoryStore, Op, Seams, SharedStore};
///
/// let inside: SharedStore<&str, u32> = MemoryStore::new().into_store(&Seams::real());
/// let held = Held::new(inside);
/// let (done, op) = Op::pending();
/// held.load(["a"].into(), done);
/// let call = held.next_load();
/// assert!(!op.is_ready());
/// call.answer(Ok(vec![Some(7)])); // or `call.pass()`, or drop it
/// assert_eq!(op.wait().unwrap(), [Some(7)]);
/// ```
pub struct Held<K, V> {
    store: SharedStore<K, V>,
    calls: Mutex<Calls<K, V>>,
    arrived: Condvar,
}

struct Calls<K, V> {
    loads: VecDeque<HeldLoad<K, V>>,
    applies: VecDeque<HeldApply<K, V>>,
}

/// A load that waits. Dropping it unanswered is an `Aborted` error at the other end.
#[derive(Debug)]
pub struct HeldLoad<K, V> {
    /// What is asked for.
    pub keys: Arc<[K]>,
    done: Done<Vec<Option<V>>>,
    store: Inside<K, V>,
}

/// An apply that waits. Dropping it unanswered is an `Aborted` error at the other end.
#[derive(Debug)]
pub struct HeldApply<K, V> {
    /// What is to be applied.
    pub batch: Arc<Batch<K, V>>,
    done: Done<Vec<Outcome>>,
    store: Inside<K, V>,
}

struct Inside<K, V>(SharedStore<K, V>);

impl<K, V> Held<K, V> {
    /// A store around `store` that holds every load and apply.
    pub fn new(store: SharedStore<K, V>) -> Arc<Self> {
        let calls = Calls { loads: VecDeque::new(), applies: VecDeque::new() };
        Arc::new(Self { store, calls: Mutex::new(calls), arrived: Condvar::new() })
    }

    /// Takes the load that has waited longest; waits until there is one.
    ///
    /// # Panics
    ///
    /// If none has come after [`Gate::PATIENCE`]: this is for tests.
    #[track_caller]
    pub fn next_load(&self) -> HeldLoad<K, V> {
        self.next(|calls| &mut calls.loads)
    }

    /// Takes the apply that has waited longest; waits until there is one.
    ///
    /// # Panics
    ///
    /// If none has come after [`Gate::PATIENCE`]: this is for tests.
    #[track_caller]
    pub fn next_apply(&self) -> HeldApply<K, V> {
        self.next(|calls| &mut calls.applies)
    }

    /// How many loads wait.
    pub fn loads(&self) -> usize {
        self.calls.lock().loads.len()
    }

    /// How many applies wait.
    pub fn applies(&self) -> usize {
        self.calls.lock().applies.len()
    }

    #[track_caller]
    fn next<C>(&self, of: fn(&mut Calls<K, V>) -> &mut VecDeque<C>) -> C {
        let calls = self.calls.lock();
        let mut calls =
            self.arrived.wait_timeout_while(calls, Gate::PATIENCE, |calls| of(calls).is_empty());
        of(&mut calls).pop_front().expect("a call arrives while the test is patient")
    }

    fn arrive(&self, put: impl FnOnce(&mut Calls<K, V>)) {
        put(&mut self.calls.lock());
        self.arrived.notify_all();
    }
}

impl<K: 'static, V: 'static> HeldLoad<K, V> {
    /// Hands the call on to the store inside, which answers it.
    pub fn pass(self) {
        self.store.0.load(self.keys, self.done);
    }

    /// Answers the call without the store inside.
    pub fn answer(self, answer: Result<Vec<Option<V>>>) {
        self.done.complete(answer);
    }
}

impl<K: 'static, V: 'static> HeldApply<K, V> {
    /// Hands the call on to the store inside, which answers it.
    pub fn pass(self) {
        self.store.0.apply(self.batch, self.done);
    }

    /// Answers the call without the store inside.
    pub fn answer(self, answer: Result<Vec<Outcome>>) {
        self.done.complete(answer);
    }
}

impl<K, V> BackingStore<K, V> for Held<K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        let store = Inside(Arc::clone(&self.store));
        self.arrive(|calls| calls.loads.push_back(HeldLoad { keys, done, store }));
    }

    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        let store = Inside(Arc::clone(&self.store));
        self.arrive(|calls| calls.applies.push_back(HeldApply { batch, done, store }));
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        self.store.scan(cursor, limit, done);
    }

    fn count(&self, done: Done<u64>) {
        self.store.count(done);
    }
}

impl<K, V> fmt::Debug for Inside<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackingStore")
    }
}

impl<K, V> fmt::Debug for Held<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("loads", &self.loads())
            .field("applies", &self.applies())
            .finish_non_exhaustive()
    }
}
