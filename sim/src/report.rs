//! What came of a run.

use std::fmt;

use forebay_cache::Stats;

use crate::history::History;
use crate::scenario::Scenario;
use crate::telling::Telling;
use crate::trace::{Trace, Violation};

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    /// What kind of run it was.
    pub scenario: Scenario,
    /// From what it was drawn.
    pub seed: u64,
    /// What happened.
    pub trace: Trace,
    /// What clients did and were told.
    pub history: History,
    /// Keys whose history was too hard to check.
    pub undecided: usize,
    /// How many things happened.
    pub events: usize,
    /// The cache's numbers at the end.
    pub stats: Stats,
}

impl Report {
    /// What must not be.
    pub fn violations(&self) -> &[Violation] {
        self.trace.violations()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LINES: usize = 90;
        let (name, seed) = (self.scenario.name, self.seed);
        writeln!(f, "scenario {name}, seed {seed}; to run it again:")?;
        writeln!(f, "  FOREBAY_SEED={seed} cargo test -p forebay-sim --test it {name}")?;
        let (trace, history) = (&self.trace, &self.history);
        Telling { trace, history, lines: LINES, part: "" }.fmt(f)
    }
}
