//! Writes that were accepted together and are not all stored.

use std::error::Error as StdError;
use std::fmt;

use forebay_store::{Error, ErrorKind, Key, Result};

/// Stands among the causes of an error if the writes were accepted although the call failed: every reader
/// sees all of them, but the store does not have each. It occurs with writes behind that are answered at
/// [`Stored`](forebay_store::Durability::Stored): the store refused one of them, or the cache was closed or its journal
/// failed before. It displays the error in it.
///
/// ```
/// use forebay_cache::NotStored;
/// use forebay_store::Error;
///
/// // Nothing says that it happened all the same.
/// assert!(!NotStored::is_behind(&Error::unavailable("connect to the database")));
/// ```
#[derive(Clone, Debug)]
pub struct NotStored(Error);

impl NotStored {
    /// How much of a key is told.
    const NAME_MAX: usize = 128;

    /// Whether the writes were accepted.
    pub fn is_behind(error: &Error) -> bool {
        // Who was not accepted may be told why another was not stored.
        if error.kind() != ErrorKind::Unknown {
            return false;
        }
        let mut cause = error.source();
        while let Some(error) = cause {
            if error.is::<Self>() {
                return true;
            }
            cause = error.source();
        }
        false
    }

    /// Of a write that was accepted, because of this cause.
    pub(crate) fn of(cause: Error) -> Self {
        Self(cause)
    }

    /// What is told of a write that was accepted and did not reach the store, unless its error says already that it
    /// was: a `Closed` or `Refused` of its own would say that nothing has happened.
    #[cold]
    pub(crate) fn told(cause: Error) -> Error {
        if Self::is_behind(&cause) {
            return cause;
        }
        Error::unknown("accepted and visible, but not stored").with_source(Self(cause))
    }

    /// What became of writes of these keys, all of which were accepted.
    pub(crate) fn check<K: Key>(keys: &[K], stored: Vec<Result<()>>) -> Result<()> {
        let failed = stored.iter().filter(|stored| stored.is_err()).count();
        let first =
            stored.into_iter().enumerate().find_map(|(at, stored)| Some((at, stored.err()?)));
        let Some((at, cause)) = first else { return Ok(()) };
        // The code of a key may write without an end, and who is told may be far away.
        let name = keys.get(at).map(|key| format!("{key:?}")).unwrap_or_default();
        let name: String = name.chars().take(Self::NAME_MAX).collect();
        let others = match failed - 1 {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        let message = format!("accepted and visible, but not stored is {name}{others}");
        Err(Error::new(ErrorKind::Unknown, message).with_source(Self(cause)))
    }
}

impl fmt::Display for NotStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for NotStored {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    #[test]
    fn who_was_accepted_is_told_so_whatever_the_cause_is() {
        for cause in [Error::unknown("the journal has failed"), Error::refused("never")] {
            let told = NotStored::told(cause);
            assert_eq!((told.kind(), NotStored::is_behind(&told)), (ErrorKind::Unknown, true));
            assert_eq!(NotStored::told(told.clone()).chain(), told.chain());
            let other = Error::unavailable("behind it").with_source(told);
            assert!(!NotStored::is_behind(&other), "this one was not accepted");
        }
    }
}
