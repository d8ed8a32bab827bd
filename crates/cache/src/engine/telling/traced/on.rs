//! Whoever subscribes is told.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::Outcome;
use tracing::field::Empty;
use tracing::{debug_span, error, info, warn};

use crate::event::Event;
use crate::mode::Mode;

/// Whether anybody may be told.
pub(crate) const IS_ON: bool = true;

/// Something that takes its time, from when this is made until all its clones have ended.
#[derive(Clone, Debug)]
pub(crate) struct Span(Option<tracing::Span>);

impl Span {
    /// A batch that the store is given: its number, how many writes, which attempt it is, whether they are
    /// writes-through, and how many bytes, which is asked for only if somebody wants to know.
    pub(crate) fn batch(
        number: u64,
        writes: usize,
        attempt: u32,
        is_through: bool,
        bytes: impl FnOnce() -> u64,
    ) -> Self {
        Self::new(|| {
            let span = debug_span!(
                target: "forebay",
                "batch",
                number,
                writes,
                attempt,
                through = is_through,
                bytes = Empty,
                stored = Empty,
                refused = Empty,
                failed = Empty,
                took_micros = Empty,
            );
            if !span.is_disabled() {
                span.record("bytes", bytes());
            }
            span
        })
    }

    /// A call that loads so many keys.
    pub(crate) fn load(keys: usize) -> Self {
        Self::new(|| debug_span!(target: "forebay", "load", keys, ok = Empty))
    }

    /// A flush, by its number.
    pub(crate) fn flush(number: u64) -> Self {
        Self::new(|| debug_span!(target: "forebay", "flush", number, ok = Empty))
    }

    pub(crate) fn checkpoint() -> Self {
        Self::new(|| debug_span!(target: "forebay", "checkpoint", ok = Empty))
    }

    pub(crate) fn open() -> Self {
        Self::new(|| debug_span!(target: "forebay", "open", ok = Empty))
    }

    fn new(span: impl FnOnce() -> tracing::Span) -> Self {
        Self(caught(span))
    }

    /// Does a part of it on this thread.
    pub(crate) fn run<R>(&self, job: impl FnOnce() -> R) -> R {
        let entered = self.0.as_ref().and_then(|span| caught(|| span.enter()));
        let result = job();
        caught(|| drop(entered));
        result
    }

    /// What became of a batch; `None` if it failed as a whole.
    pub(crate) fn batch_ended(self, outcomes: Option<&[Outcome]>, took_micros: u64) {
        let count = |is: fn(&Outcome) -> bool| {
            outcomes.map_or(0, |all| all.iter().filter(|outcome| is(outcome)).count())
        };
        let stored = count(Outcome::is_stored);
        let refused = count(|outcome| matches!(outcome, Outcome::Refused(_)));
        let Some(span) = &self.0 else { return };
        caught(|| {
            span.record("stored", stored).record("refused", refused);
            match outcomes {
                Some(all) => span.record("failed", all.len() - stored - refused),
                None => span.record("failed", "all"),
            };
            span.record("took_micros", took_micros);
        });
    }

    /// How it ended.
    pub(crate) fn ended(self, is_ok: bool) {
        if let Some(span) = &self.0 {
            caught(|| span.record("ok", is_ok));
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        let span = self.0.take();
        caught(|| drop(span));
    }
}

/// Tells what the cache tells those who listen.
pub(crate) fn tell(event: &Event) {
    caught(|| match event {
        Event::PromiseKept | Event::ModeChanged { to: Mode::Healthy, .. } => {
            info!(target: "forebay", "{event}");
        }
        Event::JournalFailed => error!(target: "forebay", "{event}"),
        _ => warn!(target: "forebay", "{event}"),
    });
}

fn caught<R>(job: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(job)).ok()
}
