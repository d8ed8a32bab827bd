//! After a failed write or sync: what is not durable goes to a new segment, from memory (G11).

use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Error, Result};

use super::files::failed;
use super::tail::Writer;
use super::write_role::{After, WriteRole};
use crate::disk::Place;
use crate::recovery::Extent;

impl Writer {
    /// How many segments may fail in a row.
    const FAILURES_MAX: u32 = 3;

    /// A sync has failed, and has said so in `sync_error`. What it should have made durable is not,
    /// whatever a later sync says.
    pub(super) fn sync_failed(self: &Arc<Self>) -> After {
        let (mut tail, cursor) = self.take_cursor(self.tail.lock());
        let Some(cursor) = cursor else { return self.settle(&mut tail) };
        let last = tail.written;
        // Somebody else who met a full segment may have dealt with it first.
        let cause = tail.sync_error.take();
        drop(tail);
        let mut role = WriteRole { writer: self, cursor: Some(cursor), passed: 0 };
        if let Some(cause) = cause {
            role.fail_over(&mut Vec::new(), last, cause);
        }
        role.give_back()
    }
}

impl WriteRole<'_> {
    /// Writes everything that is not durable, and `batch`, to new segments, and syncs it. `last` is
    /// the last record of it. If that fails, too, the journal has failed for good.
    pub(super) fn fail_over(&mut self, batch: &mut Vec<u8>, last: u64, cause: Error) {
        // What a sync under way makes durable need not be, and what it does not is among the rest.
        let _ = self.writer.wait_for_flight();
        let mut frames = {
            let mut tail = self.writer.tail.lock();
            let mut frames = std::mem::take(&mut tail.being_synced);
            frames.append(&mut tail.unsynced);
            frames.append(batch);
            tail.failures += 1;
            tail.exposure.is_doubtful = true;
            frames
        };
        let place = self.place();
        let mut done = self.place_again(&mut frames);
        if done.is_err() && self.place() != place {
            // It was the other directory that failed now.
            done = self.place_again(&mut frames);
        }
        let mut tail = self.writer.tail.lock();
        match done {
            Ok(entered) => {
                // Only now may what they begin with be retired where it was before.
                for segment in entered {
                    tail.segments.push(segment);
                }
                tail.written = tail.written.max(last);
                self.writer.written.store(tail.written, Ordering::Release);
                tail.synced = tail.synced.max(last);
                tail.exposure.now_written(0);
                tail.exposure.now_synced(last);
            }
            Err(second) => {
                let message = format!("the journal failed, and a new segment, too: {second}");
                tail.failed.get_or_insert(Error::unavailable(message).with_source(cause));
            }
        }
    }

    /// Where the segment is that is written to.
    fn place(&self) -> Place {
        self.cursor.as_ref().map_or(Place::First, |cursor| cursor.segment.place)
    }

    /// Says which segments it took. The first is in the other
    /// directory, if there is one that takes it.
    fn place_again(&mut self, frames: &mut Vec<u8>) -> Result<Vec<Extent>> {
        let (failures, synced) = {
            let tail = self.writer.tail.lock();
            (tail.failures, tail.synced)
        };
        if failures > Writer::FAILURES_MAX {
            return Err(Error::unavailable(
                "several segments have failed in a row: see to the disk of the journal",
            ));
        }
        let mut from = 0;
        let next = self.writer.take_next_elsewhere(self.place())?;
        let mut entered = vec![self.enter(next, frames)];
        self.check_fits(frames)?;
        while let Some(cursor) = &mut self.cursor {
            let placed = cursor.place(&mut frames[from..], synced);
            if placed.bytes > 0 {
                let written = cursor.write(frames, from, placed);
                written.map_err(|error| failed("write to the journal", error))?;
                from += placed.bytes;
            }
            cursor.segment.file.sync().map_err(|error| failed("sync the journal", error))?;
            cursor.skip_to_block();
            if from == frames.len() {
                break;
            }
            entered.push(self.enter_next(&frames[from..])?);
            self.check_fits(&frames[from..])?;
        }
        Ok(entered)
    }
}
