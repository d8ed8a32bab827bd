//! One load of one key: who waits for it, and who does it.

use std::collections::VecDeque;
use std::sync::Arc;

use forebay_store::Done;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

/// One load of one key, however many wait for it.
#[derive(Debug)]
pub(crate) struct Load<V> {
    pub(crate) waiters: Mutex<Vec<Done<Option<V>>>>,
    /// How many milliseconds memory is to answer that the key is absent, if it is: the longest that any of
    /// the waiters wants.
    pub(crate) absence: AtomicU64,
    /// Who would rather do it by hand than wait.
    pub(crate) lookups: Mutex<VecDeque<Done<Hand<V>>>>,
    /// Which caller does it by hand, as a number that grows; 0 if the store does.
    pub(crate) holder: AtomicU64,
    /// The last holder who has a timer behind him.
    pub(crate) watched: AtomicU64,
}

/// What a lookup that waits is given.
#[derive(Debug)]
pub(crate) enum Hand<V> {
    /// What was found out.
    Known(Option<V>),
    /// The load of this entry, as its holder of this number.
    Yours { at: u32, load: Arc<Load<V>>, holder: u64 },
}

impl<V> Load<V> {
    /// A load for which nobody waits yet.
    pub(crate) fn of_nobody() -> Arc<Self> {
        Self::with(Vec::new())
    }

    pub(crate) fn of(waiter: Done<Option<V>>) -> Arc<Self> {
        Self::with(vec![waiter])
    }

    fn with(waiters: Vec<Done<Option<V>>>) -> Arc<Self> {
        Arc::new(Self {
            waiters: Mutex::new(waiters),
            absence: AtomicU64::new(0),
            lookups: Mutex::default(),
            holder: AtomicU64::new(0),
            watched: AtomicU64::new(0),
        })
    }

    /// A load that a caller does by hand. It may be answered for so many milliseconds that the key is absent.
    pub(crate) fn of_holder(absence: u64) -> Arc<Self> {
        let load = Self::of_nobody();
        load.holder.store(1, Ordering::Relaxed);
        load.absence.store(absence, Ordering::Relaxed);
        load
    }

    /// Whether somebody waits for it.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.waiters.lock().is_empty() || !self.lookups.lock().is_empty()
    }
}
