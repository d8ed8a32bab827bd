//! A search among hints must be what a count is.

use crate::tree::places::Places;
use crate::tree::slots::WIDTH;

/// Hints that do not fall: many equal, the lowest and the highest among them.
fn hints(seed: u64, len: usize) -> Vec<i32> {
    let mut state = seed;
    let mut hints: Vec<i32> = (0..len)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            match state >> 60 {
                0 => i32::MIN,
                1 => i32::MAX,
                small @ 2..8 => i32::try_from(small).expect("it is small") - 4,
                _ => hash(state),
            }
        })
        .collect();
    hints.sort_unstable();
    hints
}

/// Any number.
fn hash(state: u64) -> i32 {
    u32::try_from(state >> 32).expect("it is half as long").cast_signed()
}

fn assert_counts(places: &Places, hints: &[i32], of: &str) {
    assert_eq!(places.used(hints.len()), hints, "{of}");
    assert!(places.ends_at(hints.len()), "{of}");
    let near =
        hints.iter().flat_map(|hint| [hint.saturating_sub(1), *hint, hint.saturating_add(1)]);
    for sought in near.chain([i32::MIN, -1, 0, 1, i32::MAX]) {
        let below = hints.iter().filter(|hint| **hint < sought).count();
        assert_eq!(places.below(sought), below, "{of}: below {sought} in {hints:?}");
    }
}

#[test]
fn as_many_hints_are_below_as_a_count_finds() {
    for len in 0..=WIDTH {
        for seed in 0..20 {
            let hints = hints(seed * 100 + len as u64, len);
            assert_counts(&hints.iter().copied().collect(), &hints, "collected");
        }
    }
}

#[test]
fn hints_that_come_and_go_are_found_where_they_are() {
    for seed in 0..200_usize {
        let mut hints = hints(seed as u64, WIDTH - 1);
        let mut places: Places = hints.iter().copied().collect();
        let new = hints[seed % hints.len()];
        let at = hints.partition_point(|hint| *hint < new);
        places.insert(at, hints.len(), new);
        hints.insert(at, new);
        assert_counts(&places, &hints, "after an insertion");
        let gone = (seed * 7) % hints.len();
        places.remove(gone, hints.len());
        hints.remove(gone);
        assert_counts(&places, &hints, "after a removal");
        let part = 5..hints.len() - 9;
        assert_counts(&places.part(part.clone()), &hints[part], "of a part");
    }
}
