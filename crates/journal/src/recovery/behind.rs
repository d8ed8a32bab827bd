//! What lies behind the place where reading stopped: proof that what is missing had been made durable,
//! or a torn tail.

use std::io;

use super::walk::{Place, Walk};
use crate::format::next_block;

/// What lies behind a place in a segment.
#[derive(Debug, Default)]
pub(crate) struct Behind {
    /// Where a header says that the due record was durable.
    pub(crate) witness: Option<u64>,
    /// Frames with records that the tail takes with it.
    pub(crate) dropped: u64,
    /// The first right header.
    pub(crate) frame: Option<u64>,
    /// The first byte that is not 0.
    pub(crate) byte: Option<u64>,
}

impl Behind {
    /// Looks to the end of a segment: at every block, and along each run of frames. Only headers
    /// count, for the bodies may be damaged, too.
    pub(crate) fn look(walk: &mut Walk, due: u64) -> io::Result<Self> {
        let mut behind = Self::default();
        loop {
            // Most often that is all that there is.
            while walk.pass_zeros()? {}
            let Some((at, place)) = walk.next()? else { break };
            let Place::Frame(header) = place else {
                if behind.byte.is_none() {
                    behind.byte = first_byte(walk, at)?;
                }
                continue;
            };
            behind.byte.get_or_insert(at);
            behind.frame.get_or_insert(at);
            if header.synced >= due {
                behind.witness = Some(at);
                return Ok(behind);
            }
            behind.dropped += u64::from(header.count > 0);
        }
        Ok(behind)
    }
}

/// The first byte from `at` to the end of its block that is not 0.
fn first_byte(walk: &mut Walk, at: u64) -> io::Result<Option<u64>> {
    let length = usize::try_from(next_block(at + 1) - at).unwrap_or_default();
    let first = walk.bytes(at, length)?.iter().position(|byte| *byte != 0);
    Ok(first.map(|first| at + first as u64))
}
