//! What came of a history of several lives.

use std::fmt;

use super::crashes::Cut;
use crate::history::History;
use crate::scenario::Scenario;
use crate::telling::Telling;
use crate::trace::{Trace, Violation};

/// What came of a history of several lives.
#[derive(Debug)]
pub struct Tale {
    /// What kind of history it was.
    pub scenario: Scenario,
    /// From what it was drawn.
    pub seed: u64,
    /// Where a life was to end.
    pub cut: Option<Cut>,
    /// What happened.
    pub trace: Trace,
    /// What clients did and were told in the last life that was looked at.
    pub history: History,
    /// Keys whose history was too hard to check.
    pub undecided: usize,
    /// Where each life began and ended, in calls of the disk.
    pub steps: Vec<(u64, u64)>,
    /// How many lives ended in the middle.
    pub cuts: usize,
}

impl Tale {
    /// What must not be.
    pub fn violations(&self) -> &[Violation] {
        self.trace.violations()
    }

    /// How many calls of the disk life `life` has made.
    pub fn length(&self, life: u64) -> u64 {
        let life = usize::try_from(life).ok().and_then(|life| self.steps.get(life));
        life.map_or(0, |(begun, ended)| ended - begun)
    }
}

impl fmt::Display for Tale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LINES: usize = 120;
        let (name, seed) = (self.scenario.name, self.seed);
        writeln!(f, "scenario {name}, seed {seed}; to run it again:")?;
        write!(f, "  FOREBAY_SEED={seed} ")?;
        if let Some(Cut { life, step }) = self.cut {
            write!(f, "FOREBAY_LIFE={life} FOREBAY_STEP={step} ")?;
        }
        writeln!(f, "cargo test -p forebay-sim --test it {name}")?;
        let (trace, history) = (&self.trace, &self.history);
        Telling { trace, history, lines: LINES, part: " in the last life" }.fmt(f)
    }
}
