//! Who is told how far an import is.

use std::ops::ControlFlow;

use forebay_store::{Error, ErrorKind, Result};

use super::progress::{Phase, Progress};
use super::source::Place;

/// The caller's function that is told, and may stop.
pub(super) type Callback = dyn FnMut(Progress) -> ControlFlow<()>;

/// Tells now and then.
pub(super) struct Teller<'c> {
    callback: Option<&'c mut Box<Callback>>,
    progress: Progress,
    count: u64,
}

/// After how many operations somebody is told.
const EVERY: u64 = 1000;

impl<'c> Teller<'c> {
    pub(super) fn new(
        callback: Option<&'c mut Box<Callback>>,
        phase: Phase,
        total: u64,
    ) -> Result<Self> {
        let mut teller = Self { callback, progress: Progress { phase, done: 0, total }, count: 0 };
        teller.call()?;
        Ok(teller)
    }

    /// Another operation is about to be read.
    pub(super) fn tell(&mut self, place: Place) -> Result<()> {
        self.count += 1;
        if !self.count.is_multiple_of(EVERY) {
            return Ok(());
        }
        // The bytes of a compressed snapshot are more than its file has.
        let done = (place.before + place.offset).min(self.progress.total);
        self.progress.done = self.progress.done.max(done);
        self.call()
    }

    fn call(&mut self) -> Result<()> {
        let Some(callback) = &mut self.callback else { return Ok(()) };
        if callback(self.progress).is_continue() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Aborted, "the import was stopped by its caller"))
    }
}
