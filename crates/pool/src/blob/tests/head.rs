//! The bytes of a head, and whose it is.

use forebay_store::ErrorKind;

use super::objects::{Mesh, NewMesh};
use super::rig::{ID, Noted, read, write};
use crate::blob::{Head, checksum, expected, fingerprint, read_blob};
use crate::key::Key;

fn head() -> Head {
    Head {
        id: ID,
        codec: 0x0102,
        fingerprint: 0x1122_3344_5566_7788,
        raw: 1000,
        stored: 1000,
        weight: 2000,
        sum: 0x99,
        offset: 4096,
        compression: 0,
        is_big_endian: true,
    }
}

/// The head's bytes with others in place, and the right checksum.
fn with(at: usize, bytes: &[u8]) -> [u8; 128] {
    let mut head = head().to_bytes();
    head[at..at + bytes.len()].copy_from_slice(bytes);
    let sum = checksum(&head[..120]);
    head[120..].copy_from_slice(&sum.to_le_bytes());
    head
}

fn kind_of(bytes: &[u8; 128]) -> ErrorKind {
    Head::from_bytes(bytes).unwrap_err().kind()
}

#[test]
fn a_head_has_its_fields_where_the_format_says() {
    let bytes = head().to_bytes();
    assert_eq!(bytes[..16], *b"forebayB\x01\0\x01\0\x02\x01\0\0");
    assert_eq!(bytes[16..32], ID.to_bytes());
    assert_eq!(bytes[32..40], [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]);
    assert_eq!(bytes[40..48], 1000_u64.to_le_bytes());
    assert_eq!(bytes[48..56], 1000_u64.to_le_bytes());
    assert_eq!(bytes[56..64], 2000_u64.to_le_bytes());
    assert_eq!(bytes[64..72], 0x99_u64.to_le_bytes());
    assert_eq!(bytes[72..77], [0, 16, 0, 0, 1]);
    assert_eq!(bytes[77..120], [0; 43]);
    assert_eq!(Head::from_bytes(&bytes).unwrap(), head());
}

#[test]
fn the_checksum_is_the_one_that_the_format_names() {
    assert_eq!(checksum(b"123456789"), 0xae8b_1486_0a79_9888);
    assert_eq!(fingerprint("f32", "raw", (4, 4)), 0x8e9d_0d20_ae46_1ca3);
}

#[test]
fn a_newer_version_is_not_damage() {
    let error = Head::from_bytes(&with(8, &[2, 0])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("version 2"), "{error}");
}

#[test]
fn what_no_version_1_has_is_damage_even_with_a_good_checksum() {
    for (at, bytes) in [
        (10, &[3_u8][..]),
        (11, &[1]),
        (14, &[2]),
        (15, &[1]),
        (72, &[0, 1]),
        (76, &[2]),
        (77, &[1]),
        (119, &[1]),
        // Not compressed, and longer than what is stored.
        (40, &[0xff]),
        // LZ4, and longer than it could become.
        (14, &[1, 0]),
    ] {
        let mut changed = with(at, bytes);
        if bytes == [1, 0] {
            changed = with(14, &[1]);
            changed[40..48].copy_from_slice(&(1000_u64 * 255 + 65_537).to_le_bytes());
            let sum = checksum(&changed[..120]);
            changed[120..].copy_from_slice(&sum.to_le_bytes());
        } else if at == 14 {
            assert_eq!(bytes, [2]);
        }
        assert_eq!(kind_of(&changed), ErrorKind::Corrupt, "byte {at}");
    }
}

#[test]
fn each_type_name_codec_and_layout_has_a_fingerprint_of_its_own() {
    let mut all = [
        fingerprint("a", "bc", (0, 0)),
        fingerprint("ab", "c", (0, 0)),
        fingerprint("a", "bc", (1, 1)),
        fingerprint("a", "bc", (11, 1)),
        fingerprint("a", "bc", (1, 11)),
        expected::<Vec<f32>>(None).fingerprint,
        expected::<Vec<u32>>(None).fingerprint,
        expected::<Vec<[f32; 2]>>(None).fingerprint,
        expected::<bytes::Bytes>(None).fingerprint,
        expected::<String>(None).fingerprint,
    ];
    all.sort_unstable();
    assert!(all.windows(2).all(|two| two[0] != two[1]));
}

#[test]
fn another_type_is_no_damage() {
    let medium = Noted::default();
    let mesh = Mesh { name: String::from("cube"), points: Vec::new() };
    let place = write(&medium, &mesh).unwrap().place;
    let error = read::<NewMesh>(&medium, place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("not a `mesh/2`"), "{error}");
    assert_eq!(read::<Vec<u8>>(&medium, place).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn another_byte_order_is_no_damage() {
    let medium = Noted::default();
    let written = write(&medium, &vec![1_u32]).unwrap();
    let turned = Head { is_big_endian: !written.head.is_big_endian, ..written.head };
    medium.change(written.place, |bytes| bytes[..128].copy_from_slice(&turned.to_bytes()));
    let error = read::<Vec<u32>>(&medium, written.place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("byte order"), "{error}");
}

#[test]
fn a_stale_place_is_noticed_by_the_id() {
    let medium = Noted::default();
    let place = write(&medium, &vec![1_u8; 50]).unwrap().place;
    let other = Key::from_bytes([3; 16]);
    let wanted = expected::<Vec<u8>>(Some(other));
    let error = read_blob::<Vec<u8>>(&medium, place, &wanted, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains(&ID.to_string()), "{error}");
}
