//! Short byte strings, appended without a call.
//!
//! Most texts and keys are short, and to call for the copy of one takes longer than to copy it as two words that
//! overlap.

/// What is longer is worth a call.
const LONGEST: usize = 32;

/// The longest head.
const HEAD_MAX: usize = 8;

/// Appends `head`, and `bytes` behind it.
#[inline]
pub(crate) fn append<const HEAD: usize>(head: [u8; HEAD], bytes: &[u8], out: &mut Vec<u8>) {
    if bytes.len() > LONGEST {
        out.extend_from_slice(&head);
        return out.extend_from_slice(bytes);
    }
    const { assert!(HEAD <= HEAD_MAX) };
    // All the room that may be needed is had at once.
    let start = out.len() + HEAD;
    let mut room = [0; HEAD_MAX + LONGEST];
    room[..HEAD].copy_from_slice(&head);
    out.extend_from_slice(&room);
    let end = start + bytes.len();
    copy(bytes, &mut out[start..end]);
    out.truncate(end);
}

/// Copies at most [`LONGEST`] bytes to a place of their length.
#[inline]
fn copy(bytes: &[u8], place: &mut [u8]) {
    let is_copied = ends::<16>(bytes, place) || ends::<8>(bytes, place) || ends::<4>(bytes, place);
    if !is_copied {
        place.copy_from_slice(bytes);
    }
}

/// Copies the first bytes and the last ones, which is all if there are at most twice as many; says whether there
/// are so many.
#[inline]
fn ends<const N: usize>(bytes: &[u8], place: &mut [u8]) -> bool {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) {
        place.first_chunk_mut().into_iter().for_each(|place| *place = *first);
        place.last_chunk_mut().into_iter().for_each(|place| *place = *last);
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_appended_whole() {
        let bytes: Vec<u8> = (1..=100).collect();
        for length in 0..bytes.len() {
            let mut out = vec![7];
            append([8, 9], &bytes[..length], &mut out);
            assert_eq!(out[..3], [7, 8, 9]);
            assert_eq!(out[3..], bytes[..length], "of {length} bytes");
        }
    }
}
