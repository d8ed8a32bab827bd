//! What came of a history.

use std::fmt;

use crate::crash::Cut;

/// What came of a history of several owners.
#[derive(Debug)]
pub struct StateTale {
    /// What kind of history it was.
    pub name: &'static str,
    /// From what it was drawn.
    pub seed: u64,
    /// Where a life was to end.
    pub cut: Option<Cut>,
    /// What happened.
    pub lines: Vec<String>,
    /// What must not be.
    pub violations: Vec<String>,
    /// Where each life began and ended, in calls of the disk.
    pub steps: Vec<(u64, u64)>,
    /// How many lives the disk has ended in the middle.
    pub cuts: usize,
    /// Transactions that were accepted.
    pub accepted: usize,
    /// Of them, those that were acknowledged.
    pub acknowledged: usize,
    /// Those that were answered with an error.
    pub refused: usize,
}

impl StateTale {
    /// How many calls of the disk life `life` has made.
    pub fn length(&self, life: u64) -> u64 {
        let life = usize::try_from(life).ok().and_then(|life| self.steps.get(life));
        life.map_or(0, |(begun, ended)| ended - begun)
    }
}

impl fmt::Display for StateTale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LINES: usize = 80;
        let (name, seed) = (self.name, self.seed);
        writeln!(f, "scenario {name}, seed {seed}; to run it again:")?;
        write!(f, "  FOREBAY_SEED={seed} ")?;
        if let Some(Cut { life, step }) = self.cut {
            write!(f, "FOREBAY_LIFE={life} FOREBAY_STEP={step} ")?;
        }
        writeln!(f, "cargo test -p forebay-sim --test it {name}")?;
        for violation in &self.violations {
            writeln!(f, "  {violation}")?;
        }
        writeln!(f, "the last of what happened:")?;
        for line in &self.lines[self.lines.len().saturating_sub(LINES)..] {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}
