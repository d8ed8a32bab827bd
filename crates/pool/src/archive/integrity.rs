//! What a file of an archive must be like.

use forebay_store::{Error, Result};

use super::bytes::Bytes;
use super::files::Files;
use super::pack::{Payloads, check_payload, walk};
use crate::blob::{HEAD, Head};
use crate::key::Key;

/// Checks a pack, and gives the blobs in it that are good.
pub(super) fn check_pack(
    files: &Files,
    file: &dyn Bytes,
    key: Key,
    blobs: &mut Vec<(u64, Head)>,
) -> Result<()> {
    let head = walk(file, Payloads::Checked, |at, blob| {
        blobs.push((at, *blob));
        Ok(())
    })?;
    if head.id == key && head.archive == files.id() {
        return Ok(());
    }
    Err(Error::corrupt(format!("it is the pack {} of the archive {}", head.id, head.archive)))
}

/// Checks a file of one blob, and gives that if it is good.
pub(super) fn check_blob_file(
    file: &dyn Bytes,
    key: Key,
    blobs: &mut Vec<(u64, Head)>,
) -> Result<()> {
    let mut bytes = [0; HEAD];
    file.read_at(0, &mut bytes)?;
    let head = Head::from_bytes(&bytes)?;
    if head.id != key {
        return Err(Error::corrupt(format!("it is the blob {}", head.id)));
    }
    let offset = u64::from(head.offset);
    if offset.checked_add(head.stored).is_none_or(|end| end > file.length()) {
        return Err(Error::corrupt(format!("it has only {} bytes", file.length())));
    }
    check_gap(file, offset)?;
    check_payload(file, offset, &head)?;
    blobs.push((0, head));
    Ok(())
}

/// Between the head and the payload there are only zeros.
fn check_gap(file: &dyn Bytes, offset: u64) -> Result<()> {
    let length = usize::try_from(offset).unwrap_or(HEAD).saturating_sub(HEAD);
    let mut gap = vec![0; length.min(1 << 16)];
    file.read_at(HEAD as u64, &mut gap)?;
    match gap.iter().position(|byte| *byte != 0) {
        None => Ok(()),
        Some(place) => Err(Error::corrupt(format!("byte {} is not zero", place + HEAD))),
    }
}
