//! Whether a frame can be taken: the bounds on memory and on disk (G7).

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Error, ErrorKind, Result};

use super::tail::{Tail, Writer};
use crate::format::BLOCK;

impl Writer {
    /// The journal's owner keeps a part of the last segment to say what is not needed any more.
    const RESERVE: u64 = 16;

    /// Why a frame of `length` bytes is not taken. What is taken has room on disk for certain.
    pub(super) fn admit(&self, tail: &Tail, length: usize, is_own: bool) -> Result<()> {
        tail.check_alive()?;
        if tail.is_closed {
            return Err(Error::new(ErrorKind::Closed, "the journal is closed"));
        }
        if length > self.settings.frame_max() {
            let most = self.settings.frame_max();
            return Err(Error::refused(format!(
                "a frame of this journal has at most {most} bytes"
            )));
        }
        if self.fills_the_buffer(tail, length) {
            return Err(busy("the journal holds as many unsynced bytes as it may"));
        }
        if tail.excess > 0 && !is_own {
            return Err(full());
        }
        if self.has_place(tail, length, is_own) {
            return Ok(());
        }
        Err(busy("the next segment of the journal is not ready"))
    }

    /// Whether a frame fits into the segments that there are.
    fn has_place(&self, tail: &Tail, length: usize, is_own: bool) -> bool {
        // The queue is written as a whole, so at most one sync comes before it and leaves the rest of
        // its block unused: that of what is being written now.
        let need = tail.pending + length as u64 + BLOCK;
        let kept = if is_own { 0 } else { self.settings.segment_bytes / Self::RESERVE };
        let fits_next = tail.ready.as_ref().is_some_and(|next| need + BLOCK <= next.length);
        need + kept <= tail.left || fits_next
    }

    /// Whether a frame of `length` bytes is not taken before segments may go. Else it is, when something
    /// was synced or the next segment is there.
    pub(crate) fn is_full_for(&self, length: usize) -> bool {
        let tail = self.tail.lock();
        let (oldest, newest) = (tail.segments.front(), tail.segments.back());
        let live = oldest.zip(newest).map_or(0, |((oldest, _), (newest, _))| newest + 1 - oldest);
        let is_at_bound = (live + 1) * self.settings.segment_bytes > self.settings.bytes_max;
        let takes_no_more = tail.ready.is_none() && is_at_bound;
        tail.excess > 0 || takes_no_more && !self.has_place(&tail, length, false)
    }

    /// Whether memory has no room for a frame. One that is longer than the bound is taken alone.
    fn fills_the_buffer(&self, tail: &Tail, length: usize) -> bool {
        let buffered = tail.exposure.buffered();
        buffered > 0 && buffered + length as u64 > self.settings.buffer_max as u64
    }

    /// Waits until a frame of `length` bytes would be taken. It writes, syncs and prepares as needed,
    /// so it may block for as long as the disk takes.
    pub(crate) fn make_room(self: &Arc<Self>, length: usize, is_own: bool) -> Result<()> {
        loop {
            let (last, is_full, needs_segment) = {
                let tail = self.tail.lock();
                match self.admit(&tail, length, is_own) {
                    Err(error)
                        if error.kind() == ErrorKind::Busy && (is_own || tail.excess == 0) => {}
                    admitted => return admitted,
                }
                let is_full = self.fills_the_buffer(&tail, length);
                (tail.next - 1, is_full, tail.ready.is_none())
            };
            if is_full {
                self.wait_synced(last)?;
            } else if needs_segment && is_own {
                self.prepare_beyond()?;
            } else if needs_segment {
                self.prepare_next()?;
            } else {
                // What is queued is in the way of what comes.
                self.wait_written(last)?;
            }
        }
    }
}

#[cold]
pub(super) fn full() -> Error {
    busy("the journal is full: nothing in its segments may go yet")
}

#[cold]
pub(super) fn busy(message: &'static str) -> Error {
    Error::busy(message, Duration::from_millis(10))
}
