//! One tick of the clock, in which many writes of a shard may be dated without a look at the clock for each.
//!
//! A processor looks far ahead of what it does, and a look at the clock ends that: with keys that are not in its cache, one costs
//! about a quarter of a put. So where one look after another has found the same tick, the next few
//! writes are taken to be of that tick, too. They count as older than they are if a pause follows, but no step comes between
//! but other such puts: after any other the next write begins with a look.

use forebay_store::Moment;

/// What the clock says, and how sure of it one has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) now: Moment,
    /// A write is not to count as older than it is.
    pub(crate) is_exact: bool,
}

/// How many writes are taken to be of the tick that was seen last.
#[derive(Debug, Default)]
pub(super) struct Tick {
    left: u8,
    /// How many were so between the last two looks.
    given: u8,
}

impl Tick {
    /// So many writes go between two looks at most.
    pub(super) const MOST: u8 = 31;

    /// Whether one more write is taken to be of that tick.
    #[inline]
    pub(super) fn take(&mut self) -> bool {
        let is_there = self.left > 0;
        self.left -= u8::from(is_there);
        is_there
    }

    /// The clock was looked at, and said the same as the last time, or something else.
    #[inline]
    pub(super) fn seen(&mut self, is_same: bool) {
        self.given = if is_same { (self.given * 2 + 1).min(Self::MOST) } else { 0 };
        self.left = self.given;
    }

    /// The next write looks at the clock.
    #[inline]
    pub(super) fn end(&mut self) {
        self.left = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Tick;

    /// How many writes go by until one looks at the clock.
    fn unseen(tick: &mut Tick) -> usize {
        std::iter::repeat_with(|| tick.take()).take_while(|is_there| *is_there).count()
    }

    #[test]
    fn the_clock_is_looked_at_less_and_less_in_one_tick_and_each_time_in_others() {
        let mut tick = Tick::default();
        let mut seen = |is_same| {
            tick.seen(is_same);
            unseen(&mut tick)
        };
        assert_eq!([true; 7].map(&mut seen), [1, 3, 7, 15, 31, 31, 31]);
        assert_eq!([false, false, true, true].map(&mut seen), [0, 0, 1, 3]);
    }

    #[test]
    fn nothing_is_left_of_a_tick_that_has_ended() {
        let mut tick = Tick::default();
        (0..9).for_each(|_| tick.seen(true));
        tick.end();
        assert_eq!(unseen(&mut tick), 0);
    }
}
