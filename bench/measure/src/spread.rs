//! The few statistics that are taken of what was measured.

/// Where the numbers of a series lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// A quarter of them are at most this.
    pub quarter: f64,
    /// Half of them are at most this.
    pub median: f64,
    /// A quarter of them are at least this.
    pub three_quarters: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Of numbers in any order.
    pub fn of(mut numbers: Vec<f64>) -> Self {
        numbers.sort_by(f64::total_cmp);
        let last = numbers.len().saturating_sub(1);
        // The place in quarters: whole places are numbers, others lie between two.
        let at = |quarters: usize| {
            let (place, part) = (last * quarters / 4, last * quarters % 4);
            let low = numbers.get(place).copied().unwrap_or(f64::NAN);
            let high = numbers.get(place + 1).copied().unwrap_or(low);
            low + (high - low) * [0.0, 0.25, 0.5, 0.75][part]
        };
        Self { min: at(0), quarter: at(1), median: at(2), three_quarters: at(3), max: at(4) }
    }

    /// Half the distance between the quarters, as a share of the median: the noise.
    pub fn noise(&self) -> f64 {
        (self.three_quarters - self.quarter) / 2.0 / self.median
    }
}

/// The median of the ratios of each round: what disturbs one round disturbs both of a pair.
pub fn paired(rounds: impl Iterator<Item = (f64, f64)>) -> f64 {
    Spread::of(rounds.map(|(this, other)| this / other).collect()).median
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_count_lies_between_the_middle_two() {
        let spread = Spread::of(vec![4.0, 1.0, 3.0, 2.0]);
        assert!((spread.median - 2.5).abs() < 1e-9);
        assert!((spread.quarter - 1.75).abs() < 1e-9);
        assert!((spread.max - 4.0).abs() < 1e-9);
    }

    #[test]
    fn a_ratio_pairs_the_rounds() {
        // The second round was disturbed as a whole; the ratio does not see it.
        let ratio = paired([(2.0, 1.0), (20.0, 10.0), (2.1, 1.0)].into_iter());
        assert!((ratio - 2.0).abs() < 1e-9);
    }
}
