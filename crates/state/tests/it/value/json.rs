//! Values as JSON and back: types read from it what they wrote.

use forebay_state::value::{Dictionary, Drift, Plain, read_value};
use proptest::prelude::*;

use super::everything::{Everything, everything};
use super::rig::written;

fn through_json(value: &Plain) -> Plain {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// Nothing but objects, lists and so on: what went through JSON once stays as it is.
fn json_of<T: serde::Serialize>(value: &T) -> String {
    let (bytes, dictionary) = written(value);
    serde_json::to_string(&Plain::read(&bytes, &dictionary).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn a_type_reads_what_went_through_json(value in everything()) {
        let (bytes, dictionary) = written(&value);
        let plain = through_json(&Plain::read(&bytes, &dictionary).unwrap());
        let (mut dictionary, mut bytes) = (Dictionary::new(), Vec::new());
        plain.write(&mut dictionary, &mut bytes).unwrap();
        let mut drift = Drift::new();
        prop_assert_eq!(read_value::<Everything>(&bytes, &dictionary, &mut drift).unwrap(), value);
        let again = through_json(&plain);
        prop_assert_eq!(again, plain);
    }
}

#[test]
fn json_looks_as_people_would_write_it() {
    let value = Everything::Struct(Box::new(super::everything::Record {
        flag: true,
        note: Some("n".into()),
        inner: vec![Everything::Unit, Everything::Number(-7), Everything::Small(1, -1)],
        last: Everything::Bytes(vec![1, 2]),
    }));
    let expected = r#"{"Struct":{"flag":true,"note":"n","inner":["Unit",{"Number":-7},{"Small":[1,-1]}],"last":{"Bytes":[1,2]}}}"#;
    assert_eq!(json_of(&value), expected);
}

#[test]
fn what_json_has_no_word_for_comes_back() {
    let text = |text: &str| Plain::Text(text.into());
    let values = [
        (Plain::Bytes(vec![0xC0, 0xFF]), r#"{"$bytes":"c0ff"}"#),
        (Plain::Some(Box::new(Plain::None)), r#"{"$some":null}"#),
        (Plain::Number(u128::MAX), r#"{"$number":"340282366920938463463374607431768211455"}"#),
        (Plain::Negative(i128::MIN), r#"{"$number":"-170141183460469231731687303715884105728"}"#),
        (Plain::Double(f64::INFINITY), r#"{"$float":"7ff0000000000000"}"#),
        (Plain::Single(f32::NEG_INFINITY), r#"{"$float":"ff800000"}"#),
        (Plain::Map(vec![(Plain::Number(1), text("a"))]), r#"{"$map":[[1,"a"]]}"#),
        (Plain::Map(vec![(text("$a"), text("a"))]), r#"{"$map":[["$a","a"]]}"#),
        (
            Plain::Map(vec![(text("a"), Plain::None), (text("a"), Plain::None)]),
            r#"{"$map":[["a",null],["a",null]]}"#,
        ),
        (
            Plain::Map(vec![(text("$a"), Plain::None), (text("b"), Plain::None)]),
            r#"{"$a":null,"b":null}"#,
        ),
        (Plain::Map(Vec::new()), "{}"),
        (Plain::Double(1.0), "1.0"),
    ];
    for (value, json) in values {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(serde_json::from_str::<Plain>(json).unwrap(), value, "{json}");
    }
    let nan = through_json(&Plain::Double(f64::from_bits(0x7FF8_0000_0000_0001)));
    assert!(matches!(nan, Plain::Double(nan) if nan.to_bits() == 0x7FF8_0000_0000_0001));
}

#[test]
fn words_that_mean_nothing_are_errors() {
    for json in [
        r#"{"$byte":"00"}"#,
        r#"{"$bytes":"0"}"#,
        r#"{"$bytes":"0g"}"#,
        r#"{"$bytes":7}"#,
        r#"{"$number":"1.5"}"#,
        r#"{"$float":"00"}"#,
        r#"{"$map":[[1]]}"#,
        r#"{"$map":[1]}"#,
        "[1,",
    ] {
        assert!(serde_json::from_str::<Plain>(json).is_err(), "{json}");
    }
}
