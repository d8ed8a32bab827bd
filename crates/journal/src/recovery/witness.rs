//! Looking for proof that what is missing had been made durable.

use std::io;

use super::segment::SegmentReader;
use crate::format::{BLOCK, next_block};

/// What lies behind the place where reading ended.
#[derive(Debug, Default)]
pub(crate) struct Behind {
    /// Where a header says that the due record was durable.
    pub(crate) witness: Option<u64>,
    /// Frames with records that the tail takes with it.
    pub(crate) dropped: u64,
    /// The first place that has bytes in it.
    pub(crate) torn: Option<u64>,
}

/// Looks through a segment from `offset` to its end: at every block, and along each run of frames.
/// Only headers count, for the bodies may be damaged, too.
pub(crate) fn look_behind(
    segment: &mut SegmentReader,
    offset: u64,
    due: u64,
) -> io::Result<Behind> {
    let mut behind = Behind::default();
    let mut at = offset;
    while at < segment.end() {
        let Some(header) = segment.header_at(at)? else {
            let block = next_block(at + 1);
            let start = at - at % BLOCK;
            if behind.torn.is_none() && !segment.is_zero(start)? {
                behind.torn = Some(at);
            }
            at = block;
            continue;
        };
        behind.torn.get_or_insert(at);
        if header.synced >= due {
            behind.witness = Some(at);
            return Ok(behind);
        }
        behind.dropped += u64::from(header.count > 0);
        at += header.frame_length();
    }
    Ok(behind)
}
