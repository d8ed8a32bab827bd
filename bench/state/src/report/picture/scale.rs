//! How many times as fast, from left to right: the tenfold is as far everywhere.

/// The first and the last that is drawn; what lies beyond is drawn there.
const LEAST: f64 = 0.5;
const MOST: f64 = 100.0;

/// Where the scale begins and ends in the picture.
const LEFT: f64 = 330.0;
pub(super) const RIGHT: f64 = 770.0;

/// Where lines are drawn.
pub(super) const TICKS: [f64; 8] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

pub(super) fn place(times: f64) -> f64 {
    // Who was not measured is not ahead.
    let times = if times.is_finite() { times.clamp(LEAST, MOST) } else { LEAST };
    LEFT + (RIGHT - LEFT) * (times / LEAST).ln() / (MOST / LEAST).ln()
}

/// Whether it is more than can be drawn.
pub(super) fn is_beyond(times: f64) -> bool {
    times > MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ratios_are_equally_far_apart() {
        let [two, four, eight] = [2.0, 4.0, 8.0].map(place);
        assert!((four - two - (eight - four)).abs() < 1e-9);
        assert!((place(0.5) - LEFT).abs() < 1e-9 && (place(100.0) - RIGHT).abs() < 1e-9);
    }

    #[test]
    fn what_lies_beyond_stays_in_the_picture() {
        let places = [0.0, 0.1, 88_000.0, f64::INFINITY, f64::NAN].map(place);
        assert!(places.iter().all(|place| (LEFT..=RIGHT).contains(place)));
    }
}
