//! A logarithmic scale.

/// Maps a range of whole powers of ten to a range of the drawing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    first: i32,
    last: i32,
    from: f64,
    to: f64,
}

impl Scale {
    /// Over the powers of ten around `values`.
    pub(crate) fn around(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for value in values.filter(|value| value.is_finite() && *value > 0.0) {
            (low, high) = (low.min(value), high.max(value));
        }
        if high == 0.0 {
            (low, high) = (1.0, 10.0);
        }
        let first = power_below(low);
        let last = power_below(high / 1.0001) + 1;
        Self { first, last: last.max(first + 1), from, to }
    }

    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = (value.log10() - f64::from(self.first)) / f64::from(self.last - self.first);
        self.from + (self.to - self.from) * share
    }

    /// The powers of ten in it.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.first..=self.last).map(|power| 10_f64.powi(power))
    }
}

/// The largest power of ten that is not above `value`. Only its floor is needed, and no time has
/// more than a few digits.
fn power_below(value: f64) -> i32 {
    (-12..=18).rev().find(|power| 10_f64.powi(*power) <= value).unwrap_or(-12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_reaches_to_whole_powers_of_ten() {
        let scale = Scale::around([20.0, 3000.0].into_iter(), 0.0, 300.0);
        assert_eq!(scale.ticks().collect::<Vec<_>>(), [10.0, 100.0, 1000.0, 10_000.0]);
        assert!((scale.at(1000.0) - 200.0).abs() < 1e-9);
    }

    #[test]
    fn a_value_at_a_power_of_ten_needs_no_further_one() {
        let scale = Scale::around([1000.0, 1_000_000.0].into_iter(), 0.0, 3.0);
        assert_eq!(scale.ticks().count(), 4);
    }
}
