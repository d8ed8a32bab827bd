//! One load of one key: who waits for it, and who does it.

use std::collections::VecDeque;
use std::sync::Arc;

use forebay_store::Done;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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
    /// Whether anybody has joined it, told under the shard's lock.
    has_company: AtomicBool,
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
            has_company: AtomicBool::new(false),
        })
    }

    /// A load that a caller does by hand. It may be answered for so many milliseconds that the key is absent.
    pub(crate) fn of_holder(absence: u64) -> Arc<Self> {
        let load = Self::of_nobody();
        load.begin_by_hand(absence);
        load
    }

    /// It is that of its first holder: of nobody else, and nobody has waited for it.
    pub(super) fn begin_by_hand(&self, absence: u64) {
        self.holder.store(1, Ordering::Relaxed);
        self.absence.store(absence, Ordering::Relaxed);
    }

    /// Somebody besides who began it waits for it. Under the shard's lock.
    pub(crate) fn note_company(&self) {
        self.has_company.store(true, Ordering::Relaxed);
    }

    /// Whether somebody waits for it.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.waiters.lock().is_empty() || !self.lookups.lock().is_empty()
    }

    /// Whether anybody has joined it.
    pub(super) fn has_company(&self) -> bool {
        self.has_company.load(Ordering::Relaxed)
    }
}
