//! The bytes that `docs/format/state-keys.md` promises, one by one.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime};

use forebay_state::key::{Key, Place};

use super::claims::bytes_of;

#[track_caller]
fn check<K: Key>(key: &K, bytes: &[u8]) {
    assert_eq!(bytes_of(key, Place::Last), bytes);
}

#[test]
fn numbers_are_big_endian_with_the_sign_flipped() {
    check(&0x0102_u16, &[1, 2]);
    check(&0x0102_u128, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    check(&-1_i16, &[0x7F, 0xFF]);
    check(&0_i8, &[0x80]);
    check(&7_usize, &[0, 0, 0, 0, 0, 0, 0, 7]);
    check(&true, &[1]);
    check(&'\u{e9}', &[0, 0, 0, 0xE9]);
}

#[test]
fn text_that_is_last_is_as_it_is() {
    check(&"a\0b".to_owned(), b"a\0b");
    check(&(1_u8, "a\0b".to_owned()), b"\x01a\0b");
}

#[test]
fn text_that_is_inner_is_escaped_and_ended() {
    check(&(String::new(), 1_u8), &[0, 0, 1]);
    check(&("a".to_owned(), 1_u8), &[0x61, 0, 0, 1]);
    check(&("a\0".to_owned(), 1_u8), &[0x61, 0, 0xFF, 0, 0, 1]);
    check(&("ab".to_owned(), 1_u8), &[0x61, 0x62, 0, 0, 1]);
    check(&["a".to_owned(), "a".to_owned()], &[0x61, 0, 0, 0x61]);
}

#[test]
fn the_last_of_an_inner_tuple_is_inner() {
    check(&(("a".to_owned(), "b".to_owned()), 1_u8), &[0x61, 0, 0, 0x62, 0, 0, 1]);
    check(&(1_u8, ("a".to_owned(), "b".to_owned())), &[1, 0x61, 0, 0, 0x62]);
}

#[test]
fn options_say_whether_they_are() {
    check(&None::<u8>, &[0]);
    check(&Some(5_u8), &[1, 5]);
    check(&Some("a".to_owned()), &[1, 0x61]);
    check(&(Some("a".to_owned()), 5_u8), &[1, 0x61, 0, 0, 5]);
}

#[test]
fn what_is_reversed_is_inner_and_flipped() {
    check(&Reverse(5_u8), &[0xFA]);
    check(&Reverse("a\0".to_owned()), &[0x9E, 0xFF, 0, 0xFF, 0xFF]);
}

#[test]
fn addresses_are_their_octets() {
    check(&Ipv4Addr::LOCALHOST, &[127, 0, 0, 1]);
    check(&IpAddr::from(Ipv4Addr::LOCALHOST), &[4, 127, 0, 0, 1]);
    check(&SocketAddr::from((Ipv4Addr::LOCALHOST, 258)), &[4, 127, 0, 0, 1, 1, 2]);
}

#[test]
fn times_are_rounded_down_to_seconds() {
    let half = Duration::from_millis(500);
    let nanoseconds = 500_000_000_u32.to_be_bytes();
    check(&half, &[&[0; 8][..], &nanoseconds].concat());
    let after = [&[0x80, 0, 0, 0, 0, 0, 0, 0][..], &nanoseconds].concat();
    check(&(SystemTime::UNIX_EPOCH + half), &after);
    let before = [&[0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF][..], &nanoseconds].concat();
    check(&(SystemTime::UNIX_EPOCH - half), &before);
    #[cfg(feature = "jiff")]
    check(&jiff::Timestamp::from_millisecond(-500).unwrap(), &before);
}

#[cfg(feature = "jiff")]
#[test]
fn a_date_is_year_month_and_day() {
    check(&jiff::civil::date(2026, 11, 21), &[0x87, 0xEA, 11, 21]);
}

#[cfg(feature = "uuid")]
#[test]
fn a_uuid_is_its_octets() {
    check(&uuid::Uuid::from_bytes([9; 16]), &[9; 16]);
}
