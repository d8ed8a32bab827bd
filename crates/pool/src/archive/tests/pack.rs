//! Packs.

use forebay_store::{ErrorKind, Result};
use proptest::prelude::*;

use super::rig::{bytes_of, key, new_file, unsaved};
use crate::archive::pack::{PackHead, PackPen, Payloads, walk};
use crate::blob::Head;
use crate::blob::checksum;

fn blob(number: u64, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u64;
    let head = Head {
        id: key(number),
        codec: 1,
        fingerprint: 0,
        raw: length,
        stored: length,
        weight: length,
        sum: checksum(payload),
        offset: 128,
        compression: 0,
        is_big_endian: false,
    };
    [&head.to_bytes()[..], payload].concat()
}

fn written(payloads: &[Vec<u8>]) -> (Vec<u8>, Vec<u64>) {
    let (disk, file) = new_file();
    let mut pen = PackPen::begin(key(1000), file, "p");
    let blobs = payloads.iter().zip(0..);
    let places = blobs.map(|(payload, number)| pen.put(&blob(number, payload)).unwrap()).collect();
    pen.finish(key(1)).unwrap();
    (bytes_of(&disk), places)
}

fn walked(bytes: &[u8], payloads: Payloads) -> Result<(PackHead, Vec<(u64, Head)>)> {
    let mut found = Vec::new();
    let head = walk(&bytes, payloads, |at, head| {
        found.push((at, *head));
        Ok(())
    })?;
    Ok((head, found))
}

#[test]
fn a_pack_can_be_read_from_front_to_end_without_a_manifest() {
    proptest!(unsaved(), |(payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..9))| {
        let (bytes, places) = written(&payloads);
        let (head, found) = walked(&bytes, Payloads::Checked).unwrap();
        prop_assert_eq!((head.archive, head.id), (key(1), key(1000)));
        prop_assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), places);
        for ((at, head), (payload, number)) in found.iter().zip(payloads.iter().zip(0..)) {
            prop_assert_eq!(head.id, key(number));
            prop_assert_eq!(*at % 64, 0);
            let begin = usize::try_from(*at).unwrap() + 128;
            prop_assert_eq!(&bytes[begin..begin + payload.len()], &payload[..]);
        }
        prop_assert_eq!(walked(&bytes, Payloads::LeftOut).unwrap().1, found);
    });
}

#[test]
fn a_pack_with_any_bit_wrong_or_cut_anywhere_is_corrupt() {
    let (good, _) = written(&[b"one".to_vec(), vec![7; 64], Vec::new()]);
    assert!(walked(&good, Payloads::Checked).is_ok());
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let kind = walked(&bad, Payloads::Checked).unwrap_err().kind();
        assert_eq!(kind, ErrorKind::Corrupt, "{bit}");
    }
    for length in 0..good.len() {
        let kind = walked(&good[..length], Payloads::Checked).unwrap_err().kind();
        assert_eq!(kind, ErrorKind::Corrupt, "{length}");
    }
    let longer = [&good[..], &[0; 64]].concat();
    assert_eq!(walked(&longer, Payloads::Checked).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn a_pack_that_says_what_cannot_be_is_corrupt() {
    let (good, _) = written(&[b"one".to_vec()]);
    let head: &[u8; 128] = good[..128].try_into().unwrap();
    let head = PackHead::from_bytes(head, good.len() as u64).unwrap();
    for blobs in [0, 2, 1 << 40, u64::MAX] {
        let forged = [&PackHead { blobs, ..head }.to_bytes()[..], &good[128..]].concat();
        let kind = walked(&forged, Payloads::LeftOut).unwrap_err().kind();
        assert_eq!(kind, ErrorKind::Corrupt, "{blobs}");
    }
}
