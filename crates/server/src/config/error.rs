//! What can be wrong with a configuration.

use std::fmt;
use std::path::PathBuf;

use super::Origin;

/// A configuration that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// The value of a setting is wrong.
    Value {
        /// The setting.
        key: &'static str,
        /// The value as it was given; `None` if it is a secret.
        value: Option<String>,
        /// Where the value came from.
        origin: Origin,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such setting.
    UnknownKey {
        /// The name that was given.
        key: String,
        /// Where it was given.
        origin: Origin,
    },
    /// The file cannot be read.
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is not TOML.
    Syntax {
        /// Which file.
        path: PathBuf,
        /// In which line.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { key, value: Some(value), origin, reason } => {
                write!(f, "{key} = {value:?} (from {origin}): {reason}")
            }
            Self::Value { key, value: None, origin, reason } => {
                write!(f, "{key} (from {origin}): {reason}")
            }
            Self::UnknownKey { key, origin } => {
                write!(
                    f,
                    "{key:?} (from {origin}): there is no such setting; `forebay serve --help` lists them"
                )
            }
            Self::Unreadable { path, reason } => {
                write!(f, "cannot read {}: {reason}", path.display())
            }
            Self::Syntax { path, line, reason } => {
                write!(f, "{}, line {line}: not TOML: {reason}", path.display())
            }
        }
    }
}

impl std::error::Error for ConfigError {}
