//! What a rule says about a place in the tree.

use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Must be mended: the tree is not tidy with it.
    Error,
    /// Printed, and allowed.
    Warning,
}

/// One place that breaks one rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the workspace, with `/` between the parts.
    pub path: String,
    /// The line, counted from 1; 0 if it is about the whole file.
    pub line: usize,
    /// What is wrong and what to do instead.
    pub message: String,
    /// Whether it fails the run.
    pub severity: Severity,
}

impl Finding {
    /// A finding that fails the run.
    pub fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into(), severity: Severity::Error }
    }

    /// The same finding, but allowed.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, message, severity } = self;
        let mark = match severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        write!(f, "{path}:{}: {mark}{message}", (*line).max(1))
    }
}
