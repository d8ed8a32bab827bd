//! What is damaged is noticed, whoever reads it.

use forebay_store::ErrorKind;

use super::objects::{Mesh, Odd, Way};
use super::rig::{ID, Noted, read, scratch, write};
use crate::blob::{Head, check_blob, copy_blob, read_head};
use crate::medium::{Medium, Place};
use crate::object::Object;

/// Nobody takes the blob for a good one, and everybody does when it is good again.
fn is_refused_by_all<T: Object>(medium: &Noted, place: Place, what: &str) {
    let read = read::<T>(medium, place).map(drop).unwrap_err();
    assert_eq!(read.kind(), ErrorKind::Corrupt, "{what}: {read}");
    check_blob(medium, place, &mut |_| ()).expect_err(what);
    let to = Noted::default();
    copy_blob(medium, place, ID, to.begin(None).unwrap(), &mut scratch()).expect_err(what);
    assert_eq!(to.blobs(), 0, "{what}: nothing is sealed");
}

fn every_flipped_bit_is_noticed<T: Object>(value: &T) {
    let medium = Noted::default();
    let place = write(&medium, value).unwrap().place;
    let length = usize::try_from(place.length).unwrap();
    let head = (0..128 * 8).collect::<Vec<_>>();
    let payload = (128 * 8..length * 8).step_by(61);
    for bit in head.into_iter().chain(payload) {
        let flip = |bytes: &mut Vec<u8>| bytes[bit / 8] ^= 1 << (bit % 8);
        medium.change(place, flip);
        is_refused_by_all::<T>(&medium, place, &format!("bit {bit}"));
        medium.change(place, flip);
    }
    read::<T>(&medium, place).unwrap();
}

#[test]
fn every_flipped_bit_of_plain_values_is_noticed() {
    every_flipped_bit_is_noticed(&vec![0x0102_0304_u32; 300]);
}

#[test]
fn every_flipped_bit_of_a_decoded_value_is_noticed() {
    let points = (0..300).map(|n| (n, Some(-1))).collect();
    every_flipped_bit_is_noticed(&Mesh { name: String::from("cube"), points });
}

#[test]
fn every_flipped_bit_is_noticed_though_a_codec_takes_bytes_one_by_one() {
    every_flipped_bit_is_noticed(&Odd(Way::ByteByByte, vec![7; 900]));
}

#[test]
fn a_flipped_bit_in_any_piece_of_a_long_one_is_noticed() {
    let medium = Noted::default();
    let place = write(&medium, &vec![5_u64; 700_000]).unwrap().place;
    for byte in (128..5_600_128).step_by(500_009).chain([5_600_127]) {
        medium.change(place, |bytes| bytes[byte] ^= 0x10);
        is_refused_by_all::<Vec<u64>>(&medium, place, &format!("byte {byte}"));
        medium.change(place, |bytes| bytes[byte] ^= 0x10);
    }
    read::<Vec<u64>>(&medium, place).unwrap();
}

#[test]
fn a_blob_that_ends_early_is_noticed() {
    let medium = Noted::default();
    let place = write(&medium, &vec![1_u8; 1000]).unwrap().place;
    for length in [0, 1, 127, 128, 500, 1127] {
        let whole = medium.change(place, |bytes| {
            let whole = bytes.clone();
            bytes.truncate(length);
            whole
        });
        is_refused_by_all::<Vec<u8>>(&medium, place, &format!("{length} bytes"));
        let short = Place { length: length as u64, ..place };
        is_refused_by_all::<Vec<u8>>(&medium, short, &format!("{length} bytes, and it is known"));
        medium.change(place, |bytes| *bytes = whole);
    }
}

#[test]
fn a_place_of_another_length_is_noticed_by_its_head() {
    let medium = Noted::default();
    let place = write(&medium, &vec![1_u8; 1000]).unwrap().place;
    for length in [place.length - 1, place.length + 1] {
        let error = read_head(&medium, Place { length, ..place }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
    }
}

#[test]
fn a_wrong_checksum_of_nothing_is_noticed_too() {
    let medium = Noted::default();
    let written = write(&medium, &Vec::<u8>::new()).unwrap();
    let head = Head { sum: written.head.sum ^ 1, ..written.head };
    medium.change(written.place, |bytes| *bytes = head.to_bytes().to_vec());
    is_refused_by_all::<Vec<u8>>(&medium, written.place, "nothing, with a checksum");
}

#[test]
fn zeros_are_no_blob() {
    let medium = Noted::default();
    let place = medium.put_blob(vec![0; 4096]);
    is_refused_by_all::<Vec<u8>>(&medium, place, "zeros");
    let place = medium.put_blob(Vec::new());
    is_refused_by_all::<Vec<u8>>(&medium, place, "nothing");
}

#[test]
fn what_stands_before_the_payload_is_looked_at_when_all_is_verified() {
    let medium = Noted { offset: 4096, ..Noted::default() };
    let place = write(&medium, &vec![1_u8; 10]).unwrap().place;
    for byte in [128, 2000, 4095] {
        medium.change(place, |bytes| bytes[byte] = 1);
        let error = check_blob(&medium, place, &mut |_| ()).unwrap_err();
        assert!(error.to_string().contains(&format!("byte {byte}")), "{error}");
        medium.change(place, |bytes| bytes[byte] = 0);
    }
    check_blob(&medium, place, &mut |_| ()).unwrap();
}

#[test]
fn damage_is_told_with_its_blob_its_range_and_both_checksums() {
    let medium = Noted::default();
    let written = write(&medium, &vec![1_u8; 10]).unwrap();
    medium.change(written.place, |bytes| bytes[130] = 0);
    let error = read::<Vec<u8>>(&medium, written.place).unwrap_err().to_string();
    let expected = format!("{:016x}", written.head.sum);
    for part in [&ID.to_string(), "bytes 128 to 138", &expected] {
        assert!(error.contains(part), "{error}");
    }
}
