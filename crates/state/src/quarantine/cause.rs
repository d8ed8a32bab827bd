//! Why a value cannot be taken into its table.

use std::fmt;

use forebay_store::{Error, ErrorKind};

/// The most bytes of what a cause says.
const TEXT_MAX: usize = 1024;

/// Why a stored value cannot be taken into its table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// There is no hop from this version to the next.
    MissingHop {
        /// The version.
        from: u16,
    },
    /// The hop from this version has failed, or has made what does not fit.
    HopFailed {
        /// The version.
        from: u16,
        /// What it said.
        message: String,
    },
    /// The hop from this version has panicked.
    HopPanicked {
        /// The version.
        from: u16,
        /// What it said.
        message: String,
    },
    /// The value is younger than the program, which knows this version.
    FromFuture {
        /// The version that the program knew.
        current: u16,
    },
    /// The bytes of the value are damaged.
    NotDecoded {
        /// Where, and what is wrong.
        message: String,
    },
    /// The bytes of the key are none of the table's.
    KeyNotDecoded {
        /// What is wrong.
        message: String,
    },
    /// The state has no such table.
    UnknownTable,
    /// The value is of today's version and still does not fit the type of today.
    ShapeChanged {
        /// What does not fit.
        message: String,
    },
}

impl Cause {
    /// A word for its kind, for texts and tools.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MissingHop { .. } => "missing hop",
            Self::HopFailed { .. } => "hop failed",
            Self::HopPanicked { .. } => "hop panicked",
            Self::FromFuture { .. } => "from future",
            Self::NotDecoded { .. } => "not decoded",
            Self::KeyNotDecoded { .. } => "key not decoded",
            Self::UnknownTable => "unknown table",
            Self::ShapeChanged { .. } => "shape changed",
        }
    }

    /// The error of an opening that takes nothing into quarantine.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::NotDecoded { .. } | Self::KeyNotDecoded { .. } => ErrorKind::Corrupt,
            _ => ErrorKind::Invalid,
        }
    }

    /// A key that was not read.
    pub(crate) fn of_key(error: &Error) -> Self {
        Self::KeyNotDecoded { message: bounded(error.to_string()) }
    }

    /// A value of today's version that was not read.
    pub(crate) fn of_value(error: &Error) -> Self {
        let message = bounded(error.to_string());
        match error.kind() {
            ErrorKind::Corrupt => Self::NotDecoded { message },
            _ => Self::ShapeChanged { message },
        }
    }

    /// A value that a hop did not change, or that it changed into what does not fit.
    pub(crate) fn of_hop(from: u16, error: &Error) -> Self {
        let message = bounded(error.to_string());
        match error.kind() {
            ErrorKind::Corrupt => Self::NotDecoded { message },
            _ => Self::HopFailed { from, message },
        }
    }

    /// A value with this field, which the type of today does not have.
    pub(crate) fn of_drift(message: String) -> Self {
        Self::ShapeChanged { message: bounded(message) }
    }

    /// A hop that panicked.
    pub(crate) fn of_panic(from: u16, message: &str) -> Self {
        Self::HopPanicked { from, message: bounded(message.to_owned()) }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHop { from } => {
                let to = u32::from(*from) + 1;
                write!(f, "there is no hop from version {from} to version {to}")
            }
            Self::HopFailed { from, message } => {
                write!(f, "the hop from version {from}: {message}")
            }
            Self::HopPanicked { from, message } => {
                write!(f, "the hop from version {from} panicked: {message}")
            }
            Self::FromFuture { current } => {
                write!(f, "it is younger than this program, which knows version {current}")
            }
            Self::NotDecoded { message } | Self::ShapeChanged { message } => f.write_str(message),
            Self::KeyNotDecoded { message } => write!(f, "its key: {message}"),
            Self::UnknownTable => {
                f.write_str("the state has no such table: if it is gone for good, retire its id")
            }
        }
    }
}

fn bounded(mut text: String) -> String {
    let most = text.len().min(TEXT_MAX);
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.truncate(end);
    text
}
