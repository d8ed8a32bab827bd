//! Any bytes as a dictionary and a value: a typed error or a value, whoever reads; never a panic.
#![no_main]

use forebay_state::value::{Dictionary, Drift, check_value, read_value};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
#[expect(dead_code, reason = "it only has to be read")]
enum Anything {
    Unit,
    Text(String),
    Pair(i64, f64),
    Many { list: Vec<Anything>, next: Option<Box<Anything>>, bytes: Vec<u8> },
    Loose(Loose),
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only has to be read")]
enum Loose {
    Number(u64),
    List(Vec<Loose>),
    Named { name: String },
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&split, bytes)) = bytes.split_first() else { return };
    let (entries, value) = bytes.split_at(usize::from(split).min(bytes.len()));
    let mut dictionary = Dictionary::new();
    if let Err(error) = dictionary.read_entries(entries) {
        assert_eq!(error.kind(), ErrorKind::Corrupt);
    }
    let mut drift = Drift::new();
    let is_value = check_value(value, &dictionary).is_ok();
    let ignored = read_value::<IgnoredAny>(value, &dictionary, &mut drift);
    assert_eq!(ignored.is_ok(), is_value);
    if let Err(error) = read_value::<Anything>(value, &dictionary, &mut drift) {
        let expected = if is_value { ErrorKind::Invalid } else { ErrorKind::Corrupt };
        assert!(error.kind() == expected || error.kind() == ErrorKind::Corrupt);
    } else {
        assert!(is_value, "damage is never read");
    }
});
