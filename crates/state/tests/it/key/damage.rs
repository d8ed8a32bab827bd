//! What is no encoding of any key is damage.

use std::net::IpAddr;
use std::num::NonZero;
use std::time::{Duration, SystemTime};

use forebay_state::key::{Key, KeyReader};
use forebay_store::ErrorKind;

#[track_caller]
fn check_damage<K: Key + std::fmt::Debug>(bytes: &[u8]) {
    let error = KeyReader::read::<K>(bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
}

#[test]
fn a_number_of_another_length_is_damage() {
    check_damage::<u32>(&[0; 3]);
    check_damage::<u32>(&[0; 5]);
    check_damage::<u8>(&[]);
}

#[test]
fn values_that_a_kind_has_not_are_damage() {
    check_damage::<bool>(&[2]);
    check_damage::<char>(&[0, 0, 0xD8, 0]);
    check_damage::<NonZero<u16>>(&[0, 0]);
    check_damage::<Option<u8>>(&[2, 0]);
    check_damage::<Option<u8>>(&[0, 0]);
    check_damage::<IpAddr>(&[5, 127, 0, 0, 1]);
    check_damage::<String>(&[0xFF]);
}

#[test]
fn a_second_of_nanoseconds_is_damage() {
    let second = 1_000_000_000_u32.to_be_bytes();
    check_damage::<Duration>(&[&[0; 8][..], &second].concat());
    check_damage::<SystemTime>(&[&[0x80, 0, 0, 0, 0, 0, 0, 0][..], &second].concat());
}

#[test]
fn a_string_without_its_end_is_damage() {
    check_damage::<(String, u8)>(b"a");
    check_damage::<(String, u8)>(b"a\0");
    check_damage::<(String, u8)>(b"a\0\x01\0\0\x01");
    check_damage::<(String, u8)>(b"a\0\xff\x01");
    check_damage::<(String, u8)>(b"a\0\0");
}

#[cfg(feature = "jiff")]
#[test]
fn a_day_that_is_not_is_damage() {
    check_damage::<jiff::civil::Date>(&[0x80 | 7, 0xEA, 2, 30]);
    check_damage::<jiff::civil::Date>(&[0x80 | 7, 0xEA, 200, 1]);
    check_damage::<jiff::Timestamp>(&[0xFF; 12]);
    check_damage::<jiff::Timestamp>(&[0; 12]);
}
