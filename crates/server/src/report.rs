//! What the operator is told, line by line on stderr.

use std::fmt::Display;
use std::io::Write;
use std::time::Duration;

use forebay::Moment;
use forebay_store::sync::Mutex;

/// Tells the operator. If nobody listens there is nobody to tell.
pub(crate) fn tell(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "forebay: {line}");
}

/// What may come without end: a line a second at most, so that it does not fill a disk.
#[derive(Debug, Default)]
pub(crate) struct Seldom(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    told_at: Option<Moment>,
    untold: u64,
}

impl Seldom {
    const PAUSE: Duration = Duration::from_secs(1);

    /// Tells it, or counts it for the next line.
    pub(crate) fn tell(&self, line: impl Display, now: Moment) {
        match self.note(now) {
            None => {}
            Some(0) => tell(line),
            Some(untold) => tell(format_args!("{line}; {untold} more since the last one")),
        }
    }

    /// How many were not told since the last line, if it is time for another.
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
        let seldom = Seldom::default();
        let start = Moment(5_000_000_000);
        let half = Seldom::PAUSE / 2;
        let notes = [0, 0, 1, 2, 3, 4].map(|halves| seldom.note(start.after(half * halves)));
        assert_eq!(notes, [Some(0), None, None, Some(2), None, Some(1)]);
    }
}
