//! The write role: one hands everything that is queued to the operating system.

use std::ops::Range;
use std::sync::Arc;

use forebay_store::sync::MutexGuard;
use forebay_store::sync::atomic::Ordering;
use forebay_store::{Error, ErrorKind, Result};

use super::bell::Bell;
use super::cursor::{Cursor, Segment};
use super::files::failed;
use super::tail::{Syncing, Tail, Writer, in_doubt, no_such};
use super::waiting::Answers;
use crate::format::BLOCK;
use crate::recovery::{Extent, frames};

/// What a sync has to make durable.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) segment: Arc<Segment>,
    /// Where that is in the segment.
    pub(super) bytes: Range<u64>,
    pub(super) last: u64,
}

/// The write role while somebody has it. It is given back however that ends.
#[derive(Debug)]
pub(super) struct WriteRole<'a> {
    pub(super) writer: &'a Arc<Writer>,
    pub(super) cursor: Option<Box<Cursor>>,
    /// How long the segments were that it has left after a failure.
    pub(super) passed: u64,
}

/// What is left to be done when no lock and no role is held: it may run foreign code.
#[derive(Debug, Default)]
#[must_use = "somebody waits for it"]
pub(super) struct After {
    /// To those who wait for a write and for a sync. Most writes have nobody to answer.
    answers: Option<Box<[Answers; 2]>>,
    wants_write: bool,
    wants_sync: bool,
    wants_next: bool,
}

impl After {
    pub(super) fn run(self, writer: &Arc<Writer>) {
        if let Some(answers) = self.answers {
            answers.into_iter().for_each(Answers::give);
        }
        if self.wants_write {
            writer.spawn_write();
        }
        if self.wants_sync {
            writer.spawn_sync();
        }
        if self.wants_next {
            writer.prepare_soon(0);
        }
    }
}

impl Writer {
    /// Waits until `sequence` is with the operating system, and does the writing if nobody else is
    /// at it.
    pub(crate) fn wait_written(self: &Arc<Self>, sequence: u64) -> Result<()> {
        let mut patience = Self::PATIENCE;
        loop {
            if self.written.load(Ordering::Acquire) >= sequence {
                return Ok(());
            }
            let mut tail = self.tail.lock();
            if tail.written >= sequence {
                return Ok(());
            }
            if let Some(cause) = &tail.failed {
                return Err(in_doubt(cause));
            }
            if sequence >= tail.next {
                return Err(no_such());
            }
            if let Some(cursor) = tail.cursor.take() {
                self.write_out(tail, cursor, false).1.run(self);
                continue;
            }
            if patience > 0 {
                drop(tail);
                patience -= 1;
                self.linger(sequence, patience);
                continue;
            }
            tail.waiting.for_write += 1;
            let mut tail = self.written_changed.wait(tail);
            tail.waiting.for_write -= 1;
        }
    }

    /// How often a thread lingers before it sleeps.
    const PATIENCE: u32 = if cfg!(shuttle) { 0 } else { 4 };

    /// Waits for a little: a write is over sooner than a thread is put to sleep and woken. With more
    /// threads than processors the one that writes may need this one's, so in the end it gets it.
    fn linger(&self, sequence: u64, patience: u32) {
        if patience < Self::PATIENCE / 2 {
            return std::thread::yield_now();
        }
        for _ in 0..64 {
            if self.written.load(Ordering::Acquire) >= sequence {
                return;
            }
            std::hint::spin_loop();
        }
    }

    /// Takes the write role, and waits for it if need be. `None` once the journal has failed.
    pub(super) fn take_cursor<'a>(
        &'a self,
        mut tail: MutexGuard<'a, Tail>,
    ) -> (MutexGuard<'a, Tail>, Option<Box<Cursor>>) {
        loop {
            if tail.failed.is_some() {
                return (tail, None);
            }
            if let Some(cursor) = tail.cursor.take() {
                return (tail, Some(cursor));
            }
            tail.waiting.for_write += 1;
            tail = self.written_changed.wait(tail);
            tail.waiting.for_write -= 1;
        }
    }

    /// Writes what is queued, and gives the role back. With `to_sync` what follows goes to another
    /// block, and everything in the file is handed over to a sync; `None` if there is nothing.
    pub(super) fn write_out(
        self: &Arc<Self>,
        mut tail: MutexGuard<'_, Tail>,
        cursor: Box<Cursor>,
        to_sync: bool,
    ) -> (Option<Target>, After) {
        let last = tail.next - 1;
        if to_sync {
            tail.syncing = Syncing::Flushing(last);
        }
        let spare = std::mem::take(&mut tail.spare);
        let mut batch = std::mem::replace(&mut tail.queue, spare);
        let (pending, synced) = (tail.pending, tail.synced);
        tail.exposure.take(to_sync);
        drop(tail);
        let mut role = WriteRole { writer: self, cursor: Some(cursor), passed: 0 };
        let is_stamped = !batch.is_empty();
        let written = role.write(&mut batch, synced);
        if let Err(cause) = written {
            role.fail_over(&mut batch, last, cause);
        }
        let mut tail = self.tail.lock();
        tail.pending -= pending;
        if tail.failed.is_none() {
            tail.written = tail.written.max(last);
            self.written.store(tail.written, Ordering::Release);
            tail.exposure.now_written(0);
        }
        if is_stamped {
            tail.stamped = tail.stamped.max(synced);
        }
        if frames(&batch).any(|frame| frame.count > 0) {
            // Else there is only a witness, or what a fail-over has made durable.
            tail.keep(&mut batch);
        }
        batch.clear();
        tail.spare = batch;
        role.end(tail, to_sync)
    }
}

impl WriteRole<'_> {
    /// Writes a batch, over the end of a segment if need be. What a full segment holds is synced
    /// before the next is begun, and taken out of the batch.
    fn write(&mut self, batch: &mut Vec<u8>, synced: u64) -> Result<()> {
        let mut from = 0;
        while let Some(cursor) = &mut self.cursor
            && from < batch.len()
        {
            let placed = cursor.place(&mut batch[from..], synced);
            if placed.bytes > 0 {
                let written = cursor.write(batch, from, placed);
                written.map_err(|error| failed("write to the journal", error))?;
                from += placed.bytes;
            }
            if from < batch.len() {
                self.sync_full(placed.last, batch.len() - from)?;
                batch.drain(..from);
                from = 0;
                self.go_on(batch)?;
                self.check_fits(batch)?;
            }
        }
        Ok(())
    }

    /// Makes everything in a full segment durable; `last` is the last record that was put there now,
    /// and `rest` bytes of the batch did not fit.
    fn sync_full(&mut self, last: u64, rest: usize) -> Result<()> {
        let Some(cursor) = &self.cursor else { return Ok(()) };
        // A file that is being synced, or whose sync has failed, is not synced a second time: the
        // failure is told only once, and the other would be taken for a success (G11).
        if let Some(cause) = self.writer.wait_for_flight() {
            return Err(cause);
        }
        cursor.segment.file.sync().map_err(|error| failed("sync the journal", error))?;
        let mut tail = self.writer.tail.lock();
        let last = last.max(tail.written);
        tail.written = last;
        self.writer.written.store(last, Ordering::Release);
        tail.now_synced(last);
        tail.exposure.now_written(rest);
        tail.exposure.now_synced(last);
        tail.unsynced.clear();
        tail.being_synced.clear();
        Ok(())
    }

    /// Whether the first of some frames fits a fresh segment. All that was accepted does.
    pub(super) fn check_fits(&self, batch: &[u8]) -> Result<()> {
        let length = frames(batch).next().map_or(0, |header| header.frame_length());
        match &self.cursor {
            Some(cursor) if length > cursor.left() => {
                Err(Error::invalid("a frame is longer than a segment of the journal"))
            }
            _ => Ok(()),
        }
    }

    /// Goes on in the next segment, which begins with the first frame of `batch`, after a full one that
    /// is synced. There is never a moment in which neither this segment nor the next seems to have room;
    /// what was put into the full one is still among what is pending, so it does not seem to have too much.
    fn go_on(&mut self, batch: &[u8]) -> Result<()> {
        let passed = self.cursor.as_ref().map_or(0, |left| left.segment.length);
        let segment = self.writer.take_next_with(|tail, segment| {
            let first = frames(batch).next().map_or(tail.next, |header| header.first);
            let (number, length) = (segment.number, segment.length);
            tail.segments.push(Extent { number, first, length });
            tail.passed += passed;
            (tail.left, tail.length) = (length - BLOCK, length);
            self.writer.note_reach(tail);
        })?;
        self.cursor = Some(Box::new(Cursor::new(segment)));
        Ok(())
    }

    /// The next segment after one that has failed; nobody knows of it yet.
    pub(super) fn enter_next(&mut self, batch: &[u8]) -> Result<Extent> {
        let segment = self.writer.take_next()?;
        Ok(self.enter(segment, batch))
    }

    /// The same in this segment.
    pub(super) fn enter(&mut self, segment: Segment, batch: &[u8]) -> Extent {
        let next = || self.writer.tail.lock().next;
        let first = frames(batch).next().map_or_else(next, |header| header.first);
        let entered = Extent { number: segment.number, first, length: segment.length };
        let left = self.cursor.replace(Box::new(Cursor::new(segment)));
        self.passed += left.map_or(0, |left| left.segment.length);
        entered
    }

    /// Gives the role back.
    fn end(mut self, mut tail: MutexGuard<'_, Tail>, to_sync: bool) -> (Option<Target>, After) {
        let Some(mut cursor) = self.cursor.take() else { return (None, After::default()) };
        let mut target = None;
        if to_sync && tail.failed.is_none() && !tail.unsynced.is_empty() {
            // Under the same lock what follows moves to another block: no later frame may touch one
            // that this sync makes durable.
            let (bytes, last) = (cursor.skip_to_block(), tail.written);
            tail.hand_to_sync();
            tail.in_flight = Some(last);
            tail.exposure.flies();
            target = Some(Target { segment: Arc::clone(&cursor.segment), bytes, last });
        }
        (tail.left, tail.length) = (cursor.left(), cursor.segment.length);
        tail.passed += std::mem::take(&mut self.passed);
        self.writer.note_reach(&tail);
        tail.cursor = Some(cursor);
        let after = self.writer.settle(&mut tail);
        let has_sleepers = tail.waiting.for_write > 0;
        drop(tail);
        if has_sleepers {
            self.writer.written_changed.notify_all();
        }
        (target, after)
    }

    /// Gives the role back after something else than a write.
    pub(super) fn give_back(self) -> After {
        let writer = Arc::clone(self.writer);
        let tail = writer.tail.lock();
        self.end(tail, false).1
    }
}

impl Writer {
    /// Waits until no sync is under way. Says why the last one failed, if nobody has dealt with it.
    pub(super) fn wait_for_flight(&self) -> Option<Error> {
        let mut tail = self.tail.lock();
        while tail.in_flight.is_some() {
            tail.waiting.for_write += 1;
            tail = self.written_changed.wait(tail);
            tail.waiting.for_write -= 1;
        }
        tail.sync_error.take()
    }

    /// After whatever may have changed what is written or synced, or have failed: finds everybody who
    /// waits for it. Somebody else's sync is a rare thing (a full segment, a fail-over), so all wake
    /// then; who leads next finds itself among them.
    pub(super) fn settle(&self, tail: &mut Tail) -> After {
        let (written, synced, failed) = (tail.written, tail.synced, tail.failed.clone());
        let is_told = std::mem::replace(&mut tail.told, synced) == synced && failed.is_none();
        self.synced.store(synced, Ordering::Release);
        if !is_told && tail.waiting.for_sync != [0, 0] {
            self.sync_ended.iter().for_each(Bell::ring);
        }
        let answers = (tail.waiting.operations() > 0).then(|| {
            let written = tail.waiting.written(written, failed.as_ref());
            Box::new([written, tail.waiting.synced(synced, failed.as_ref())])
        });
        After {
            answers,
            wants_write: tail.waiting.wants_write_job(),
            wants_sync: failed.is_none()
                && tail.syncing == Syncing::Nobody
                && tail.waiting.wants_sync_job(synced),
            wants_next: tail.wants_next(),
        }
    }
}

impl Drop for WriteRole<'_> {
    fn drop(&mut self) {
        let Some(cursor) = self.cursor.take() else { return };
        // Only a panic of the disk comes here, and nobody knows what it had written.
        let mut tail = self.writer.tail.lock();
        let cause = Error::new(ErrorKind::Aborted, "a write to the journal panicked");
        tail.failed.get_or_insert(cause);
        tail.cursor = Some(cursor);
        let after = self.writer.settle(&mut tail);
        drop(tail);
        self.writer.wake_all();
        after.run(self.writer);
    }
}
