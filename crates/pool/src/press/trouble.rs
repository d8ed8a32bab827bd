//! A medium that does not take what is written.

use std::time::Duration;

use forebay_store::{Error, ErrorKind, Moment};

/// A medium that does not take what is written. It is the medium's trouble and not its objects', so
/// there is one for the whole pool.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub(super) error: Error,
    /// No write is begun before that, and only one at a time after it.
    pub(super) not_before: Moment,
    attempts: u32,
}

impl Trouble {
    /// After the first failure; doubled by each further one, ...
    const FIRST: Duration = Duration::from_millis(50);
    /// ... up to this. A quarter of it is by chance.
    const LONGEST: Duration = Duration::from_secs(30);

    /// Whether `error` is the medium's. What the object or its codec is refused for is no reason not to
    /// write others.
    pub(super) fn is_of_medium(error: &Error) -> bool {
        use ErrorKind::{Aborted, Busy, Unavailable, Unknown};
        matches!(error.kind(), Unavailable | Busy | Unknown | Aborted)
    }

    /// The write that has failed now is not the first one since `last`. `drawn` is a random number.
    pub(super) fn after(last: Option<&Self>, error: Error, now: Moment, drawn: u64) -> Self {
        let attempts = last.map_or(0, |last| last.attempts).saturating_add(1);
        let pause = Self::FIRST.saturating_mul(1 << (attempts - 1).min(16)).min(Self::LONGEST);
        let quarter = u64::try_from(pause.as_nanos() / 4).unwrap_or(u64::MAX).max(1);
        let less = Duration::from_nanos(drawn % quarter);
        Self { error, not_before: now.after(pause.saturating_sub(less)), attempts }
    }
}
