//! Checks a blob of any type.

use forebay_store::{Error, Result};

use super::foreign::of_medium;
use super::head::{HEAD, Head};
use super::payload::Payload;
use super::piece::BUFFER;
use crate::codec::Source;
use crate::medium::{Medium, Place};

/// Reads the blob at a place and checks all of it, but for what only its codec knows. `told` hears of
/// each piece how many bytes it has.
pub(crate) fn check_blob(
    from: &dyn Medium,
    place: Place,
    told: &mut dyn FnMut(u64),
) -> Result<Head> {
    let mut payload = Payload::open(from, place)?;
    let head = payload.head;
    check_gap(&mut payload)?;
    told(u64::from(head.offset));
    let mut left = head.stored;
    let mut bytes = vec![0; usize::try_from(left).unwrap_or(usize::MAX).min(BUFFER)];
    while left > 0 {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        payload.fill(&mut bytes[..length])?;
        left -= length as u64;
        told(length as u64);
    }
    Ok(head)
}

fn check_gap(payload: &mut Payload<'_>) -> Result<()> {
    let Head { id, offset, .. } = payload.head;
    let mut gap = vec![0; (offset as usize).saturating_sub(HEAD)];
    if gap.is_empty() {
        return Ok(());
    }
    payload.read_gap(&mut gap)?;
    match gap.iter().position(|byte| *byte != 0) {
        Some(at) => {
            let at = at + HEAD;
            Err(Error::corrupt(format!("blob {id}, byte {at}, before its payload: it is not 0")))
        }
        None => Ok(()),
    }
}

/// The head at a place: it is right, and its lengths are the place's.
pub(crate) fn read_head(from: &dyn Medium, place: Place) -> Result<Head> {
    let mut bytes = [0; HEAD];
    let mut reading = of_medium(|| from.reading(place))?;
    of_medium(|| reading.read(0, &mut bytes))?;
    let head = Head::from_bytes(&bytes)?;
    head.check_place(place)?;
    Ok(head)
}
