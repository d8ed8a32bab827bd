//! Runs every check on a store of its own.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::checks::{ALL, Claim};
use super::report::{Check, Report, Verdict};
use super::subject::{Stop, Subject};
use crate::backing::SharedStore;

/// The checks, and how to make the store that they are about.
pub struct Suite {
    make: Box<dyn Fn() -> SharedStore<String, Vec<u8>>>,
    patience: Duration,
    only: Option<String>,
}

impl Suite {
    /// The suite for the stores that `make` makes. Each must be empty and be the only user of its
    /// data.
    pub fn new(make: impl Fn() -> SharedStore<String, Vec<u8>> + 'static) -> Self {
        Self { make: Box::new(make), patience: Duration::from_secs(30), only: None }
    }

    /// How long a call may take before the suite says that it was not answered. Default 30 s.
    pub fn patience(mut self, limit: Duration) -> Self {
        self.patience = limit;
        self
    }

    /// Runs no check but the one called `name`.
    pub fn only(mut self, name: impl Into<String>) -> Self {
        self.only = Some(name.into());
        self
    }

    /// Runs all checks, whatever becomes of any one.
    pub fn run(&self) -> Report {
        let wanted = |claim: &&Claim| self.only.as_ref().is_none_or(|only| only == claim.name);
        let checks = ALL
            .iter()
            .copied()
            .flatten()
            .filter(wanted)
            .map(|claim| Check { name: claim.name, verdict: self.check(claim) });
        Report { checks: checks.collect() }
    }

    fn check(&self, claim: &Claim) -> Verdict {
        let run = || (claim.check)(&Subject::new((self.make)(), self.patience));
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(())) => Verdict::Passed,
            Ok(Err(Stop::Skipped(why))) => Verdict::Skipped(why),
            Ok(Err(Stop::Failed(what))) => Verdict::Failed(what),
            Err(_) => Verdict::Failed("a call of the store panicked".to_owned()),
        }
    }
}

/// Runs the suite in a test.
///
/// # Panics
///
/// If a claim does not hold, with the report as the message.
#[track_caller]
pub fn assert_conforms(make: impl Fn() -> SharedStore<String, Vec<u8>> + 'static) {
    let report = Suite::new(make).run();
    assert!(report.failures().next().is_none(), "the store does not conform:\n{report}");
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite").field("patience", &self.patience).finish_non_exhaustive()
    }
}
