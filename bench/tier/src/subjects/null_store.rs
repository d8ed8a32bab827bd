//! A store that keeps nothing and answers at once; what it is asked for it makes. It can be told to hold
//! its answers back.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use forebay_store::{BackingStore, Batch, Capabilities, Done, Outcome};

use crate::pair::Pair;

/// An answer that is held back, and for how many writes.
type HeldBack = (Done<Vec<Outcome>>, usize);

/// What a store has heard, and whether it answers.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) written: AtomicU64,
    is_silent: AtomicBool,
    held_back: Mutex<Vec<HeldBack>>,
}

impl Heard {
    /// Writes are not answered from now on.
    pub(crate) fn be_silent(&self) {
        self.is_silent.store(true, Ordering::SeqCst);
    }

    /// Writes are answered, those before as well.
    pub(crate) fn answer(&self) {
        self.is_silent.store(false, Ordering::SeqCst);
        let held_back =
            std::mem::take(&mut *self.held_back.lock().unwrap_or_else(PoisonError::into_inner));
        for (done, count) in held_back {
            done.complete(Ok(vec![Outcome::Stored; count]));
        }
    }
}

#[derive(Debug)]
pub(crate) struct NullStore<P> {
    heard: Arc<Heard>,
    _pair: PhantomData<P>,
}

impl<P> NullStore<P> {
    pub(crate) fn new(heard: &Arc<Heard>) -> Self {
        Self { heard: Arc::clone(heard), _pair: PhantomData }
    }

    /// How many writes have reached it.
    #[cfg(test)]
    pub(crate) fn written(&self) -> u64 {
        self.heard.written.load(Ordering::Relaxed)
    }
}

impl<P: Pair> BackingStore<P::Key, P::Value> for NullStore<P> {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn load(&self, keys: Arc<[P::Key]>, done: Done<Vec<Option<P::Value>>>) {
        done.complete(Ok(keys.iter().map(|key| Some(P::value(key))).collect()));
    }

    fn apply(&self, batch: Arc<Batch<P::Key, P::Value>>, done: Done<Vec<Outcome>>) {
        let count = batch.ops.len();
        self.heard.written.fetch_add(count as u64, Ordering::Relaxed);
        if self.heard.is_silent.load(Ordering::SeqCst) {
            self.heard.held_back.lock().unwrap_or_else(PoisonError::into_inner).push((done, count));
        } else {
            done.complete(Ok(vec![Outcome::Stored; count]));
        }
    }
}
