//! The blob of an object: where it is, for as long as anybody needs it.

use std::sync::{Arc, Weak};

use forebay_store::Result;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};

use super::foreign;
use crate::blob::Head;
use crate::lanes::{Lane, Lanes, Work};
use crate::medium::{Medium, Place};

/// The blob of a version of an object. Dropping the last reference frees its place: in a lane, if the medium
/// has more to do for that than to note it.
#[derive(Debug)]
pub(crate) struct Blob {
    pub(crate) medium: Arc<dyn Medium>,
    pub(crate) place: Place,
    pub(crate) head: Head,
    /// The medium reads it only all at once.
    pub(crate) is_whole: bool,
    lanes: Weak<Lanes>,
    is_named: AtomicBool,
    /// Until a sync of its file fails.
    is_trusted: Mutex<bool>,
}

impl Blob {
    pub(crate) fn new(
        medium: Arc<dyn Medium>,
        place: Place,
        head: Head,
        lanes: &Arc<Lanes>,
    ) -> Arc<Self> {
        let (lanes, is_named) = (Arc::downgrade(lanes), AtomicBool::new(false));
        let is_trusted = Mutex::new(true);
        // It is asked here, and not under an object's lock.
        let is_whole = foreign::run("a medium", || medium.traits().is_whole).unwrap_or(true);
        Arc::new(Self { medium, place, head, is_whole, lanes, is_named, is_trusted })
    }

    /// Says whether its file is durable after this sync of it. Once one has failed nothing is synced any
    /// more: a later one would succeed, although what the failed one was to write is lost (G11). So is
    /// one at the same time, and so they go one after another.
    pub(crate) fn synced(&self, sync: impl FnOnce() -> Result<()>) -> bool {
        let mut is_trusted = self.is_trusted.lock();
        *is_trusted = *is_trusted && sync().is_ok();
        *is_trusted
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
        let now = || self.medium.free_now(self.place);
        // After a panic nobody knows whether it is free, and it must not be freed twice.
        if foreign::run("a medium", now).unwrap_or(true) {
            return;
        }
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
