//! What the store can do, as measured.

use std::time::Duration;

use forebay_store::Moment;

/// How fast the store takes writes, and how long a batch is with it.
///
/// Speed is what was stored in the time in which anything was with the store, not what one batch takes times
/// their number: calls that are under way together may slow each other down. Everything fades by an eighth
/// with each batch, so a store that changes is known again after some ten of them.
#[derive(Debug, Default)]
pub(super) struct Meter {
    in_air: usize,
    /// Up to here the time with something in the air has been counted.
    counted_to: Moment,
    /// Nanoseconds with something in the air, and thousandths of writes stored in them.
    busy: u64,
    done: u64,
    /// The times of the last good batches, in nanoseconds.
    last: [u64; 4],
    place: usize,
    line: Line,
}

impl Meter {
    const FADING: u64 = 8;

    /// Nothing of what was measured counts any more: the store was away.
    pub(super) fn forget(&mut self) {
        let (in_air, counted_to) = (self.in_air, self.counted_to);
        *self = Self { in_air, counted_to, ..Self::default() };
    }

    pub(super) fn took_off(&mut self, now: Moment) {
        if self.in_air == 0 {
            self.counted_to = now;
        }
        self.in_air += 1;
    }

    /// A batch that began at `since` is back, with so many writes stored.
    pub(super) fn landed(&mut self, now: Moment, since: Moment, stored: usize) {
        self.in_air = self.in_air.saturating_sub(1);
        if stored == 0 {
            // What fails says nothing of what the store can do.
            return;
        }
        let busy = nanos(now.since(self.counted_to));
        self.counted_to = now;
        let stored = stored as u64;
        self.busy = (self.busy - self.busy / Self::FADING).saturating_add(busy);
        self.done = (self.done - self.done / Self::FADING).saturating_add(stored * 1000);
        let time = nanos(now.since(since));
        self.last[self.place] = time;
        self.place = (self.place + 1) % self.last.len();
        self.line.add(stored, time);
    }

    /// Whether the store has taken anything yet.
    pub(super) fn is_met(&self) -> bool {
        self.done > 0
    }

    /// How long it takes so many writes, the batch that is the last of them included.
    pub(super) fn time_for(&self, writes: u64) -> Duration {
        if !self.is_met() {
            return Duration::ZERO;
        }
        let time = u128::from(writes) * 1000 * u128::from(self.busy) / u128::from(self.done);
        let time = Duration::from_nanos(u64::try_from(time).unwrap_or(u64::MAX));
        time.saturating_add(self.longest())
    }

    /// How long a batch is with it: the longest of the last, so that one late batch counts at once.
    pub(super) fn longest(&self) -> Duration {
        Duration::from_nanos(self.last.iter().copied().max().unwrap_or_default())
    }

    /// The size at which a batch takes this time; `None` if any size does.
    pub(super) fn batch_in(&self, time: Duration) -> Option<usize> {
        self.line.size_at(nanos(time))
    }
}

/// A straight line through the times of batches by their sizes: a fixed part, and one for each write.
#[derive(Debug, Default)]
struct Line {
    /// Means and moments around them, of thousandths of writes and of nanoseconds.
    size: i128,
    time: i128,
    size_by_size: i128,
    size_by_time: i128,
    is_begun: bool,
}

impl Line {
    const SCALE: i128 = 1000;
    /// Writes in a batch for a store that nobody knows.
    const FIRST: usize = 16;
    const FIRST_SCALED: i128 = 16 * Self::SCALE;

    fn add(&mut self, writes: u64, nanos: u64) {
        let (size, time) = (i128::from(writes) * Self::SCALE, i128::from(nanos));
        if !self.is_begun {
            (self.size, self.time, self.is_begun) = (size, time, true);
            return;
        }
        let (by_size, by_time) = (size - self.size, time - self.time);
        self.size += by_size / 8;
        self.time += by_time / 8;
        self.size_by_size = (self.size_by_size + by_size * by_size / 8) * 7 / 8;
        self.size_by_time = (self.size_by_time + by_size * by_time / 8) * 7 / 8;
    }

    fn size_at(&self, nanos: u64) -> Option<usize> {
        if !self.is_begun {
            return Some(Self::FIRST);
        }
        let limit = i128::from(nanos);
        let spread = self.size / 8;
        let size = if self.size_by_size <= spread * spread {
            // All were alike, which says nothing of other sizes: at worst each write costs its share.
            // Twice as many are tried all the same: what is never tried is never known.
            let twice = (self.size * 2).min(Self::FIRST_SCALED);
            (self.size * limit / self.time.max(1)).max(twice)
        } else {
            // A fixed part that is too long by itself is no shorter with fewer writes.
            let each = Some(self.size_by_time).filter(|rise| *rise > 0)?;
            let fixed = self.time - each * self.size / self.size_by_size;
            let left = if fixed < limit / 2 { limit - fixed.max(0) } else { limit };
            left * self.size_by_size / each
        };
        Some(usize::try_from(size / Self::SCALE).unwrap_or(usize::MAX).max(1))
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    /// A store that takes `fixed` and `each` milliseconds, given batches of these sizes one after another.
    fn measured(fixed: u64, each: u64, sizes: &[usize]) -> Meter {
        let mut meter = Meter::default();
        let mut now = Moment(0);
        for size in sizes {
            meter.took_off(now);
            let since = now;
            now = Moment(now.0 + (fixed + each * *size as u64) * MS);
            meter.landed(now, since, *size);
        }
        meter
    }

    #[test]
    fn what_a_store_took_it_takes_again() {
        let meter = measured(100, 0, &[50; 20]);
        let time = meter.time_for(100);
        assert!(time.as_millis().abs_diff(300) < 10, "{time:?}");
    }

    #[test]
    fn the_size_of_a_batch_follows_from_what_each_write_costs() {
        let meter = measured(10, 5, &[10, 40, 20, 80, 15, 60, 10, 50]);
        let size = meter.batch_in(Duration::from_millis(510)).unwrap_or_default();
        assert!((90..=110).contains(&size), "{size}");
    }

    #[test]
    fn a_call_that_is_slow_whatever_is_in_it_is_not_made_smaller() {
        let meter = measured(900, 0, &[10, 40, 20, 80, 15, 60, 10, 50]);
        assert_eq!(meter.batch_in(Duration::from_millis(500)), None);
    }

    #[test]
    fn batches_that_are_all_alike_say_what_each_write_costs_at_worst() {
        let second = Duration::from_secs(1);
        assert_eq!(measured(0, 10, &[200; 5]).batch_in(second), Some(100));
        assert_eq!(measured(0, 10, &[50; 5]).batch_in(second), Some(100));
        assert_eq!(Meter::default().batch_in(second), Some(16));
    }

    #[test]
    fn batches_of_one_do_not_stay_batches_of_one() {
        let mut meter = measured(150, 0, &[1; 5]);
        let mut now = meter.counted_to;
        for _ in 0..8 {
            let Some(size) = meter.batch_in(Duration::from_millis(250)) else { return };
            meter.took_off(now);
            let since = now;
            now = Moment(now.0 + 150 * MS);
            meter.landed(now, since, size);
        }
        assert_eq!(meter.batch_in(Duration::from_millis(250)), None);
    }

    #[test]
    fn a_batch_that_stored_nothing_says_nothing_of_what_the_store_can_do() {
        let mut meter = measured(100, 0, &[50; 20]);
        let before = meter.time_for(100);
        for _ in 0..8 {
            let since = meter.counted_to;
            meter.took_off(since);
            meter.landed(Moment(since.0 + 10_000 * MS), since, 0);
        }
        assert_eq!(meter.time_for(100), before);
    }

    #[test]
    fn what_was_measured_before_the_store_was_away_does_not_count() {
        let mut meter = measured(100, 0, &[50; 20]);
        meter.forget();
        assert_eq!(meter.time_for(1000), Duration::ZERO);
    }
}
