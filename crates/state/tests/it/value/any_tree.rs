//! Whatever serde can tell of is written, and seen again without a type.

use forebay_state::value::{Dictionary, Drift, check_value, read_value, write_value};
use proptest::collection::vec;
use proptest::prelude::*;

use super::rig::reread;
use super::seen::Seen;
use super::tree::tree;

proptest! {
    #[test]
    fn any_values_in_a_row_are_seen_as_they_were(trees in vec(tree(), 1..8)) {
        let mut dictionary = Dictionary::new();
        let mut rows = Vec::new();
        for tree in &trees {
            let mut bytes = Vec::new();
            write_value(tree, &mut dictionary, &mut bytes).unwrap();
            rows.push(bytes);
        }
        let dictionary = reread(&dictionary);
        let mut drift = Drift::new();
        for (tree, bytes) in trees.iter().zip(&rows) {
            let seen: Seen = read_value(bytes, &dictionary, &mut drift).unwrap();
            prop_assert_eq!(seen, Seen::of(tree));
            check_value(bytes, &dictionary).unwrap();
        }
    }

    #[test]
    fn a_value_is_written_the_same_with_an_old_dictionary(trees in vec(tree(), 1..4)) {
        let (mut first, mut bytes) = (Dictionary::new(), Vec::new());
        write_value(&trees, &mut first, &mut bytes).unwrap();
        let mut again = Vec::new();
        write_value(&trees, &mut first, &mut again).unwrap();
        prop_assert_eq!(&again, &bytes);
        let mut later = Vec::new();
        write_value(&trees, &mut reread(&first), &mut later).unwrap();
        prop_assert_eq!(&later, &bytes);
    }
}
