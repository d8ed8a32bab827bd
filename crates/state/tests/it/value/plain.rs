//! Values without their types: read, changed and written they mean the same.

use forebay_state::value::{Content, Dictionary, Drift, Plain, read_value, write_value};
use forebay_store::ErrorKind;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::everything::{Everything, everything};
use super::rig::{reread, written};
use super::tree::tree;

fn rewritten(value: &Plain) -> (Vec<u8>, Dictionary) {
    let (mut dictionary, mut bytes) = (Dictionary::new(), Vec::new());
    value.write(&mut dictionary, &mut bytes).unwrap();
    (bytes, reread(&dictionary))
}

proptest! {
    #[test]
    fn a_type_reads_what_went_through_a_plain_value(value in everything()) {
        let (bytes, dictionary) = written(&value);
        let (bytes, dictionary) = rewritten(&Plain::read(&bytes, &dictionary).unwrap());
        let mut drift = Drift::new();
        prop_assert_eq!(read_value::<Everything>(&bytes, &dictionary, &mut drift).unwrap(), value);
        prop_assert!(drift.is_empty());
    }

    #[test]
    fn a_plain_value_is_written_as_its_type_would_write_it(value in everything()) {
        let (bytes, mut dictionary) = written(&value);
        let mut again = Vec::new();
        Plain::read(&bytes, &dictionary).unwrap().write(&mut dictionary, &mut again).unwrap();
        prop_assert_eq!(again, bytes);
    }

    #[test]
    fn anything_of_serdes_is_read_and_written(tree in tree()) {
        let (bytes, dictionary) = written(&tree);
        let (first, dictionary) = rewritten(&Plain::read(&bytes, &dictionary).unwrap());
        let (second, _) = rewritten(&Plain::read(&first, &dictionary).unwrap());
        prop_assert_eq!(first, second);
    }

    #[test]
    fn bytes_that_are_no_value_are_damage(value in everything(), at in any::<usize>(), bit in 0..8) {
        let (mut bytes, dictionary) = written(&value);
        let at = at % bytes.len();
        bytes[at] ^= 1_u8 << bit;
        let is_value = forebay_state::value::check_value(&bytes, &dictionary).is_ok();
        match Plain::read(&bytes, &dictionary) {
            Ok(_) => prop_assert!(is_value),
            Err(error) => {
                prop_assert!(!is_value);
                prop_assert_eq!(error.kind(), ErrorKind::Corrupt);
            }
        }
    }
}

#[derive(Serialize)]
enum Old {
    One { a: u8, b: u8 },
}

#[derive(Deserialize, PartialEq, Debug)]
enum New {
    One { a: u8, c: u8, d: String },
}

#[test]
fn fields_are_found_changed_renamed_and_removed() {
    let (bytes, dictionary) = written(&Old::One { a: 1, b: 2 });
    let mut value = Plain::read(&bytes, &dictionary).unwrap();
    assert_eq!(value.get("b"), Some(&Plain::Number(2)));
    value.rename("b", "c").unwrap();
    assert_eq!(value.rename("b", "d").unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(value.rename("a", "c").unwrap_err().kind(), ErrorKind::Invalid);
    value.set("d", Plain::Text("new".into())).unwrap();
    *value.get_mut("a").unwrap() = Plain::Number(9);
    let (bytes, dictionary) = rewritten(&value);
    let new: New = read_value(&bytes, &dictionary, &mut Drift::new()).unwrap();
    assert_eq!(new, New::One { a: 9, c: 2, d: "new".into() });
    assert_eq!(value.remove("d"), Some(Plain::Text("new".into())));
    assert_eq!(value.remove("d"), None);
    assert_eq!(Plain::None.set("a", Plain::None).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_map_has_fields_too() {
    let mut map = Plain::Map(vec![(Plain::Number(1), Plain::None)]);
    map.set("a", Plain::Bool(true)).unwrap();
    map.rename("a", "b").unwrap();
    assert_eq!(map.get("b"), Some(&Plain::Bool(true)));
    assert_eq!(map.remove("b"), Some(Plain::Bool(true)));
    assert_eq!(map, Plain::Map(vec![(Plain::Number(1), Plain::None)]));
}

#[test]
fn layouts_beyond_the_bound_are_written_without() {
    let mut dictionary = Dictionary::new();
    for number in 0..200 {
        let fields = vec![(format!("field{number}"), Plain::Number(number))];
        let content = Content::Fields(fields.clone());
        let (name, variant) = ("E".to_owned(), "V".to_owned());
        let values =
            [Plain::Struct { name: "S".into(), fields }, Plain::Variant { name, variant, content }];
        for value in values {
            let mut bytes = Vec::new();
            value.write(&mut dictionary, &mut bytes).unwrap();
            let read = Plain::read(&bytes, &dictionary).unwrap();
            let field = format!("field{number}");
            let inner = if read.get(&field).is_some() { &read } else { read.get("V").unwrap() };
            assert_eq!(inner.get(&field), Some(&Plain::Number(number)));
        }
    }
    assert_eq!(dictionary.len(), 128);
}

#[test]
fn a_value_too_deep_is_refused_and_leaves_nothing() {
    let mut value = Plain::None;
    for _ in 0..128 {
        value = Plain::List(vec![value]);
    }
    rewritten(&value);
    let deeper = Plain::List(vec![value]);
    let mut out = vec![1];
    let error = deeper.write(&mut Dictionary::new(), &mut out).unwrap_err();
    assert_eq!((error.kind(), out), (ErrorKind::Refused, vec![1]));
}

#[test]
fn numbers_are_written_in_their_shortest_form() {
    for number in
        [0, 1, -1, 63, 64, i128::from(u64::MAX), i128::MAX, i128::MIN, -(1 << 64), -(1 << 64) - 1]
    {
        let value = u128::try_from(number).map_or(Plain::Negative(number), Plain::Number);
        let (mut dictionary, mut bytes) = (Dictionary::new(), Vec::new());
        write_value(&number, &mut dictionary, &mut bytes).unwrap();
        assert_eq!(rewritten(&value).0, bytes, "{number}");
        assert_eq!(Plain::read(&bytes, &dictionary).unwrap(), value);
    }
}
