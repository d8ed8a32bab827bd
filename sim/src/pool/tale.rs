//! What came of a play.

use std::collections::BTreeMap;
use std::fmt;

use super::hearing::Hearing;
use super::stage::Stage;

/// What came of a play.
#[derive(Debug)]
pub struct PoolTale {
    /// What kind of play it was.
    pub name: &'static str,
    /// From what it was drawn.
    pub seed: u64,
    /// What happened.
    pub lines: Vec<String>,
    /// What must not be.
    pub violations: Vec<String>,
    /// How often what was told by the pool, or was done.
    pub counts: BTreeMap<&'static str, u64>,
}

impl PoolTale {
    pub(crate) fn new(name: &'static str, seed: u64) -> Self {
        Self { name, seed, lines: Vec::new(), violations: Vec::new(), counts: BTreeMap::new() }
    }

    pub(crate) fn take(&mut self, stage: &Stage, hearing: &Hearing) {
        let (lines, violations) = stage.take();
        self.lines.extend(lines);
        self.violations.extend(violations);
        for (what, count) in hearing.take() {
            *self.counts.entry(what).or_default() += count;
        }
    }

    pub(crate) fn is_broken(&self) -> bool {
        !self.violations.is_empty()
    }
}

impl fmt::Display for PoolTale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LINES: usize = 80;
        writeln!(f, "play {}, seed {}; to run it again:", self.name, self.seed)?;
        writeln!(
            f,
            "  FOREBAY_SEED={} cargo test -p forebay-sim --test it {}",
            self.seed, self.name
        )?;
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
