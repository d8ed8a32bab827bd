//! When to try again what has failed: to make a segment, when there was no room for it, or to use the
//! first directory of two.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use forebay_store::Error;
use forebay_store::seam::Moment;

/// Keeps a full disk from being filled all the time: after each failure the pause is twice as long.
/// Other failures cost less, and are tried again at once.
#[derive(Debug, Default)]
pub(super) struct Patience {
    /// The last failure, when the pause after it ends, and how long it is.
    failure: Option<(Error, Moment, Duration)>,
}

impl Patience {
    const FIRST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(10);

    /// Why it failed, until the pause after that has passed. The clock is read only after a failure.
    pub(super) fn pause(&self, now: impl FnOnce() -> Moment) -> Option<Error> {
        let (error, until, _) = self.failure.as_ref()?;
        (now() < *until).then(|| error.clone())
    }

    pub(super) fn failed(&mut self, error: &Error, now: Moment) {
        if is_full(error) {
            self.rest(error, now);
        }
    }

    /// As [`failed`](Self::failed), whatever it was.
    pub(super) fn rest(&mut self, error: &Error, now: Moment) {
        let pause = self.failure.take().map_or(Self::FIRST, |(_, _, pause)| pause * 2);
        let pause = pause.min(Self::LONGEST);
        self.failure = Some((error.clone(), now.after(pause), pause));
    }

    /// It went well, or something has changed that may let it go well.
    pub(super) fn forget(&mut self) {
        self.failure = None;
    }
}

/// Whether there was no room on the disk.
fn is_full(error: &Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|source| {
        matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    })
}
