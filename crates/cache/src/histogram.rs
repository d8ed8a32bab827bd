//! How often each size occurred, in classes that double.

use forebay_store::sync::atomic::{AtomicU64, Ordering};

const CLASSES: usize = 32;

/// How often each size occurred, in classes that double. Class n counts the values that are above the bound of the class
/// before and at most 2 to the n. The last class counts all larger values, too.
///
/// ```
/// use forebay_cache::Cache;
/// use forebay_store::MemoryStore;
///
/// let cache = Cache::builder(MemoryStore::new()).open().wait()?;
/// cache.put("ada", 36).wait()?;
/// let batches = cache.stats().batch_writes;
/// assert_eq!((batches.count(), batches.sum()), (1, 1));
/// assert_eq!(batches.up_to().next(), Some((1, 1))); // one batch of at most one write
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: [u64; CLASSES],
    sum: u64,
}

impl Histogram {
    /// The bound of the last class, which has what is more than that, too.
    pub(crate) const BEYOND: u64 = 1 << (CLASSES - 1);

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The sum of the values.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// The bound of each class, and how many values were at most that: from the smallest to the one that has all.
    pub fn up_to(&self) -> impl Iterator<Item = (u64, u64)> {
        let last = self.counts.iter().rposition(|count| *count > 0);
        let classes = self.counts.iter().take(last.map_or(0, |last| last + 1));
        classes.enumerate().scan(0, |seen, (class, count)| {
            *seen += count;
            Some((1 << class, *seen))
        })
    }

    /// The bound of the first class up to which there are at least `parts` of `of` of the values: for the median 1 of 2.
    /// 0 if there was no value.
    pub fn at_most(&self, parts: u64, of: u64) -> u64 {
        let wanted = self.count().saturating_mul(parts).div_ceil(of.max(1));
        self.up_to().find(|(_, seen)| *seen >= wanted).map_or(0, |(bound, _)| bound)
    }

    /// The values that were counted since `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let mut counts = self.counts;
        for (count, before) in counts.iter_mut().zip(before.counts) {
            *count = count.saturating_sub(before);
        }
        Self { counts, sum: self.sum.saturating_sub(before.sum) }
    }
}

/// One that is being counted, without a lock.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    counts: [AtomicU64; CLASSES],
    sum: AtomicU64,
}

impl Counting {
    pub(crate) fn add(&self, value: u64) {
        // The bits of what is one less: 1 has none, 2 has one, 3 and 4 have two.
        let bits = u64::BITS - value.saturating_sub(1).leading_zeros();
        let class = usize::try_from(bits).unwrap_or(usize::MAX).min(CLASSES - 1);
        self.counts[class].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> Histogram {
        let mut histogram = Histogram::default();
        for (count, counted) in histogram.counts.iter_mut().zip(&self.counts) {
            *count = counted.load(Ordering::Relaxed);
        }
        histogram.sum = self.sum.load(Ordering::Relaxed);
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_in_the_first_class_whose_bound_it_does_not_exceed() {
        let counting = Counting::default();
        for value in [0, 1, 2, 3, 4, 5, 1 << 31, u64::MAX / 4] {
            counting.add(value);
        }
        let histogram = counting.get();
        let seen: Vec<_> = histogram.up_to().take(4).collect();
        assert_eq!(seen, [(1, 2), (2, 3), (4, 5), (8, 6)]);
        assert_eq!(histogram.up_to().last(), Some((1 << 31, 8)));
        assert_eq!(
            (histogram.count(), histogram.at_most(1, 2), histogram.at_most(1, 1)),
            (8, 4, 1 << 31)
        );
    }

    #[test]
    fn an_empty_one_has_no_bounds_and_a_difference_is_what_came_between() {
        assert_eq!(
            (Histogram::default().up_to().next(), Histogram::default().at_most(1, 2)),
            (None, 0)
        );
        let counting = Counting::default();
        counting.add(3);
        let before = counting.get();
        counting.add(100);
        let since = counting.get().since(&before);
        assert_eq!((since.count(), since.sum(), since.at_most(1, 2)), (1, 100, 128));
    }
}
