//! How many calls of a medium an object takes.

use super::objects::{Mesh, Odd, Way};
use super::rig::{Noted, read, scratch_of, write};
use crate::blob::write_blob;

const KIB: usize = 1 << 10;

fn puts_of_plain(length: usize) -> Vec<usize> {
    let medium = Noted::default();
    let place = write(&medium, &vec![1_u8; length]).unwrap().place;
    assert_eq!(read::<Vec<u8>>(&medium, place).unwrap().len(), length);
    let all = medium.all.lock();
    assert_eq!(all.begun, [Some(length as u64)]);
    let payload: Vec<_> = all.reads[1..].iter().map(|(_, length)| *length).collect();
    assert_eq!(payload, all.puts, "it is read in the same pieces");
    all.puts.clone()
}

#[test]
fn a_small_object_is_one_put_and_one_read_beside_its_head() {
    assert_eq!(puts_of_plain(0), [0; 0]);
    assert_eq!(puts_of_plain(1), [1]);
    assert_eq!(puts_of_plain(512 * KIB), [512 * KIB]);
}

#[test]
fn a_mebibyte_is_two_puts() {
    assert_eq!(puts_of_plain(1024 * KIB), [512 * KIB; 2]);
}

#[test]
fn a_large_object_goes_in_larger_pieces() {
    assert_eq!(puts_of_plain(4096 * KIB), [2048 * KIB; 2]);
}

#[test]
fn a_medium_may_want_larger_pieces() {
    let medium = Noted { piece: 3 << 20, ..Noted::default() };
    write(&medium, &vec![1_u8; 6 << 20]).unwrap();
    assert_eq!(medium.all.lock().puts, [3 << 20; 2]);
}

#[test]
fn what_a_codec_puts_in_crumbs_is_gathered() {
    let medium = Noted::default();
    let points = (0..20_000).map(|n| (n, Some(1))).collect();
    let mesh = Mesh { name: String::from("long"), points };
    let place = write(&medium, &mesh).unwrap().place;
    assert_eq!(read::<Mesh>(&medium, place).unwrap(), mesh);
    let all = medium.all.lock();
    assert_eq!(all.puts.len(), 1, "it fits into the scratch");
    assert_eq!(all.begun, [Some(all.puts[0] as u64)], "so its length is known");
}

#[test]
fn a_stream_that_overflows_the_scratch_is_put_by_the_scratch() {
    let medium = Noted::default();
    let value = Odd(Way::HidesFailures, vec![1; 20_000]);
    write_blob(&medium, super::rig::ID, &value, 0, &mut scratch_of(8 * KIB)).unwrap();
    let all = medium.all.lock();
    assert_eq!(all.puts, [8 * KIB, 8 * KIB, 20_001 - 16 * KIB]);
    assert_eq!(all.begun, [None], "its length was not known when it was begun");
}

#[test]
fn what_a_codec_takes_in_crumbs_is_read_ahead() {
    let medium = Noted::default();
    let value = Odd(Way::ByteByByte, vec![1; 200_000]);
    let place = write(&medium, &value).unwrap().place;
    assert_eq!(read::<Odd>(&medium, place).unwrap(), value);
    assert!(medium.all.lock().reads.len() <= 5);
}
