//! What is done when the turn is over: freeing what was taken out of the trees, and waking who waits.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use forebay_store::Done;

/// Things that nobody needs any more, and ends that somebody waits at. To free or to answer them may
/// take long and may run code of the user, so it does not happen while others wait for the turn.
#[doc(hidden)]
#[derive(Default)]
pub struct Grave {
    gone: Vec<Arc<dyn Any + Send + Sync>>,
    waiting: Vec<Done<()>>,
}

impl Grave {
    /// Keeps `gone` until the turn is over.
    pub fn bury(&mut self, gone: Arc<dyn Any + Send + Sync>) {
        self.gone.push(gone);
    }

    /// Answers `done` when the turn is over.
    pub(crate) fn answer(&mut self, done: Done<()>) {
        self.waiting.push(done);
    }
}

impl Drop for Grave {
    fn drop(&mut self) {
        self.waiting.drain(..).for_each(|done| done.complete(Ok(())));
    }
}

impl fmt::Debug for Grave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Grave").field(&self.gone.len()).finish()
    }
}
