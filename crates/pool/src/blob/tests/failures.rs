//! Codecs and media that fail, hide it, panic or lie.

use forebay_store::ErrorKind;

use super::objects::{Odd, Way};
use super::rig::{Noted, read, write};
use crate::budget::is_foreign;

fn odd(way: Way) -> Odd {
    Odd(way, vec![1; 10_000])
}

fn refused(way: Way) -> String {
    let medium = Noted::default();
    let error = write(&medium, &odd(way)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_eq!(medium.blobs(), 0);
    error.to_string()
}

#[test]
fn a_codec_that_panics_while_it_writes_is_refused() {
    assert_eq!(refused(Way::PanicsWriting), "the codec panicked: no bytes for 10000");
}

#[test]
fn a_codec_that_fails_to_write_is_refused_whatever_it_calls_that() {
    assert!(refused(Way::FailsWriting).contains("cannot encode"));
}

#[test]
fn a_codec_that_breaks_its_promise_of_a_length_is_refused() {
    assert!(refused(Way::PutsLess).ends_with("put less"));
    assert!(refused(Way::PutsMore).ends_with("put more"));
}

#[test]
fn a_codec_that_hides_a_failed_write_makes_no_blob() {
    let medium = Noted { failing_put: Some((0, false)), ..Noted::default() };
    let long = Odd(Way::HidesFailures, vec![1; 600_000]);
    let error = write(&medium, &long).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(medium.blobs(), 0);
}

#[test]
fn a_device_that_fails_is_unavailable_and_not_the_codecs_fault() {
    for value in [odd(Way::ByteByByte), Odd(Way::ByteByByte, vec![1; 600_000])] {
        for panics in [false, true] {
            let medium = Noted { failing_put: Some((0, panics)), ..Noted::default() };
            let error = write(&medium, &value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
            assert_eq!(medium.blobs(), 0);
        }
    }
}

#[test]
fn a_failed_read_is_unavailable_and_the_next_one_is_good() {
    let mut medium = Noted::default();
    let value = Odd(Way::ByteByByte, vec![1; 600_000]);
    let place = write(&medium, &value).unwrap().place;
    for read_at in 0..4 {
        let before = medium.all.lock().reads.len();
        medium.failing_read = Some(before + read_at);
        let error = read::<Odd>(&medium, place).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    }
    medium.failing_read = None;
    assert_eq!(read::<Odd>(&medium, place).unwrap(), value);
}

fn unreadable(way: Way) -> (ErrorKind, String) {
    let medium = Noted::default();
    let place = write(&medium, &odd(way)).unwrap().place;
    let error = read::<Odd>(&medium, place).unwrap_err();
    (error.kind(), error.to_string())
}

#[test]
fn a_codec_that_panics_while_it_reads_is_refused() {
    let message = String::from("the codec panicked: no value for 10001");
    assert_eq!(unreadable(Way::PanicsReading), (ErrorKind::Refused, message));
}

#[test]
fn a_codec_that_fails_to_read_good_bytes_is_not_the_devices_fault() {
    assert_eq!(unreadable(Way::FailsReading).0, ErrorKind::Corrupt);
}

#[test]
fn a_codec_that_takes_too_much_or_too_little_gives_no_value() {
    assert!(unreadable(Way::TakesLess).1.contains("left 1 bytes"));
    assert!(unreadable(Way::TakesMore).1.contains("ends early"));
}

#[test]
fn damage_is_told_as_damage_though_the_codec_panicked() {
    let medium = Noted::default();
    let long = Odd(Way::PanicsReading, vec![1; 500_000]);
    let place = write(&medium, &long).unwrap().place;
    medium.change(place, |bytes| bytes[499_000] ^= 1);
    let error = read::<Odd>(&medium, place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[test]
fn an_object_beyond_the_longest_of_a_medium_is_refused_before_anything_is_written() {
    let medium = Noted { blob_max: 9_999, ..Noted::default() };
    for value in [odd(Way::ByteByByte), odd(Way::HidesFailures)] {
        let error = write(&medium, &value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains("9999 at most"), "{error}");
    }
    assert!(medium.all.lock().begun.is_empty());
}

#[test]
fn a_medium_that_is_wrong_about_its_places_has_saved_nothing() {
    let medium = Noted { offset: 256, ..Noted::default() };
    let error = write(&medium, &vec![1_u8; 10]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(medium.blobs(), 0);
}

#[test]
fn a_codec_runs_as_foreign_code_that_must_not_wait_for_its_pool() {
    let medium = Noted::default();
    let place = write(&medium, &odd(Way::ByteByByte)).unwrap().place;
    assert_eq!(read::<Odd>(&medium, place).unwrap(), odd(Way::ByteByByte));
    assert!(!is_foreign());
    assert!(refused(Way::PanicsWriting).contains("no bytes"));
    assert!(!is_foreign(), "a panic ends it, too");
}
