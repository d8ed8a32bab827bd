//! The front: the root that readers get.
//!
//! Each thread that reads has a *pin*: a count of its own that holds the shown root, so that threads
//! that read write to no line in common. The front has all pins of the root that it shows, and a thread
//! keeps a weak one. So a showing costs as much as there are threads that have read since the one
//! before, no matter how many there are, and an idle thread holds nothing.
//!
//! A read looks at the revision. If that is still the one of the thread's pin, the pin is taken;
//! otherwise, or if the pin has just been dropped, the thread makes a new one under the lock. Nobody
//! does anything else under that lock than to exchange pointers: no closure, no I/O, no free.
//!
//! A showing (1) locks, (2) exchanges the root and takes the pins, (3) writes the revision, (4) unlocks,
//! (5) drops the pins. A read that still sees the revision of before gets the root of before, and no
//! read that begins after it can have seen the new one: nobody gets that before (3).

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

use super::pin::{Mark, Pin, keep, kept};
use super::root::Root;
use super::view::View;
use crate::revision::Revision;
use crate::tables::Tables;

/// So many threads have pins of one root; those of others last as long as their views.
const PINS: usize = 1024;

/// Readers get the root without a lock and without writing to a line that others read, but for the
/// first time after a showing.
pub(crate) struct Front<T: Tables> {
    /// Tells it from all others.
    mark: Mark,
    /// That of the root.
    revision: AtomicU64,
    shown: Mutex<Shown<T>>,
}

struct Shown<T: Tables> {
    root: Arc<Root<T>>,
    /// One a thread that has read it.
    pins: Vec<Arc<Pin<T>>>,
}

/// Room for the pins that a showing drops, to be used again.
pub(crate) struct Dropped<T: Tables>(Vec<Arc<Pin<T>>>);

impl<T: Tables> Front<T> {
    pub(crate) fn new(root: Arc<Root<T>>) -> Self {
        let revision = AtomicU64::new(root.revision.0);
        Self {
            mark: Mark::default(),
            revision,
            shown: Mutex::new(Shown { root, pins: Vec::new() }),
        }
    }

    #[inline]
    pub(crate) fn load(&self) -> View<T> {
        let revision = self.shown();
        View::new(kept(&self.mark, revision).unwrap_or_else(|| self.pin()))
    }

    /// A new pin for this thread.
    #[cold]
    fn pin(&self) -> Arc<Pin<T>> {
        let mut shown = self.shown.lock();
        let pin = Arc::new(Pin { root: Arc::clone(&shown.root) });
        if shown.pins.len() < PINS {
            shown.pins.push(Arc::clone(&pin));
            drop(shown);
            keep(&self.mark, pin.root.revision, &pin);
        }
        pin
    }

    /// The root that is shown.
    pub(crate) fn root(&self) -> Arc<Root<T>> {
        Arc::clone(&self.shown.lock().root)
    }

    /// The revision that is shown.
    #[inline]
    pub(crate) fn shown(&self) -> Revision {
        Revision(self.revision.load(Ordering::Acquire))
    }

    /// Shows `root` from now on. Nobody has a count of what was shown before but whoever still looks
    /// at it, and the desk.
    pub(crate) fn show(&self, root: Arc<Root<T>>, dropped: &mut Dropped<T>) {
        let revision = root.revision.0;
        let before = {
            let mut shown = self.shown.lock();
            std::mem::swap(&mut shown.pins, &mut dropped.0);
            let before = std::mem::replace(&mut shown.root, root);
            self.revision.store(revision, Ordering::Release);
            before
        };
        dropped.0.clear();
        drop(before);
    }
}

impl<T: Tables> Default for Dropped<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
