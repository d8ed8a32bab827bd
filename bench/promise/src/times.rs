//! How long many things took, in classes 3 % wide: memory that is small beside what is measured, however many they were.

use std::collections::BTreeMap;

/// A class has the first five bits after the leading one in common.
const BITS: u32 = 5;

/// Durations in nanoseconds. A percentile is the upper bound of its class, but never more than the longest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    counts: BTreeMap<u16, u32>,
    longest: u64,
}

impl Times {
    /// One more took so long.
    pub(crate) fn add(&mut self, nanos: u64) {
        *self.counts.entry(class(nanos)).or_default() += 1;
        self.longest = self.longest.max(nanos);
    }

    /// All of `other` as well.
    pub(crate) fn join(&mut self, other: &Self) {
        for (class, count) in &other.counts {
            *self.counts.entry(*class).or_default() += count;
        }
        self.longest = self.longest.max(other.longest);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.counts.values().map(|count| u64::from(*count)).sum()
    }

    /// What so many hundredths of them did not exceed.
    pub(crate) fn percentile(&self, hundredths: u64) -> Option<u64> {
        let rank = (self.count() * hundredths).div_ceil(100).max(1);
        let mut up_to = 0;
        let mut sums = self.counts.iter().map(|(class, count)| {
            up_to += u64::from(*count);
            (class, up_to)
        });
        let (class, _) = sums.find(|(_, up_to)| *up_to >= rank)?;
        Some(bound(*class).min(self.longest))
    }
}

impl<'a> FromIterator<&'a Times> for Times {
    fn from_iter<I: IntoIterator<Item = &'a Times>>(all: I) -> Self {
        all.into_iter().fold(Self::default(), |mut sum, times| {
            sum.join(times);
            sum
        })
    }
}

fn class(nanos: u64) -> u16 {
    let shift = (u64::BITS - nanos.leading_zeros()).saturating_sub(BITS + 1);
    u16::try_from(u64::from(shift << BITS) + (nanos >> shift)).expect("58 shifts of 32 classes")
}

/// The longest of a class.
fn bound(class: u16) -> u64 {
    let shift = u32::from(class >> BITS).saturating_sub(1);
    let first = u64::from(class) - (u64::from(shift) << BITS);
    (first << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_what_differs_by_less_than_a_thirtieth() {
        for nanos in (0..100_000).chain([u64::MAX / 3, u64::MAX - 1, u64::MAX]) {
            let bound = bound(class(nanos));
            assert!(bound >= nanos && bound - nanos <= nanos / 31, "{nanos} is told as {bound}");
            assert_eq!(class(bound), class(nanos));
            assert!(bound == u64::MAX || class(bound + 1) == class(nanos) + 1);
        }
    }

    #[test]
    fn a_percentile_is_that_of_its_class_and_never_more_than_the_longest() {
        let mut times = Times::default();
        assert_eq!(times.percentile(50), None);
        times.add(7);
        assert_eq!((times.percentile(50), times.percentile(99)), (Some(7), Some(7)));
        let mut more = Times::default();
        (1..=100).for_each(|number| more.add(number * 1000));
        assert_eq!(more.percentile(50).map(|nanos| nanos / 2000), Some(25));
        assert_eq!((more.percentile(100), more.count()), (Some(100_000), 100));
        let both: Times = [&times, &more].into_iter().collect();
        assert_eq!((both.count(), both.percentile(1)), (101, more.percentile(1)));
    }
}
