//! What the suite found.

use std::fmt;

/// The verdict on every check, in the order in which they ran. Its `Display` is a table.
#[derive(Clone, Debug)]
pub struct Report {
    /// One for each check.
    pub checks: Vec<Check>,
}

/// One check and what came of it.
#[derive(Clone, Debug)]
pub struct Check {
    /// The claim that was checked.
    pub name: &'static str,
    /// Whether it holds.
    pub verdict: Verdict,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The claim holds.
    Passed,
    /// The store does not declare what the claim is about.
    Skipped(String),
    /// The claim does not hold; the sentence says what was seen.
    Failed(String),
}

impl Report {
    /// The checks whose claim does not hold.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| matches!(check.verdict, Verdict::Failed(_)))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Check { name, verdict } in &self.checks {
            match verdict {
                Verdict::Passed => writeln!(f, "passed   {name}")?,
                Verdict::Skipped(why) => writeln!(f, "skipped  {name}: {why}")?,
                Verdict::Failed(what) => writeln!(f, "FAILED   {name}: {what}")?,
            }
        }
        Ok(())
    }
}
