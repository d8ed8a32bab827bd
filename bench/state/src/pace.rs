//! A rate that a writer keeps by the clock: it naps while nothing is due, and catches up when it was late.

use std::time::{Duration, Instant};

use forebay_measure::clock::{now, pause};

/// Writes a second. Every store in the comparison keeps this while nobody is in its way.
pub(crate) const RATE: u32 = 10_000;

/// Short, so that what is due comes in small groups; no core is kept busy by waiting.
const NAP: Duration = Duration::from_micros(500);

pub(crate) struct Pace {
    begun: Instant,
    done: u128,
}

impl Pace {
    pub(crate) fn begin() -> Self {
        Self { begun: now(), done: 0 }
    }

    /// Whether one more write is due. If none is, it naps before it says so.
    pub(crate) fn is_due(&mut self) -> bool {
        let is_due = self.takes(self.begun.elapsed());
        if !is_due {
            pause(NAP);
        }
        is_due
    }

    /// Takes one of those that are due after so long, if there is one left.
    fn takes(&mut self, after: Duration) -> bool {
        let is_due = self.done < after.as_nanos() * u128::from(RATE) / 1_000_000_000;
        self.done += u128::from(is_due);
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pace: &mut Pace, after: Duration) -> usize {
        (0..RATE * 10).take_while(|_| pace.takes(after)).count()
    }

    #[test]
    fn so_many_are_due_as_the_rate_says() {
        let mut pace = Pace::begin();
        assert_eq!(taken(&mut pace, Duration::ZERO), 0);
        let one = Duration::from_secs(1) / RATE;
        assert_eq!(taken(&mut pace, one * 9 / 10), 0);
        assert_eq!(taken(&mut pace, one), 1);
        assert_eq!(taken(&mut pace, one * 19 / 10), 0);
    }

    #[test]
    fn who_was_late_catches_up_and_does_no_more() {
        let mut pace = Pace::begin();
        assert_eq!(taken(&mut pace, Duration::from_secs(3)), 30_000);
        assert_eq!(taken(&mut pace, Duration::from_secs(3)), 0);
    }
}
