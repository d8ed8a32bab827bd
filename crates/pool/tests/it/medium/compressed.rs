//! Blobs in memory, compressed.

use forebay_pool::conformance::assert_conforms;
use forebay_pool::{ByteSize, CompressedMemory, ErrorKind, Medium};
use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;

use super::rig::{is_all, write};

#[test]
fn compressed_memory_conforms() {
    assert_conforms(|| CompressedMemory::of(ByteSize::mib(24)));
    assert_conforms(|| CompressedMemory::of(ByteSize::mib(65)));
}

#[test]
fn what_can_be_packed_takes_little_and_gives_it_back() {
    let medium = CompressedMemory::of(ByteSize::mib(1));
    let places: Vec<_> = (0..20).map(|byte| write(&medium, byte, 1 << 20).unwrap()).collect();
    let bytes = medium.usage().bytes;
    assert!(bytes < 20 * 8_192, "{bytes}");
    for (byte, place) in (0..).zip(places) {
        assert!(is_all(&medium, place, byte, 1 << 20));
        medium.free(place);
    }
    assert_eq!(medium.usage().bytes, 0);
}

#[test]
fn all_that_it_may_take_is_memory_that_it_keeps() {
    assert_eq!(CompressedMemory::of(ByteSize::mib(3)).traits().memory, 3 << 20);
}

#[test]
fn one_that_is_not_sealed_gives_all_back() {
    let medium = CompressedMemory::of(ByteSize::kib(200));
    let random = SeededRandom::new(1);
    let noise: Vec<u8> = (0..300_000).map(|_| random.next_u64().to_le_bytes()[0]).collect();
    let mut writing = medium.begin(Some(300_000)).unwrap();
    assert_eq!(writing.put(&noise).unwrap_err().kind(), ErrorKind::Busy);
    drop(writing);
    assert_eq!(medium.usage().bytes, 0);
}
