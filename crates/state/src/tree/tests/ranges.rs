//! Ranges, from both ends at once.

use std::ops::Bound;

use proptest::collection::vec;
use proptest::prelude::*;

use super::subject::{Coarse, Kind, Numbers, Padded, Pair, Ragged};

fn bounds() -> impl Strategy<Value = Bound<u32>> {
    prop_oneof![
        Just(Bound::Unbounded),
        (0..1000_u32).prop_map(Bound::Included),
        (0..1000_u32).prop_map(Bound::Excluded),
    ]
}

/// Takes from the front where `turns` says so, else from the back, and compares every item.
fn walk<O: Kind>(kind: O, low: Bound<u32>, high: Bound<u32>, turns: &[bool]) {
    // Every other number, so that bounds are there and are not there.
    let pair = Pair::built(kind, (0..500).map(|number| number * 2));
    let (low, high) = (low.map(|low| kind.key(low)), high.map(|high| kind.key(high)));
    let inside = |key: &O::Key| {
        let above = match &low {
            Bound::Unbounded => true,
            Bound::Included(low) => key >= low,
            Bound::Excluded(low) => key > low,
        };
        let below = match &high {
            Bound::Unbounded => true,
            Bound::Included(high) => key <= high,
            Bound::Excluded(high) => key < high,
        };
        above && below
    };
    let mut expected = pair.map.iter().filter(|(key, _)| inside(key));
    let mut cursor = pair.range(low.clone(), high.clone());
    assert_eq!(cursor.len(), expected.clone().count(), "a range is counted without a walk");
    for forward in turns.iter().cycle() {
        let (found, wanted) = if *forward {
            (cursor.next(), expected.next())
        } else {
            (cursor.next_back(), expected.next_back())
        };
        assert_eq!(found.map(|entry| (&entry.0, &entry.1)), wanted);
        if wanted.is_none() {
            break;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_range_has_what_is_between_its_bounds_from_both_ends(
        low in bounds(), high in bounds(), turns in vec(any::<bool>(), 1..20),
    ) {
        walk(Padded, low, high, &turns);
        walk(Ragged, low, high, &turns);
        walk(Numbers, low, high, &turns);
        walk(Coarse, low, high, &turns);
    }
}

#[test]
fn crossed_bounds_have_nothing_between_them() {
    let pair = Pair::built(Coarse, 0..100);
    assert_eq!(pair.range(Bound::Included(70), Bound::Excluded(30)).count(), 0);
    assert_eq!(pair.range(Bound::Excluded(50), Bound::Excluded(50)).count(), 0);
}

#[test]
fn an_item_is_found_by_its_number() {
    let pair = Pair::built(Padded, 0..3000);
    for (at, key) in pair.map.keys().enumerate() {
        assert_eq!(pair.tree.nth(at).map(|entry| &entry.0), Some(key));
    }
    assert!(pair.tree.nth(3000).is_none());
}

#[test]
fn skipping_goes_on_behind_what_was_skipped_at_both_ends() {
    let pair = Pair::built(Coarse, 0..1000);
    let mut cursor = pair.tree.iter();
    assert_eq!(cursor.next().map(|entry| entry.0), Some(0));
    assert_eq!(cursor.nth(299).map(|entry| entry.0), Some(300));
    assert_eq!(cursor.nth_back(99).map(|entry| entry.0), Some(900));
    assert_eq!(cursor.next_back().map(|entry| entry.0), Some(899));
    assert_eq!(cursor.next().map(|entry| entry.0), Some(301));
    assert_eq!(cursor.len(), 899 - 302);
    assert!(cursor.nth(1000).is_none());
    assert!(cursor.next_back().is_none(), "skipping beyond the end ends both ends");
}
