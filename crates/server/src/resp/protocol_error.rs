//! Input that is not a command, in the words that a Redis client expects.

use std::fmt;

/// Why the input is not a command. The reader cannot know where the next command would begin, so
/// the connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// A line of plain text is longer than its bound.
    InlineTooBig,
    /// A line of plain text has a quote without its pair.
    UnbalancedQuotes,
    /// The line that announces the number of arguments does not end.
    CountTooBig,
    /// The number of arguments is not a number or out of bounds.
    InvalidCount,
    /// More arguments than a client may send before it gives its password.
    StrangerCount,
    /// An argument does not begin with `$`.
    ExpectedBulk(u8),
    /// The line that announces the length of an argument does not end.
    LengthTooBig,
    /// The length of an argument is not a number or out of bounds.
    InvalidLength,
    /// A longer argument than a client may send before it gives its password.
    StrangerLength,
    /// A line or an argument does not end with CR LF. Redis does not look; a client that got its
    /// lengths wrong is better told so.
    ExpectedEnd,
    /// The command as a whole is larger than its bound.
    CommandTooBig,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Protocol error: ")?;
        f.write_str(match self {
            Self::InlineTooBig => "too big inline request",
            Self::UnbalancedQuotes => "unbalanced quotes in request",
            Self::CountTooBig => "too big mbulk count string",
            Self::InvalidCount => "invalid multibulk length",
            Self::StrangerCount => "unauthenticated multibulk length",
            Self::ExpectedBulk(byte) => {
                return write!(f, "expected '$', got '{}'", char::from(*byte));
            }
            Self::LengthTooBig => "too big bulk count string",
            Self::InvalidLength => "invalid bulk length",
            Self::StrangerLength => "unauthenticated bulk length",
            Self::ExpectedEnd => "expected CR LF",
            Self::CommandTooBig => "too big command",
        })
    }
}

impl std::error::Error for ProtocolError {}
