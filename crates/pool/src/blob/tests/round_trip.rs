//! What is written is read again.

use std::fmt::Debug;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use super::objects::{Decimal, Mesh, Odd, Way};
use super::rig::{ID, Noted, read, scratch_of};
use crate::blob::{check_blob, expected, read_blob, read_head, write_blob};
use crate::medium::PlainMemory;
use crate::object::Object;

fn comes_back<T: Object + PartialEq + Debug>(value: &T, scratch: usize, offset: u32) {
    let medium = Noted { offset, ..Noted::default() };
    let mut scratch = scratch_of(scratch);
    let written = write_blob(&medium, ID, value, 5, &mut scratch).unwrap();
    assert_eq!(read::<T>(&medium, written.place).unwrap(), *value);
    assert_eq!(read_head(&medium, written.place).unwrap(), written.head);
    assert_eq!((written.head.weight, written.head.offset), (5, offset));
    let mut told = 0;
    assert_eq!(check_blob(&medium, written.place, &mut |n| told += n).unwrap(), written.head);
    assert_eq!(told, written.place.length);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_again(
        numbers in vec(any::<u64>(), 0..300),
        text in ".{0,60}",
        points in vec(any::<(u32, Option<i64>)>(), 0..2000),
        scratch in prop_oneof![Just(0), 4096_usize..20_000],
        offset in prop_oneof![Just(128), Just(4096)],
    ) {
        comes_back(&numbers, scratch, offset);
        comes_back(&numbers.clone().into_boxed_slice(), scratch, offset);
        let rows: Vec<_> = numbers.chunks_exact(3).map(|row| [row[0], row[1], row[2]]).collect();
        comes_back(&rows, scratch, offset);
        comes_back(&text, scratch, offset);
        comes_back(&Bytes::from(text.clone()), scratch, offset);
        comes_back(&Mesh { name: text, points }, scratch, offset);
        comes_back(&Decimal(numbers.len() as u64), scratch, offset);
        let bytes: Vec<u8> = numbers.iter().map(|number| number.to_le_bytes()[0]).collect();
        comes_back(&Odd(Way::ByteByByte, bytes), scratch, offset);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_length_around_a_piece_comes_back(
        pieces in 0_usize..4,
        more in 0_usize..5,
        piece in prop_oneof![Just(256 << 10), Just(512 << 10), Just(2 << 20)],
    ) {
        let length = (pieces * piece + more).saturating_sub(2);
        let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
        comes_back(&bytes, 256 << 10, 128);
    }
}

#[test]
fn numbers_come_back_bit_by_bit() {
    let values = vec![f32::NAN, -0.0, f32::INFINITY, 1.0e-40, 7.5];
    let medium = Noted::default();
    let written = super::rig::write(&medium, &values).unwrap();
    let read: Vec<f32> = read(&medium, written.place).unwrap();
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&read), bits(&values));
}

#[test]
fn an_array_is_the_same_inside_and_alone() {
    let medium = Noted::default();
    let array = [1_u16, 2, 3];
    let place = super::rig::write(&medium, &array).unwrap().place;
    assert_eq!(read::<[u16; 3]>(&medium, place).unwrap(), array);
    assert_eq!(read::<Vec<[u16; 3]>>(&medium, place).unwrap(), [array]);
}

#[test]
fn a_row_is_read_as_a_boxed_slice_too() {
    let medium = Noted::default();
    let place = super::rig::write(&medium, &vec![1_i32, -2]).unwrap().place;
    assert_eq!(*read::<Box<[i32]>>(&medium, place).unwrap(), [1, -2]);
}

#[test]
fn whoever_does_not_know_the_id_may_read_it_too() {
    let medium = PlainMemory::default();
    let mut scratch = scratch_of(0);
    let value = vec![9_u8; 10];
    let place = write_blob(&medium, ID, &value, 0, &mut scratch).unwrap().place;
    let any = expected::<Vec<u8>>(None);
    assert_eq!(read_blob::<Vec<u8>>(&medium, place, &any, None).unwrap(), value);
}
