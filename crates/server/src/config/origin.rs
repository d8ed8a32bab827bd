//! Where a value came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from. A later one wins over an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The table of settings.
    #[default]
    Default,
    /// The file.
    File {
        /// Which file.
        path: PathBuf,
        /// In which line.
        line: usize,
    },
    /// The environment, under this name.
    Environment(String),
    /// The command line, with this flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => write!(f, "the default"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Environment(name) => write!(f, "the environment, {name}"),
            Self::Flag(name) => write!(f, "the flag {name}"),
        }
    }
}
