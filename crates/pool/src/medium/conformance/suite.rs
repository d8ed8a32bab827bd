//! Runs every check on a medium of its own.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::conformance::{Check, Report, Verdict};

use super::checks::{ALL, Claim};
use super::stop::Stop;
use crate::medium::Medium;

/// The checks, and how to make the medium that they are about.
pub struct Suite {
    make: Box<dyn Fn() -> Arc<dyn Medium>>,
    only: Option<String>,
}

impl Suite {
    /// The suite for the media that `make` makes. Each must be empty, and take blobs of 6 MiB unless its
    /// quota is smaller; with a quota of 64 MiB at most, it is filled, too.
    pub fn new<M: Medium>(make: impl Fn() -> M + 'static) -> Self {
        Self { make: Box::new(move || Arc::new(make())), only: None }
    }

    /// Runs no check but the one called `name`.
    #[must_use]
    pub fn only(mut self, name: impl Into<String>) -> Self {
        self.only = Some(name.into());
        self
    }

    /// Runs all checks, whatever becomes of any one.
    pub fn run(&self) -> Report {
        let wanted = |claim: &&Claim| self.only.as_ref().is_none_or(|only| only == claim.name);
        let checks = ALL.iter().copied().flatten().filter(wanted);
        let checks = checks.map(|claim| Check { name: claim.name, verdict: self.check(claim) });
        Report { checks: checks.collect() }
    }

    fn check(&self, claim: &Claim) -> Verdict {
        let run = || (claim.check)(&(self.make)());
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(())) => Verdict::Passed,
            Ok(Err(Stop::Skipped(why))) => Verdict::Skipped(why),
            Ok(Err(Stop::Failed(what))) => Verdict::Failed(what),
            Err(_) => Verdict::Failed("a call of the medium panicked".to_owned()),
        }
    }
}

/// Runs the suite in a test.
///
/// # Panics
///
/// If a claim does not hold, with the report as the message.
#[track_caller]
pub fn assert_conforms<M: Medium>(make: impl Fn() -> M + 'static) {
    let report = Suite::new(make).run();
    assert!(report.failures().next().is_none(), "the medium does not conform:\n{report}");
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite").field("only", &self.only).finish_non_exhaustive()
    }
}
