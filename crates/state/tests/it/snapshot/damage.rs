//! Damage: a wrong bit, a missing end or a foreign block is an error that says where.

use forebay_state::snapshot::{Compression, Head, Reader, SnapshotId, Writer};

use super::rig::{COMPRESSIONS, Content, damage, head, read, small, written};

/// A snapshot with layouts, several tables and several blocks.
fn with_layouts(compression: Compression) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &head(), compression).unwrap();
    writer.table(1).unwrap();
    writer.put(b"none", &None::<Result<u8, u8>>).unwrap();
    writer.table(2).unwrap();
    for n in 0..30_u8 {
        writer.put(&[n], &Some(if n % 2 == 0 { Ok(n) } else { Err("no") })).unwrap();
    }
    writer.finish().unwrap().0
}

#[test]
fn a_wrong_bit_in_a_snapshot_is_never_a_value() {
    for compression in COMPRESSIONS.into_iter().filter(|kind| kind.is_there()) {
        for mut bytes in [written(&small(), compression), with_layouts(compression)] {
            read(&bytes).unwrap();
            let end = begins(&bytes)[begins(&bytes).len() - 1] * 8;
            for bit in (0..end).chain((end..bytes.len() * 8).step_by(7)) {
                bytes[bit / 8] ^= 1 << (bit % 8);
                let damage = damage(&bytes);
                assert!(damage.at <= bit as u64 / 8, "bit {bit}: {damage}");
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
}

#[test]
fn a_snapshot_cut_anywhere_is_never_a_shorter_state() {
    for bytes in [written(&small(), Compression::None), with_layouts(Compression::None)] {
        for length in 0..bytes.len() {
            let damage = damage(&bytes[..length]);
            assert!(damage.at <= length as u64, "{length}: {damage}");
        }
    }
}

#[test]
fn bytes_behind_the_end_are_damage() {
    for more in [1, 4095, 4096, 100_000] {
        let mut bytes = written(&small(), Compression::None);
        bytes.resize(bytes.len() + more, 0);
        assert!(damage(&bytes).what.contains("does not end"));
    }
}

/// Where each block begins, and where the last one ends.
fn begins(bytes: &[u8]) -> Vec<usize> {
    let mut begins = vec![0];
    while bytes[begins[begins.len() - 1]..].starts_with(b"FBSB") {
        let at = begins[begins.len() - 1];
        let stored: [u8; 4] = bytes[at + 24..at + 28].try_into().unwrap();
        begins.push(at + 32 + u32::from_le_bytes(stored) as usize);
    }
    begins
}

/// A state whose blocks are all of one length.
fn regular(id: u8, value: u8) -> Vec<u8> {
    let head = Head { id: SnapshotId([id; 16]), ..head() };
    let mut writer = Writer::new(Vec::new(), &head, Compression::None).unwrap();
    writer.table(1).unwrap();
    for n in 0..8_u8 {
        writer.entry(&[n], &vec![value; 200_000]).unwrap();
    }
    writer.finish().unwrap().0
}

#[test]
fn a_block_that_is_missing_twice_or_elsewhere_is_damage() {
    let bytes = regular(1, 1);
    let begins = begins(&bytes);
    assert_eq!(begins.len(), 1 + 1 + 8 + 1);
    for (number, pair) in begins.windows(2).enumerate() {
        let (from, to) = (pair[0], pair[1]);
        let mut missing = bytes.clone();
        missing.drain(from..to);
        assert_eq!(damage(&missing).at, from as u64, "without {number}");
        let mut twice = bytes.clone();
        twice.splice(from..from, bytes[from..to].to_vec());
        assert_eq!(damage(&twice).at, to as u64, "with {number} twice");
    }
    let (first, second) = (begins[2]..begins[3], begins[3]..begins[4]);
    let mut swapped = bytes.clone();
    swapped[first.clone()].copy_from_slice(&bytes[second.clone()]);
    swapped[second].copy_from_slice(&bytes[first]);
    assert_eq!(damage(&swapped).block, 2);
}

/// As after a write of an older snapshot to the same blocks of the device.
#[test]
fn a_block_of_another_snapshot_is_damage() {
    let (bytes, other) = (regular(1, 1), regular(2, 2));
    let begins = begins(&bytes);
    for (number, pair) in begins.windows(2).enumerate().skip(1) {
        let (from, to) = (pair[0], pair[1]);
        let mut mixed = bytes.clone();
        mixed[from..to].copy_from_slice(&other[from..to]);
        assert_eq!(damage(&mixed).block, u32::try_from(number).unwrap());
    }
}

#[test]
fn what_is_no_snapshot_is_damaged_at_its_begin() {
    for bytes in [&[][..], b"FBSB", b"a text that somebody has put there instead of it", &[0; 9000]]
    {
        let error = Reader::open(bytes).map(|_| "read").unwrap_err();
        assert_eq!(super::rig::damage_of(&error).at, 0);
    }
}

#[test]
fn entries_before_the_damage_are_as_they_were() {
    let mut bytes = regular(1, 5);
    let begins = begins(&bytes);
    bytes[begins[6] + 1000] ^= 4;
    let mut content = Content::new();
    let mut reader = Reader::open(bytes.as_slice()).unwrap();
    let read = reader.read_all(|entry| {
        content.entry(1).or_default().insert(entry.key.to_vec(), entry.value.to_vec());
        Ok(())
    });
    assert_eq!(super::rig::damage_of(&read.unwrap_err()).block, 6);
    let expected = (0..5_u8).map(|n| (vec![n], vec![5; 200_000])).collect();
    assert!(content[&1] == expected, "the five in the blocks before");
}
