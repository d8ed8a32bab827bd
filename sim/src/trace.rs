//! The log of a run, and what was found to be wrong in it.

use std::fmt;

use forebay_store::Moment;

use crate::value::Name;

/// What a violation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Reads and writes of a key have no order that explains them (G2, G4, G6, G9).
    History,
    /// Versions came to the store in the wrong order (G3).
    Order,
    /// The engine broke its side of the store's contract.
    Contract,
    /// What was said to be stored is not (G1, G4).
    Stored,
    /// A bound was exceeded, or room did not come back (G7).
    Bound,
    /// An operation was never answered.
    Hang,
    /// One key's failure was another key's (G8).
    Isolation,
    /// A close told something else than the truth (G12).
    Close,
    /// What was acknowledged is not there after the fault that its rung survives (G1, G2, G9).
    Ladder,
    /// Anything else that the public documentation promises.
    Promise,
}

/// One thing that must not be.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What it is about.
    pub broken: Broken,
    /// The key, if it is about one.
    pub key: Option<Name>,
    /// What happened.
    pub text: String,
}

/// One line of the log.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub at: Moment,
    /// Which keys it is about; none: all of them.
    pub keys: Vec<Name>,
    /// What happened.
    pub text: String,
}

impl Line {
    /// Whether somebody who looks at `key` wants to see it.
    pub fn is_about(&self, key: Name) -> bool {
        self.keys.is_empty() || self.keys.contains(&key)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10} us  {}", self.at.0 / 1000, self.text)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.broken)?;
        if let Some(key) = self.key {
            write!(f, " of key {key}")?;
        }
        write!(f, ": {}", self.text)
    }
}

/// The log of a run. Its hash tells whether two runs were the same.
#[derive(Debug)]
pub struct Trace {
    lines: Vec<Line>,
    violations: Vec<Violation>,
    hash: u64,
}

impl Trace {
    pub(crate) fn new() -> Self {
        Self { lines: Vec::new(), violations: Vec::new(), hash: 0xcbf2_9ce4_8422_2325 }
    }

    pub(crate) fn note(&mut self, at: Moment, keys: &[Name], text: String) {
        for byte in at.0.to_le_bytes().iter().chain(text.as_bytes()) {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.lines.push(Line { at, keys: keys.to_vec(), text });
    }

    pub(crate) fn violate(&mut self, violation: Violation) {
        /// A broken run goes on being broken; its beginning says the most.
        const KEPT: usize = 8;
        if self.violations.len() < KEPT {
            self.violations.push(violation);
        }
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What must not be.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// A number that is the same for the same log.
    pub fn hash(&self) -> u64 {
        self.hash
    }
}
