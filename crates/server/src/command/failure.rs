//! Why a command failed, in the words that a Redis client expects.

use std::borrow::Cow;

use forebay::{Error, ErrorKind, JournalFailure, NotStored};

use crate::resp::Reply;

/// The text of an error reply: a code in capitals, a space, a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure(Cow<'static, str>);

impl Failure {
    pub(crate) const SYNTAX: Self = Self::fixed("ERR syntax error");
    pub(crate) const NOT_AN_INTEGER: Self =
        Self::fixed("ERR value is not an integer or out of range");
    pub(crate) const OVERFLOW: Self = Self::fixed("ERR increment or decrement would overflow");
    pub(crate) const TOO_LONG: Self =
        Self::fixed("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    pub(crate) const NOT_FINITE: Self = Self::fixed("ERR increment would produce NaN or Infinity");
    pub(crate) const NO_SUCH_KEY: Self = Self::fixed("ERR no such key");
    pub(crate) const NO_AUTH: Self = Self::fixed("NOAUTH Authentication required.");
    pub(crate) const WRONG_PASSWORD: Self =
        Self::fixed("WRONGPASS invalid username-password pair or user is disabled.");

    /// A fixed text.
    pub(crate) const fn fixed(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// A text with the general code.
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self(format!("ERR {}", text.as_ref()).into())
    }

    /// The command is there but not with so many arguments.
    pub(crate) fn arity(name: &str) -> Self {
        Self::new(format!("wrong number of arguments for '{name}' command"))
    }

    /// A pattern that would take too long to match.
    pub(crate) fn pattern_too_long(max: usize) -> Self {
        Self::new(format!("pattern is too long, at most {max} bytes"))
    }

    /// An expiry that no clock can show.
    pub(crate) fn expire_time(name: &str) -> Self {
        Self::new(format!("invalid expire time in '{name}' command"))
    }
}

impl From<Failure> for Reply {
    fn from(failure: Failure) -> Self {
        Self::Error(failure.0)
    }
}

/// What the cache or the store says, and what the client should do about it: `BUSY` asks for
/// another try, `UNKNOWN` may or may not have happened, `UNSTORED` has happened, but is not stored, everything else
/// has not happened.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = match error.kind() {
            ErrorKind::Busy => {
                let millis = error.retry_after().unwrap_or_default().as_millis().max(1);
                format!("BUSY {error}, retry after {millis} ms")
            }
            ErrorKind::Unknown if NotStored::is_behind(&error) => {
                format!("UNSTORED {}", error.chain())
            }
            ErrorKind::Unknown | ErrorKind::Aborted => {
                format!("UNKNOWN it may or may not have happened: {}", error.chain())
            }
            ErrorKind::Closed => "ERR the server is shutting down".into(),
            _ => {
                let whose = if JournalFailure::is_behind(&error) { "journal" } else { "store" };
                let text = format!("ERR {whose}: {}", error.chain());
                match error.retry_after() {
                    Some(after) => format!("{text}, retry after {} ms", after.as_millis().max(1)),
                    None => text,
                }
            }
        };
        Self(text.into())
    }
}
