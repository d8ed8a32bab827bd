//! Layouts: told once, bounded, and the same for everybody.

use forebay_state::value::{Dictionary, Drift, LayoutKind, read_value, write_value};
use forebay_store::ErrorKind;
use serde::Serialize;

use super::rig::reread;

#[derive(Serialize)]
struct One {
    a: u8,
}

#[derive(Serialize)]
struct Two {
    b: u8,
    c: u8,
}

#[derive(serde::Deserialize, PartialEq, Debug)]
struct Both {
    a: Option<u8>,
    b: Option<u8>,
}

fn write(value: &impl Serialize, dictionary: &mut Dictionary) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_value(value, dictionary, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_layout_is_learned_once() {
    let mut dictionary = Dictionary::new();
    assert_eq!(write(&One { a: 1 }, &mut dictionary), [0xA0, 0x21]);
    assert_eq!(write(&Two { b: 1, c: 2 }, &mut dictionary), [0xA1, 0x21, 0x22]);
    assert_eq!(write(&One { a: 3 }, &mut dictionary), [0xA0, 0x23]);
    assert_eq!(dictionary.len(), 2);
    let two = dictionary.layouts().nth(1).unwrap();
    assert_eq!((two.kind(), two.name(), two.variant()), (LayoutKind::Struct, "Two", ""));
    assert!(two.fields().eq(["b", "c"]));
}

#[test]
fn a_dictionary_that_was_read_goes_on_with_its_numbers() {
    let mut dictionary = Dictionary::new();
    write(&One { a: 1 }, &mut dictionary);
    write(&Two { b: 1, c: 1 }, &mut dictionary);
    let mut later = reread(&dictionary);
    assert_eq!(write(&Two { b: 1, c: 2 }, &mut later), [0xA1, 0x21, 0x22]);
    assert_eq!(later.len(), 2);
}

#[test]
fn entries_may_come_again_and_may_not_contradict() {
    let mut dictionary = Dictionary::new();
    write(&One { a: 1 }, &mut dictionary);
    let mut first = Vec::new();
    dictionary.write_entries(0, &mut first);
    assert_eq!(first, [0, 0, 3, b'O', b'n', b'e', 1, 1, b'a']);
    write(&Two { b: 1, c: 1 }, &mut dictionary);
    let mut second = Vec::new();
    dictionary.write_entries(1, &mut second);

    let mut reader = Dictionary::new();
    let error = reader.read_entries(&second).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "a number is skipped");
    for entries in [&first, &first, &second, &first, &second] {
        reader.read_entries(entries).unwrap();
    }
    first[5] = b'E';
    let error = reader.read_entries(&first).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "another layout has the number");
}

#[test]
fn one_drift_serves_several_dictionaries() {
    let (mut first, mut second) = (Dictionary::new(), Dictionary::new());
    let one = write(&One { a: 1 }, &mut first);
    let two = write(&Two { b: 1, c: 2 }, &mut second);
    let mut drift = Drift::new();
    for _ in 0..2 {
        let read: Both = read_value(&one, &first, &mut drift).unwrap();
        assert_eq!(read, Both { a: Some(1), b: None });
        let read: Both = read_value(&two, &second, &mut drift).unwrap();
        assert_eq!(read, Both { a: None, b: Some(1) });
    }
    assert_eq!(drift.gone().map(|gone| &*gone.field).collect::<Vec<_>>(), ["c"]);
}
