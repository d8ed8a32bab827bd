//! The blob of an object: where it is, for as long as anybody needs it.

use std::sync::{Arc, Weak};

use forebay_store::sync::atomic::{AtomicBool, Ordering};

use super::foreign;
use crate::blob::Head;
use crate::lanes::{Lane, Lanes, Work};
use crate::medium::{Medium, Place};

/// The blob of a version of an object. Dropping the last reference frees its place, in a lane.
#[derive(Debug)]
pub(crate) struct Blob {
    pub(crate) medium: Arc<dyn Medium>,
    pub(crate) place: Place,
    pub(crate) head: Head,
    /// The medium reads it only all at once.
    pub(crate) is_whole: bool,
    lanes: Weak<Lanes>,
    is_named: AtomicBool,
}

impl Blob {
    pub(crate) fn new(
        medium: Arc<dyn Medium>,
        place: Place,
        head: Head,
        lanes: &Arc<Lanes>,
    ) -> Arc<Self> {
        let (lanes, is_named) = (Arc::downgrade(lanes), AtomicBool::new(false));
        // It is asked here, and not under an object's lock.
        let is_whole = foreign::run("a medium", || medium.traits().is_whole).unwrap_or(true);
        Arc::new(Self { medium, place, head, is_whole, lanes, is_named })
    }

    /// Its file has a name, or may have one: it is never used for another blob.
    pub(crate) fn set_named(&self) {
        self.is_named.store(true, Ordering::Release);
    }

    #[cfg(test)]
    pub(crate) fn is_named(&self) -> bool {
        self.is_named.load(Ordering::Acquire)
    }
}

impl Drop for Blob {
    fn drop(&mut self) {
        let free = Free { medium: Arc::clone(&self.medium), place: self.place };
        match self.lanes.upgrade() {
            Some(lanes) => lanes.run(Lane::Free, Box::new(free)),
            None => drop(free),
        }
    }
}

/// Frees a place, whether it is run or dropped.
struct Free {
    medium: Arc<dyn Medium>,
    place: Place,
}

impl Work for Free {
    fn run(self: Box<Self>) {}
}

impl Drop for Free {
    fn drop(&mut self) {
        self.medium.free(self.place);
    }
}
