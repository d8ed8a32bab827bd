//! A key has a longest length, and is refused beyond it.

use forebay_state::key::{KEY_MAX, KeyBytes, KeyReader};
use forebay_store::ErrorKind;

#[test]
fn the_longest_key_is_written_and_read() {
    let key = "k".repeat(KEY_MAX);
    let bytes = KeyBytes::of(&key).unwrap();
    assert_eq!(bytes.len(), KEY_MAX);
    assert_eq!(KeyReader::read::<String>(bytes.as_bytes()).unwrap(), key);
}

#[test]
fn a_key_that_is_too_long_is_refused() {
    let error = KeyBytes::of(&"k".repeat(KEY_MAX + 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn escapes_count_as_bytes_of_the_key() {
    let error = KeyBytes::of(&("\0".repeat(KEY_MAX / 2), 0_u8)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn bytes_that_nobody_may_have_written_are_damage() {
    let error = KeyReader::read::<Vec<u8>>(&vec![7; KEY_MAX + 1]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[test]
fn cleared_bytes_take_another_key() {
    let mut bytes = KeyBytes::of(&"k".repeat(100)).unwrap();
    bytes.clear();
    assert!(bytes.is_empty());
    bytes.extend(b"short");
    assert_eq!(bytes.as_bytes(), b"short");
    bytes.extend(&[b'r'; 100]);
    assert_eq!(bytes.len(), 105);
}
