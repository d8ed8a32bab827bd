//! Latencies, counted in steps that are a sixty-fourth of what they count.

/// How many steps there are between a power of two and the next.
const STEPS: u64 = 64;

/// Nanoseconds, each counted in a place that is at most 1.6 % wide.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
    max: u64,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self { counts: vec![0; place(u64::MAX) + 1], total: 0, max: 0 }
    }

    pub(crate) fn add(&mut self, nanoseconds: u64) {
        self.counts[place(nanoseconds)] += 1;
        self.total += 1;
        self.max = self.max.max(nanoseconds);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
        self.max = self.max.max(other.max);
    }

    pub(crate) fn max(&self) -> u64 {
        self.max
    }

    /// What so many of a thousand do not exceed.
    pub(crate) fn at_most(&self, thousandths: u64) -> u64 {
        let wanted = (self.total * thousandths).div_ceil(1000);
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        found.map_or(0, |place| largest(place).min(self.max))
    }
}

/// Below 64 each number has its own place; above, each power of two has 64.
fn place(number: u64) -> usize {
    let power = u64::from(number.max(1).ilog2());
    let place = if number < STEPS {
        number
    } else {
        // The bits behind the first.
        let shift = power - u64::from(STEPS.ilog2());
        (shift + 1) * STEPS + ((number >> shift) - STEPS)
    };
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// The largest number that is counted in this place.
fn largest(place: usize) -> u64 {
    let place = place as u64;
    if place < STEPS {
        return place;
    }
    let (shift, step) = (place / STEPS - 1, place % STEPS);
    (STEPS + step)
        .checked_add(1)
        .and_then(|next| next.checked_mul(1_u64.checked_shl(u32::try_from(shift).ok()?)?))
        .map_or(u64::MAX, |next| next - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_place_that_is_not_wide() {
        for power in 0..64 {
            for number in [1_u64 << power, (1 << power) + (1 << power) / 3, (1 << power) - 1] {
                let largest = largest(place(number));
                assert!(largest >= number, "{number} is counted as {largest}");
                assert!(largest - number <= number / STEPS, "{number} is counted as {largest}");
            }
        }
    }

    #[test]
    fn the_median_and_the_last_hundredth_are_found() {
        let mut histogram = Histogram::new();
        for number in 1..=1000 {
            histogram.add(number * 1000);
        }
        assert!((495_000..=512_000).contains(&histogram.at_most(500)));
        assert!((985_000..=1_000_000).contains(&histogram.at_most(990)));
        assert_eq!(histogram.max(), 1_000_000);
    }
}
