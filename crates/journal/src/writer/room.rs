//! Whether a frame can be taken: the bounds on memory and on disk (G7).

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Error, ErrorKind, Result};

use super::tail::{Tail, Writer};
use crate::format::BLOCK;

impl Tail {
    /// The journal's owner keeps a part of the last segment to say what is not needed any more.
    const RESERVE: u64 = 16;

    /// Whether there is place for a frame of `length` bytes. What is taken has room on disk for certain.
    pub(super) fn has_place(&self, length: usize, is_own: bool) -> bool {
        // The queue is written as a whole, so at most one sync comes before it and leaves the rest of
        // its block unused: that of what is being written now.
        let need = self.pending + length as u64 + BLOCK;
        let kept = if is_own { 0 } else { self.length / Self::RESERVE };
        let fits_next = self.ready.as_ref().is_some_and(|next| need + BLOCK <= next.length);
        need + kept <= self.left || fits_next
    }
}

impl Writer {
    /// Why a frame of `length` bytes is not taken, whatever place there is for it.
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
        if tail.bound.excess > 0 && !is_own {
            return Err(full());
        }
        Ok(())
    }

    /// Whether a frame of `length` bytes is not taken before segments may go. Else it is, when something
    /// was synced or the next segment is there.
    pub(crate) fn is_full_for(&self, length: usize) -> bool {
        let tail = self.tail.lock();
        let takes_no_more = !tail.bound.has_room && !tail.has_next_for(length);
        tail.bound.excess > 0 || takes_no_more && !tail.has_place(length, false)
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
                    Ok(()) if tail.has_place(length, is_own) => return Ok(()),
                    Err(error)
                        if error.kind() != ErrorKind::Busy
                            || (tail.bound.excess > 0 && !is_own) =>
                    {
                        return Err(error);
                    }
                    _ => {}
                }
                let is_full = self.fills_the_buffer(&tail, length);
                (tail.next - 1, is_full, !tail.has_next_for(length))
            };
            if is_full {
                self.wait_synced(last)?;
            } else if needs_segment && is_own {
                self.prepare_beyond(length)?;
            } else if needs_segment {
                self.prepare_next(length)?;
            } else {
                // What is queued is in the way of what comes.
                self.wait_written(last)?;
            }
        }
    }
}

#[cold]
pub(super) fn no_place() -> Error {
    busy("the next segment of the journal is not ready")
}

#[cold]
pub(super) fn full() -> Error {
    busy("the journal is full: nothing in its segments may go yet")
}

#[cold]
pub(super) fn busy(message: &'static str) -> Error {
    Error::busy(message, Duration::from_millis(10))
}
