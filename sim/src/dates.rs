//! The date in the world of a run, which may jump.

use forebay_store::{Moment, WallTime};

/// 2026-01-01: a date that is neither 0 nor near an edge.
const START: u64 = 1_767_225_600_000;

/// What the date was at each moment.
#[derive(Clone, Debug)]
pub struct Dates {
    /// Since when it has been ahead of the moments by how many milliseconds, in order.
    jumps: Vec<(Moment, u64)>,
}

impl Default for Dates {
    fn default() -> Self {
        Self { jumps: vec![(Moment::default(), START)] }
    }
}

impl Dates {
    /// The date now.
    pub fn at(&self, now: Moment) -> WallTime {
        date(now, self.jumps[self.jumps.len() - 1].1)
    }

    /// From `now` on the date is `millis` later than it would be; a negative number: earlier.
    pub fn jump(&mut self, now: Moment, millis: i64) {
        let ahead = self.jumps[self.jumps.len() - 1].1;
        self.jumps.push((now, ahead.saturating_add_signed(millis)));
    }

    /// The earliest date that anybody can have read in this time.
    pub fn earliest(&self, from: Moment, to: Moment) -> WallTime {
        let begun = self.jumps.iter().rposition(|jump| jump.0 < from).unwrap_or(0);
        let jumps = self.jumps[begun..].iter().take_while(|jump| jump.0 <= to);
        let dates = jumps.map(|jump| date(jump.0.max(from), jump.1));
        WallTime(dates.map(|date| date.0).min().unwrap_or(0))
    }

    /// The latest date that anybody can have read up to then.
    pub fn latest(&self, to: Moment) -> WallTime {
        let ends = self.jumps.iter().skip(1).map(|jump| jump.0).chain([to]);
        let dates = self.jumps.iter().zip(ends).map(|(jump, end)| date(end.min(to), jump.1));
        let begun = self.jumps.iter().take_while(|jump| jump.0 <= to).count();
        WallTime(dates.take(begun).map(|date| date.0).max().unwrap_or(0))
    }
}

fn date(moment: Moment, ahead: u64) -> WallTime {
    WallTime(ahead + moment.0 / 1_000_000)
}
