//! Reads a pack from front to end, without a manifest.

use forebay_store::{Error, Result};

use super::super::bytes::Bytes;
use super::head::PackHead;
use crate::blob::Checksum;
use crate::blob::{HEAD, Head};

/// Whether payloads are read and checked, or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payloads {
    Checked,
    #[cfg_attr(not(test), expect(dead_code, reason = "tests look at packs without payloads"))]
    LeftOut,
}

/// Gives where each blob is, and its head. Heads and padding are checked, and payloads if that is asked.
pub(crate) fn walk(
    pack: &dyn Bytes,
    payloads: Payloads,
    mut each: impl FnMut(u64, &Head) -> Result<()>,
) -> Result<PackHead> {
    let mut bytes = [0; PackHead::LENGTH];
    pack.read_at(0, &mut bytes)?;
    let head = PackHead::from_bytes(&bytes, pack.length())?;
    let mut at = PackHead::LENGTH as u64;
    for _ in 0..head.blobs {
        let blob = head_at(pack, at)?;
        let payload = at + u64::from(blob.offset);
        if payloads == Payloads::Checked {
            check_payload(pack, payload, &blob)?;
        }
        each(at, &blob)?;
        at = after_padding(pack, payload + blob.stored)?;
    }
    if at == pack.length() {
        return Ok(head);
    }
    Err(Error::corrupt(format!("nothing may follow at {at}")))
}

/// The head of a blob that begins at `at` and is all there.
fn head_at(pack: &dyn Bytes, at: u64) -> Result<Head> {
    let mut bytes = [0; HEAD];
    pack.read_at(at, &mut bytes)?;
    let head = Head::from_bytes(&bytes)?;
    let end = (at + HEAD as u64).checked_add(head.stored);
    let is_there = end.is_some_and(|end| end <= pack.length());
    if is_there && u64::from(head.offset) == HEAD as u64 {
        return Ok(head);
    }
    Err(Error::corrupt(format!("the blob {} at {at} is longer than its pack", head.id)))
}

/// Where the next blob begins, if there are only zeros before it.
fn after_padding(pack: &dyn Bytes, end: u64) -> Result<u64> {
    let next = end.next_multiple_of(PackHead::STEP);
    let mut zeros = PackHead::ZEROS;
    let zeros = &mut zeros[..usize::try_from(next - end).unwrap_or(0)];
    pack.read_at(end, zeros)?;
    if zeros.iter().all(|byte| *byte == 0) {
        return Ok(next);
    }
    Err(Error::corrupt(format!("there must be zeros from {end} to {next}")))
}

/// Reads the payload that begins at `at`, and compares it with the head.
pub(crate) fn check_payload(from: &dyn Bytes, mut at: u64, head: &Head) -> Result<()> {
    const PIECE: u64 = 128 << 10;
    let mut sum = Checksum::new();
    let mut left = head.stored;
    let mut piece = vec![0; usize::try_from(left.min(PIECE)).unwrap_or(0)];
    while left > 0 {
        let length = left.min(piece.len() as u64);
        let piece = &mut piece[..usize::try_from(length).unwrap_or(0)];
        from.read_at(at, piece)?;
        sum.update(piece);
        at += length;
        left -= length;
    }
    if sum.value() == head.sum {
        return Ok(());
    }
    let (id, begin) = (head.id, at - head.stored);
    Err(Error::corrupt(format!("the payload of {id} ({begin} to {at}) fails its checksum")))
}
