//! Every frame that can be found in a segment.

use std::io;
use std::sync::Arc;

use forebay_store::{Error, Result};

use crate::disk::DiskFile;
use crate::format::frame::{HEADER, Header};
use crate::format::segment::SegmentHeader;
use crate::format::{BLOCK, next_block};
use crate::recovery::Window;

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
    let mut window = Window::new(file, segment.length);
    let mut run = Run { due: None, has_ended: false };
    let mut at = BLOCK;
    while at < segment.length {
        let Some(header) = header_at(&mut window, segment, at).map_err(unreadable)? else {
            run.has_ended |= at.is_multiple_of(BLOCK);
            at = next_block(at + 1);
            continue;
        };
        let body = window.bytes(at + HEADER as u64, header.length as usize).map_err(unreadable)?;
        let body = header.fits(body).then_some(body);
        run.take(&header, body.is_some());
        visit(Found { at, header, body, is_behind: run.has_ended })?;
        at += header.frame_length();
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

fn header_at(window: &mut Window, segment: &SegmentHeader, at: u64) -> io::Result<Option<Header>> {
    let header = Header::decode(window.bytes(at, HEADER)?, &segment.salt, at);
    Ok(header.filter(|header| header.frame_length() <= segment.length - at))
}

#[cold]
fn unreadable(error: io::Error) -> Error {
    Error::unavailable("read a segment of the journal").with_source(error)
}
