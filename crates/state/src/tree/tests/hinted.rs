//! Hints must tell keys apart, or every search would compare many keys.

use std::cmp::Ordering;

use super::subject::{Entry, Kind, Padded, Pair, sought};
use crate::tree::{Order, Tree};

/// How many keys are compared to find each of `numbers`, on average.
fn comparisons(tree: &Tree<Entry<String>, Padded>, numbers: impl Iterator<Item = u32>) -> f64 {
    let (mut compared, mut searches) = (0, 0);
    for number in numbers {
        sought(Padded, &Padded.key(number), |search| {
            assert!(tree.get(search).is_some());
            compared += search.compared.get();
        });
        searches += 1;
    }
    f64::from(compared) / f64::from(searches)
}

#[test]
fn a_long_common_beginning_costs_no_comparisons_in_a_built_tree() {
    let pair = Pair::built(Padded, 0..50_000);
    let compared = comparisons(&pair.tree, (0..50_000).step_by(7));
    assert!(compared < 1.5, "{compared} keys are compared in a search");
}

#[test]
fn a_long_common_beginning_costs_no_comparisons_in_a_grown_tree() {
    let mut pair = Pair::new(Padded);
    (0..50_000).for_each(|at| pair.insert(at * 12_347 % 50_000, at));
    let compared = comparisons(&pair.tree, (0..50_000).step_by(7));
    assert!(compared < 2.5, "{compared} keys are compared in a search");
}

#[test]
fn a_leaf_is_about_as_large_as_an_inner_node() {
    use crate::tree::node::{Inner, Leaf};

    // Both are variants of one type, so the smaller one wastes the difference.
    let (leaf, inner) = (size_of::<Leaf<Entry<u64>>>(), size_of::<Inner<Entry<u64>>>());
    assert!(leaf.abs_diff(inner) <= 16, "a leaf takes {leaf} bytes, an inner node {inner}");
}

#[test]
fn what_a_search_looks_at_first_is_in_the_first_line_of_a_node() {
    use crate::tree::fences::Fences;
    use crate::tree::node::{Leaf, Node};
    use crate::tree::slots::Slots;

    let items = Slots::from_iter([Entry::new((String::from("key"), 0))]);
    let node = Leaf::of(items, Fences::none(), &Plain).into_child().node;
    let Node::Leaf(leaf) = &*node else { panic!("it is a leaf") };
    let from = std::ptr::from_ref(&*node).addr();
    assert_eq!(from % 64, 0, "a line begins");
    assert_eq!(
        leaf.hints.searched_from() - from,
        64,
        "the next one begins with the hints themselves"
    );
}

#[test]
fn a_beginning_is_compared_as_its_bytes_are() {
    use crate::tree::beginning::Beginning;

    let texts = ["", "a", "user:00", "user:000", "user:0000", "user:0001x", "user:00\0", "v"];
    for common in texts {
        let beginning = Beginning::new(common.as_bytes());
        for text in texts.into_iter().chain(["user:000000000012", "user:00000001", "user:\u{7f}"]) {
            let begins = text.starts_with(common);
            assert_eq!(beginning.begins(text.as_bytes()), begins, "{text:?} with {common:?}");
            let first = &text.as_bytes()[..text.len().min(common.len())];
            let stands = first.cmp(common.as_bytes());
            assert_eq!(beginning.stands(text.as_bytes()), stands, "{text:?} to {common:?}");
        }
    }
}

#[test]
fn a_hint_is_filled_up_only_where_a_longer_key_needs_it_late() {
    use crate::tree::fences::Fences;
    use crate::tree::hints::Hints;

    let skipped = |keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let hints = Hints::of(keys.iter(), Fences::none(), &Plain);
        hints.check(keys.iter(), Fences::none(), &Plain);
        hints.skipped()
    };
    assert_eq!(skipped(&["user:0010", "user:0011", "user:0019"]), 5, "four bytes are left");
    assert_eq!(skipped(&["user:0010", "user:0011x", "user:0019"]), 6, "of the longest, too");
    assert_eq!(skipped(&["user:0010", "user:0011xyz", "user:0019"]), 8, "more would be left");
    assert_eq!(skipped(&["a0", "a1"]), 0, "there are not four");
}

/// Texts by their bytes.
#[derive(Clone)]
struct Plain;

impl Order<String> for Plain {
    fn with_bytes<R>(&self, key: &String, f: impl FnOnce(&[u8]) -> R) -> R {
        f(key.as_bytes())
    }

    fn compare(&self, a: &String, b: &String) -> Ordering {
        a.cmp(b)
    }
}
