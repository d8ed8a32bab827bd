//! Every frame that can be found in a segment.

use std::io;
use std::sync::Arc;

use forebay_store::{Error, Result};

use crate::disk::DiskFile;
use crate::format::BLOCK;
use crate::format::frame::Header;
use crate::format::segment::SegmentHeader;
use crate::recovery::{FIRST, Place, Walk};

/// A header that is right for its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) at: u64,
    pub(crate) header: Header,
    /// The body, if it is right.
    pub(crate) body: Option<&'a [u8]>,
    /// It lies behind the place where the frames of the segment end.
    pub(crate) is_behind: bool,
}

/// Hands every frame of a segment to `visit`, first those that follow one another, then those that
/// lie behind something that is no frame.
pub(crate) fn frames_of(
    file: Arc<dyn DiskFile>,
    segment: &SegmentHeader,
    visit: &mut dyn FnMut(Found<'_>) -> Result<()>,
) -> Result<()> {
    let mut walk = Walk::new(file, *segment, FIRST);
    let mut run = Run { due: None, has_ended: false };
    while let Some((at, place)) = walk.next().map_err(unreadable)? {
        let Place::Frame(header) = place else {
            run.has_ended |= at.is_multiple_of(BLOCK);
            continue;
        };
        let body = walk.body(at, &header).map_err(unreadable)?;
        run.take(&header, body.is_some());
        visit(Found { at, header, body, is_behind: run.has_ended })?;
    }
    Ok(())
}

/// The frames that follow one another from the beginning of a segment.
struct Run {
    due: Option<u64>,
    has_ended: bool,
}

impl Run {
    fn take(&mut self, header: &Header, is_right: bool) {
        let leaves_a_gap = self.due.is_some_and(|due| header.first > due);
        self.has_ended |= leaves_a_gap || !is_right;
        if !self.has_ended {
            self.due = self.due.max(Some(header.next()));
        }
    }
}

#[cold]
fn unreadable(error: io::Error) -> Error {
    Error::unavailable("read a segment of the journal").with_source(error)
}
