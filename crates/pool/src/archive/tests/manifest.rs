//! Manifests.

use forebay_store::{ErrorKind, Result};
use proptest::prelude::*;

use super::rig::{bytes_of, key, new_file, unsaved};
use crate::archive::manifest::{Entry, ManifestHead, ManifestPen, ManifestReader, Spot};
use crate::archive::names::SnapshotName;
use crate::blob::Head;
use crate::blob::checksum;
use crate::key::Key;

fn entry(name: &str, spot: Spot, number: u64) -> Entry {
    let head = Head {
        id: key(number),
        codec: u16::try_from(number % 7).unwrap(),
        fingerprint: number.wrapping_mul(3),
        raw: number,
        stored: number % 1_000_000,
        weight: number.wrapping_add(24),
        sum: !number,
        offset: if number.is_multiple_of(2) { 128 } else { 4096 },
        compression: u8::from(number.is_multiple_of(3)),
        is_big_endian: number.is_multiple_of(5),
    };
    Entry { name: name.into(), spot, head, type_name: Entry::type_name("mesh/1") }
}

fn name() -> SnapshotName {
    "step-1".parse().unwrap()
}

fn written(entries: &[Entry]) -> Vec<u8> {
    let (disk, file) = new_file();
    let mut pen = ManifestPen::begin(file, "m", &name()).unwrap();
    for entry in entries {
        pen.put(entry).unwrap();
    }
    pen.finish(key(1), 5, 6).unwrap();
    bytes_of(&disk)
}

fn read(bytes: &[u8]) -> Result<(ManifestHead, SnapshotName, Vec<Entry>)> {
    let reader = ManifestReader::begin(&bytes)?;
    let (head, name) = (*reader.head(), reader.name().clone());
    let mut entries = Vec::new();
    reader.entries(|entry| entries.push(entry))?;
    Ok((head, name, entries))
}

fn some_entries() -> impl Strategy<Value = Vec<Entry>> {
    let spot = prop_oneof![
        Just(Spot::File),
        (2_u64..99, any::<u64>())
            .prop_map(|(at, pack)| Spot::Pack { pack: key(pack), at: at * 64 })
    ];
    let one = ("[a-z\u{e4}/ ]{1,40}", spot, any::<u64>());
    prop::collection::vec(one, 0..40).prop_map(|drawn| {
        let mut entries: Vec<_> =
            drawn.into_iter().map(|(name, spot, number)| entry(&name, spot, number)).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries.dedup_by(|a, b| a.name == b.name);
        entries
    })
}

#[test]
fn a_manifest_comes_back() {
    proptest!(unsaved(), |(entries in some_entries())| {
        let bytes = written(&entries);
        let (head, found, read) = read(&bytes).unwrap();
        prop_assert_eq!((head.archive, head.sequence, head.made), (key(1), 5, 6));
        prop_assert_eq!(found, name());
        prop_assert_eq!(read, entries);
    });
}

#[test]
fn a_manifest_that_is_longer_than_the_reader_s_buffer_comes_back() {
    let long = |number| format!("{number:04}{}", "n".repeat(Entry::NAME_MAX - 4));
    let entries: Vec<_> = (0..200).map(|n| entry(&long(n), Spot::File, n)).collect();
    assert_eq!(read(&written(&entries)).unwrap().2, entries);
}

#[test]
fn a_manifest_with_any_bit_wrong_or_cut_anywhere_is_corrupt() {
    let pack = Spot::Pack { pack: key(9), at: 128 };
    let good = written(&[entry("a", Spot::File, 1), entry("b", pack, 2)]);
    assert_eq!(read(&good).unwrap().2.len(), 2);
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(read(&bad).unwrap_err().kind(), ErrorKind::Corrupt, "{bit}");
    }
    for length in 0..good.len() {
        assert_eq!(read(&good[..length]).unwrap_err().kind(), ErrorKind::Corrupt, "{length}");
    }
    let longer = [&good[..], &[0]].concat();
    assert_eq!(read(&longer).unwrap_err().kind(), ErrorKind::Corrupt);
}

/// The manifest with another body and right checksums: what a bug or an enemy would write.
fn forged(good: &[u8], entries: u32, body: &[u8]) -> Vec<u8> {
    let head: &[u8; ManifestHead::LENGTH] = good[..ManifestHead::LENGTH].try_into().unwrap();
    let head = ManifestHead::from_bytes(head, good.len() as u64).unwrap();
    let head = ManifestHead { entries, body: body.len() as u64, sum: checksum(body), ..head };
    [&head.to_bytes()[..], body].concat()
}

#[test]
fn a_manifest_that_says_what_cannot_be_is_corrupt_before_anything_is_made_of_it() {
    let good = written(&[entry("a", Spot::File, 1)]);
    let body = &good[ManifestHead::LENGTH..];
    let one = &body[2 + name().as_str().len()..];
    let twice = [body, one].concat();
    let kind_at = 2 + name().as_str().len() + 3 + 16;
    let with = |at: usize, byte: u8| {
        let mut body = body.to_vec();
        body[at] = byte;
        forged(&good, 1, &body)
    };
    let cases = [
        ("many entries in a short body", forged(&good, ManifestHead::ENTRIES_MAX, body)),
        ("more entries than may be", forged(&good, ManifestHead::ENTRIES_MAX + 1, body)),
        ("more entries than there are", forged(&good, 2, body)),
        ("fewer entries than there are", forged(&good, 0, body)),
        ("the same name twice", forged(&good, 2, &twice)),
        ("another kind of place", with(kind_at, 2)),
        ("a place in a pack that is none", with(kind_at, 1)),
        ("a pack for a file", with(kind_at + 1, 1)),
        ("a name that is no UTF-8", with(kind_at - 17, 0xff)),
        ("an empty name", with(kind_at - 19, 0)),
        ("a snapshot's name that is none", with(2, b'/')),
    ];
    assert!(read(&forged(&good, 1, body)).is_ok());
    for (what, bytes) in cases {
        assert_eq!(read(&bytes).unwrap_err().kind(), ErrorKind::Corrupt, "{what}");
    }
}

#[test]
fn whatever_the_bytes_are_reading_them_ends_and_is_corrupt() {
    proptest!(unsaved(), |(bytes: Vec<u8>, body: Vec<u8>, entries in 0_u32..9)| {
        prop_assert_eq!(read(&bytes).unwrap_err().kind(), ErrorKind::Corrupt);
        let good = written(&[]);
        let own = [&good[ManifestHead::LENGTH..], &body].concat();
        let result = read(&forged(&good, entries, &own));
        prop_assert!(result.map_or_else(
            |error| error.kind() == ErrorKind::Corrupt,
            |(_, _, read)| read.len() == entries as usize
        ));
    });
}

#[test]
fn a_long_name_of_a_type_is_cut_between_characters() {
    let long = "\u{e4}".repeat(200);
    let cut = Entry::type_name(&long);
    assert_eq!(cut.len(), 254);
    assert!(long.starts_with(&*cut));
    assert_eq!(&*Entry::type_name("mesh"), "mesh");
}

#[test]
fn a_key_stands_in_a_manifest_as_its_bytes_are() {
    let uuid: Key = "000102030405060708090a0b0c0d0e0f".parse().unwrap();
    let mut entry = entry("a", Spot::File, 1);
    entry.head.id = uuid;
    let bytes = written(&[entry]);
    let as_is: Vec<u8> = (0..16).collect();
    assert!(bytes.windows(16).any(|window| window == as_is));
}

#[test]
fn the_head_of_a_manifest_is_compared_with_its_length_before_anything_is_read() {
    let good = ManifestHead {
        entries: 1,
        archive: key(1),
        sequence: 1,
        made: 1,
        body: Entry::LENGTH_MIN as u64,
        sum: 0,
    };
    let read = |head: ManifestHead, length| ManifestHead::from_bytes(&head.to_bytes(), length);
    let length = |head: ManifestHead| ManifestHead::LENGTH as u64 + head.body;
    assert_eq!(read(good, length(good)).unwrap(), good);
    assert!(read(good, length(good) + 1).is_err() && read(good, length(good) - 1).is_err());
    let long = ManifestHead { body: ManifestHead::BODY_MAX + 1, ..good };
    let many = ManifestHead { entries: 2, ..good };
    for bad in [long, many] {
        assert_eq!(read(bad, length(bad)).unwrap_err().kind(), ErrorKind::Corrupt, "{bad:?}");
    }
}
