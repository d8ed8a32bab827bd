//! Rows of plain values.

use forebay_store::{ErrorKind, Raw};

use super::rig::{Blobs, Given};
use crate::codec::BlobCodec;
use crate::object::Object;

#[test]
fn a_row_weighs_what_it_has_room_for() {
    let mut row = Vec::<u32>::with_capacity(100);
    row.push(1);
    assert_eq!(row.heap_bytes(), 400);
    assert_eq!(row.into_boxed_slice().heap_bytes(), 4);
    assert_eq!(String::with_capacity(9).heap_bytes(), 9);
    assert_eq!([1_u32; 100].heap_bytes(), 0, "it stands in the object itself");
}

#[test]
fn a_row_that_ends_within_a_value_is_damage() {
    let error = BlobCodec::<Vec<u32>>::decode(&Raw, &mut Given(vec![0; 6]), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[test]
fn a_row_of_two_arrays_is_no_array() {
    let blobs = Blobs::new();
    let written = blobs.write(&vec![[1_u16, 2, 3], [4, 5, 6]]).unwrap();
    assert_eq!(blobs.read::<[u16; 3]>(written).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn bytes_that_are_no_text_are_damage() {
    let error = BlobCodec::<String>::decode(&Raw, &mut Given(vec![0xff]), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}
