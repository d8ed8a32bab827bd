//! What the operator is told of clients with which no TLS connection began.

use std::fmt::Display;
use std::time::Duration;

use forebay::Moment;
use forebay_store::sync::Mutex;

use crate::report;

/// A line a second at most, so that whoever knocks all the time does not fill a disk with his failures.
#[derive(Debug, Default)]
pub(crate) struct Failures(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    told_at: Option<Moment>,
    untold: u64,
}

impl Failures {
    const PAUSE: Duration = Duration::from_secs(1);

    /// Tells of a failure with a client, or notes it for the next line.
    pub(crate) fn tell(&self, client: &str, reason: impl Display, now: Moment) {
        if let Some(untold) = self.note(now) {
            let more = match untold {
                0 => String::new(),
                untold => format!("; {untold} more since the last one"),
            };
            report::tell(format_args!("no TLS connection with {client}: {reason}{more}"));
        }
    }

    /// How many failures were not told since the last line, if it is time for another.
    fn note(&self, now: Moment) -> Option<u64> {
        let mut state = self.0.lock();
        if state.told_at.is_some_and(|told_at| now.since(told_at) < Self::PAUSE) {
            state.untold += 1;
            return None;
        }
        state.told_at = Some(now);
        Some(std::mem::take(&mut state.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_line_a_second_and_it_counts_those_that_had_none() {
        let failures = Failures::default();
        let start = Moment(5_000_000_000);
        let half = Failures::PAUSE / 2;
        let notes = [0, 0, 1, 2, 3, 4].map(|halves| failures.note(start.after(half * halves)));
        assert_eq!(notes, [Some(0), None, None, Some(2), None, Some(1)]);
    }
}
