//! The front: the root that readers get.
//!
//! Each thread that reads has a *pin*: a count of its own that holds the shown root, so that threads
//! that read write to no line in common. The front has all pins of the root that it shows, and a thread
//! keeps a weak one. So a showing costs as much as there are threads that have read since the one
//! before, no matter how many there are, and an idle thread holds nothing.
//!
//! A read looks at the revision. If that is still the one of the thread's pin, the pin is taken;
//! otherwise, or if the pin has just been dropped, the thread makes a new one of what is shown. It gives
//! that to the front if nobody else is just doing so, and if it is not outdated already: else the next
//! showing would find the root held. So readers wait for nobody but for a showing that is at (1) to (3).
//!
//! A showing (1) locks what is shown, (2) exchanges the root, (3) writes the revision and unlocks,
//! (4) takes the pins and drops them. A read that still sees the revision of before gets the root of
//! before, and no read that ended before it began can have got the new one: nobody does before (3). Whoever
//! gives a pin with the revision of before does so before (4). No closure is run under these locks, there is
//! no I/O, and nothing is freed.

use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::sync::{Mutex, RwLock};

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
    revision: Apart,
    root: RwLock<Arc<Root<T>>>,
    /// One a thread that has read it.
    pins: Mutex<Vec<Arc<Pin<T>>>>,
}

/// A number in a line of memory of its own: readers look at it without end, and what lies beside it is written
/// by writers, and by readers that take a root.
#[repr(align(64))]
struct Apart(AtomicU64);

/// Room for the pins that a showing drops, to be used again.
pub(crate) struct Dropped<T: Tables>(Vec<Arc<Pin<T>>>);

impl<T: Tables> Front<T> {
    pub(crate) fn new(root: Arc<Root<T>>) -> Self {
        let revision = Apart(AtomicU64::new(root.revision.0));
        let (root, pins) = (RwLock::new(root), Mutex::default());
        Self { mark: Mark::default(), revision, root, pins }
    }

    #[inline]
    pub(crate) fn load(&self) -> View<T> {
        let revision = self.shown();
        View::new(kept(&self.mark, revision).unwrap_or_else(|| self.pin()))
    }

    /// A new pin for this thread.
    #[cold]
    fn pin(&self) -> Arc<Pin<T>> {
        let pin = Arc::new(Pin { root: self.root() });
        let revision = pin.root.revision;
        if let Some(mut pins) = self.pins.try_lock()
            && pins.len() < PINS
            && self.shown() == revision
        {
            pins.push(Arc::clone(&pin));
            drop(pins);
            keep(&self.mark, revision, &pin);
        }
        pin
    }

    /// The root that is shown.
    pub(crate) fn root(&self) -> Arc<Root<T>> {
        Arc::clone(&self.root.read())
    }

    /// The revision that is shown.
    #[inline]
    pub(crate) fn shown(&self) -> Revision {
        Revision(self.revision.0.load(Ordering::Acquire))
    }

    /// Shows `root` from now on. Nobody has a count of what was shown before but whoever still looks
    /// at it, and the desk.
    pub(crate) fn show(&self, root: Arc<Root<T>>, dropped: &mut Dropped<T>) {
        let revision = root.revision.0;
        let before = {
            let mut shown = self.root.write();
            let before = std::mem::replace(&mut *shown, root);
            self.revision.0.store(revision, Ordering::Release);
            before
        };
        std::mem::swap(&mut *self.pins.lock(), &mut dropped.0);
        dropped.0.clear();
        drop(before);
    }
}

impl<T: Tables> Default for Dropped<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
