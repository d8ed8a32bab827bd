//! Lengths that lie take no memory.

use forebay_store::ErrorKind;

use super::rig::{ID, Noted, read, scratch, write};
use crate::blob::{Head, check_blob, copy_blob};
use crate::lanes::Scratch;
use crate::medium::{Medium, Place};

/// A blob of 1,000 bytes whose head, with a good checksum, says that it has so many.
fn lying(medium: &Noted, stored: u64) -> Place {
    let written = write(medium, &vec![1_u8; 1000]).unwrap();
    let head = Head { raw: stored, stored, ..written.head };
    medium.change(written.place, |bytes| bytes[..128].copy_from_slice(&head.to_bytes()));
    written.place
}

#[test]
fn a_length_that_is_not_the_places_is_damage_before_anything_is_allocated() {
    let medium = Noted::default();
    for stored in [999, 1001, u64::from(u32::MAX), u64::MAX - 128, u64::MAX] {
        let place = lying(&medium, stored);
        assert_eq!(read::<Vec<u8>>(&medium, place).unwrap_err().kind(), ErrorKind::Corrupt);
        assert_eq!(check_blob(&medium, place, &mut |_| ()).unwrap_err().kind(), ErrorKind::Corrupt);
    }
}

#[test]
fn a_length_beyond_all_memory_is_an_error_and_no_abort() {
    let medium = Noted::default();
    let stored = 1 << 62;
    let place = Place { length: stored + 128, ..lying(&medium, stored) };
    // That the rest of it is not there says more than that there is no memory for it.
    assert_eq!(read::<Vec<u8>>(&medium, place).unwrap_err().kind(), ErrorKind::Corrupt);
    assert_eq!(check_blob(&medium, place, &mut |_| ()).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn a_copy_takes_no_more_than_the_scratch() {
    let medium = Noted::default();
    let place = write(&medium, &vec![1_u8; 3 << 20]).unwrap().place;
    let mut scratch = scratch();
    let before = scratch.bytes.capacity();
    let to = Noted::default();
    copy_blob(&medium, place, ID, to.begin(None).unwrap(), &mut scratch).unwrap();
    assert_eq!(scratch.bytes.capacity(), before);
}

#[test]
fn a_write_takes_no_more_than_the_scratch() {
    let medium = Noted::default();
    let mut scratch = Scratch { bytes: Vec::with_capacity(10_000) };
    let before = scratch.bytes.capacity();
    let value = super::objects::Odd(super::objects::Way::ByteByByte, vec![3; 1 << 20]);
    crate::blob::write_blob(&medium, ID, &value, 0, &mut scratch).unwrap();
    assert_eq!(scratch.bytes.capacity(), before);
}
