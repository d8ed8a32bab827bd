//! The values: rows of numbers, no two of them the same.

use forebay_measure::mixed;

pub(crate) type Row = Vec<f32>;

/// So many rows of so many bytes. Who stores a content once only gains nothing by it.
pub(crate) fn rows(count: usize, bytes: usize, seed: u64) -> Vec<Row> {
    (0..count as u64).map(|at| row(bytes, seed << 32 | at)).collect()
}

fn row(bytes: usize, seed: u64) -> Row {
    let mut state = mixed(seed);
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        // Any bits that are a number: 23 of them behind the exponent of 1.
        f32::from_bits(0x3f80_0000 | (state >> 41) as u32)
    };
    (0..bytes / size_of::<f32>()).map(|_| next()).collect()
}

/// What is asked of a row that was loaded: its first and its last number.
pub(crate) fn ends(row: &[f32]) -> f64 {
    let end = |end: Option<&f32>| f64::from(end.copied().unwrap_or_default());
    end(row.first()) + end(row.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_are_the_same_and_a_seed_gives_the_same_again() {
        let made = rows(3, 64, 1);
        assert!(made[0] != made[1] && made[1] != made[2]);
        assert_eq!(made, rows(3, 64, 1));
        assert_ne!(made[0], rows(1, 64, 2)[0]);
        assert!(made.iter().all(|row| row.len() == 16 && row.iter().all(|n| n.is_finite())));
    }
}
