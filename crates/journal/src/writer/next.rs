//! The next segment: it is prepared before it is needed.
//!
//! | the next segment is | who moves it on |
//! |---|---|
//! | not begun | a job, from the moment a quarter of the segment is used, what is queued counted in ([`Tail::wants_next`], looked at after each append, write and sync); a job for an append that finds no place, however little is used; whoever waits for room ([`Writer::make_room`]) or stands at the end of the segment ([`Writer::take_next`]), himself |
//! | begun (`files` is locked) | whoever has begun it; who needs it, too, waits for that lock and looks again |
//! | `Tail::ready` | the write role takes it at the end of the segment, or after a failure |
//!
//! Before the quarter it is left alone: it would take the disk from the first writes of an owner, who
//! may never need it. At the bound no job is begun. Nobody depends on the job: it may be lost, come late,
//! or be refused by the bound or a full disk, and then whoever *waits* begins the segment under the lock,
//! and has it or an error when he comes back. Only appends do not wait. They are refused with `Busy` then, and each of them
//! has another job begun if none is on its way, so whoever tries again and again gets through, even if
//! one frame jumps over the quarter. Nobody sleeps until `ready` is set, so nobody is woken by it.
//!
//! The segments of an owner double until they are whole ([`Files::prepare`](super::files::Files)), for a
//! disk that takes a whole one beside the first writes would have them wait at the end of a short one. They
//! never become shorter, so all that was accepted because it fits one fits each that comes after it, also
//! when it has to be written again. A frame that is too long for the one that is ready has a longer one
//! made; the shorter stays behind, empty, unless it was begun meanwhile.

use std::sync::{Arc, Weak};

use forebay_store::Result;

use super::cursor::Segment;
use super::room::full;
use super::tail::{Tail, Writer};
use crate::disk::Place;
use crate::format::BLOCK;

impl Tail {
    /// Whether the next segment is due, and nobody prepares it.
    pub(super) fn wants_next(&self) -> bool {
        self.length - self.left + self.pending >= self.length / 4 && self.may_begin_next(0)
    }

    /// Whether somebody may begin to prepare one for a frame of `length` bytes.
    fn may_begin_next(&self, length: usize) -> bool {
        let is_wanted = !self.has_next_for(length) && self.failed.is_none() && !self.is_closed;
        // At the bound a job could do nothing; once something was retired there is room again.
        is_wanted && !self.is_preparing && self.bound.has_room
    }

    /// Whether the next segment is ready, and takes a frame of `length` bytes if nothing else is in it.
    pub(super) fn has_next_for(&self, length: usize) -> bool {
        self.ready.as_ref().is_some_and(|next| next.length >= need(length))
    }
}

/// How long a segment is that takes a frame of `length` bytes for certain: its header is in it, and what
/// a sync leaves unused.
fn need(length: usize) -> u64 {
    length as u64 + 2 * BLOCK
}

impl Writer {
    /// The next segment, which is prepared now if it is not ready: beyond the bound if need be, for
    /// what was accepted has to go somewhere.
    pub(super) fn take_next(self: &Arc<Self>) -> Result<Segment> {
        self.take_next_with(|_, _| {})
    }

    /// The same, and notes that under the lock under which it is no longer ready.
    pub(super) fn take_next_with(
        self: &Arc<Self>,
        note: impl FnOnce(&mut Tail, &Segment),
    ) -> Result<Segment> {
        loop {
            let mut tail = self.tail.lock();
            if let Some(segment) = tail.ready.take() {
                note(&mut tail, &segment);
                return Ok(segment);
            }
            drop(tail);
            self.prepare(u64::MAX, 0)?;
        }
    }

    /// The next segment after one at `place` has failed: in the other directory if there is one and it
    /// can be. One that was ready at the same place stays behind then, empty.
    pub(super) fn take_next_elsewhere(self: &Arc<Self>, place: Place) -> Result<Segment> {
        let mut files = self.files();
        files.has_failed(place);
        let durable = {
            let mut tail = self.tail.lock();
            if let Some(segment) = tail.ready.take_if(|ready| ready.place != place) {
                return Ok(segment);
            }
            tail.synced
        };
        if let Ok(segment) = files.prepare_elsewhere(place, durable) {
            let mut tail = self.tail.lock();
            tail.ready = None;
            tail.bound = files.bound(self.settings.bytes_max);
            return Ok(segment);
        }
        drop(files);
        self.take_next()
    }

    /// Prepares the next segment if there is none that takes a frame of `length` bytes, and the bound
    /// allows it.
    pub(super) fn prepare_next(self: &Arc<Self>, length: usize) -> Result<()> {
        self.prepare(self.settings.bytes_max, length)
    }

    /// The same, whatever the bound: the owner appends again what lets older segments go.
    pub(super) fn prepare_beyond(self: &Arc<Self>, length: usize) -> Result<()> {
        self.prepare(u64::MAX, length)
    }

    /// Whoever comes second waits for the first. One that is ready and too short stays behind, empty, if
    /// nobody has gone on in it by then.
    fn prepare(self: &Arc<Self>, bytes_max: u64, length: usize) -> Result<()> {
        let mut files = self.files();
        let durable = {
            let tail = self.tail.lock();
            // After a close only what was accepted before it may need another.
            if tail.has_next_for(length) || (tail.is_closed && bytes_max != u64::MAX) {
                return Ok(());
            }
            // What was accepted has to go somewhere, whatever happened a moment ago.
            if bytes_max != u64::MAX
                && let Some(error) = tail.patience.pause(|| self.seams().clock.now())
            {
                return Err(error);
            }
            tail.synced
        };
        if !files.has_room(bytes_max) {
            return Err(full());
        }
        let prepared = files.prepare(durable, need(length));
        let mut tail = self.tail.lock();
        let segment = prepared.inspect_err(|error| {
            tail.patience.failed(error, self.seams().clock.now());
        })?;
        tail.patience.forget();
        tail.ready = Some(segment);
        tail.bound = files.bound(self.settings.bytes_max);
        Ok(())
    }

    /// Prepares the next segment on another thread, for a frame of `length` bytes among others, if nobody
    /// prepares one.
    pub(super) fn prepare_soon(self: &Arc<Self>, length: usize) {
        {
            let mut tail = self.tail.lock();
            let is_due = || tail.patience.pause(|| self.seams().clock.now()).is_none();
            if !tail.may_begin_next(length) || !is_due() {
                return;
            }
            tail.is_preparing = true;
        }
        let job = PrepareJob(Arc::downgrade(self));
        self.seams().spawn.run(Box::new(move || {
            let Some(writer) = job.0.upgrade() else { return };
            // Who needs it and finds that it is not there tries again, and is told why not.
            let _ = writer.prepare_next(length);
            drop(job);
        }));
    }
}

/// The next segment on its way. Whatever becomes of it, another may begin.
struct PrepareJob(Weak<Writer>);

impl Drop for PrepareJob {
    fn drop(&mut self) {
        if let Some(writer) = self.0.upgrade() {
            writer.tail.lock().is_preparing = false;
        }
    }
}
