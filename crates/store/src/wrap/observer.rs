//! What an observer of a store is told.

use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::outcome::Outcome;

/// Is told of every call that a store has answered, on the thread that answers it, before the
/// caller hears the answer. It must not block.
pub trait Observer: Send + Sync + 'static {
    /// A load was answered.
    fn on_load(&self, report: &LoadReport<'_>) {
        let _ = report;
    }

    /// A batch was answered.
    fn on_apply(&self, report: &ApplyReport<'_>) {
        let _ = report;
    }

    /// A page was scanned.
    fn on_scan(&self, report: &ScanReport<'_>) {
        let _ = report;
    }

    /// The keys were counted.
    fn on_count(&self, report: &CountReport<'_>) {
        let _ = report;
    }
}

impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn on_load(&self, report: &LoadReport<'_>) {
        (**self).on_load(report);
    }
    fn on_apply(&self, report: &ApplyReport<'_>) {
        (**self).on_apply(report);
    }
    fn on_scan(&self, report: &ScanReport<'_>) {
        (**self).on_scan(report);
    }
    fn on_count(&self, report: &CountReport<'_>) {
        (**self).on_count(report);
    }
}

/// One load.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoadReport<'a> {
    /// From the call to the answer.
    pub took: Duration,
    /// Keys asked for.
    pub keys: usize,
    /// Keys found.
    pub found: usize,
    /// Why it failed, if it did.
    pub error: Option<&'a Error>,
}

/// One batch, and how many of its writes ended how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApplyReport<'a> {
    /// From the call to the answer.
    pub took: Duration,
    /// Writes in the batch.
    pub writes: usize,
    /// Writes that are in the store.
    pub stored: usize,
    /// Writes that never will be.
    pub refused: usize,
    /// Writes that may be tried again.
    pub retry: usize,
    /// Writes of which nothing is known.
    pub unknown: usize,
    /// The error of the whole call, or that of the first write that was not stored.
    pub error: Option<&'a Error>,
}

/// One page of a scan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScanReport<'a> {
    /// From the call to the answer.
    pub took: Duration,
    /// Entries in the page.
    pub entries: usize,
    /// Why it failed, if it did.
    pub error: Option<&'a Error>,
}

/// One count.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CountReport<'a> {
    /// From the call to the answer.
    pub took: Duration,
    /// Why it failed, if it did.
    pub error: Option<&'a Error>,
}

impl<'a> ApplyReport<'a> {
    pub(super) fn of(took: Duration, outcomes: &'a [Outcome]) -> Self {
        let writes = outcomes.len();
        let mut report =
            Self { took, writes, stored: 0, refused: 0, retry: 0, unknown: 0, error: None };
        for outcome in outcomes {
            let (count, error) = match outcome {
                Outcome::Stored => (&mut report.stored, None),
                Outcome::Refused(error) => (&mut report.refused, Some(error)),
                Outcome::Retry(error) => (&mut report.retry, Some(error)),
                Outcome::Unknown(error) => (&mut report.unknown, Some(error)),
            };
            *count += 1;
            report.error = report.error.or(error);
        }
        report
    }
}
