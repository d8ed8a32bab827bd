//! The next segment: it is prepared before it is needed.

use std::sync::{Arc, Weak};

use forebay_store::Result;

use super::cursor::Segment;
use super::room::full;
use super::tail::{Tail, Writer};
use crate::disk::Place;

impl Tail {
    /// Whether somebody should begin to prepare the next segment.
    pub(super) fn wants_next(&self) -> bool {
        self.ready.is_none() && !self.is_preparing && self.failed.is_none() && !self.is_closed
    }
}

impl Writer {
    /// The next segment, which is prepared now if it is not ready: beyond the bound if need be, for
    /// what was accepted has to go somewhere.
    pub(super) fn take_next(self: &Arc<Self>) -> Result<Segment> {
        loop {
            if let Some(segment) = self.tail.lock().ready.take() {
                return Ok(segment);
            }
            self.prepare(u64::MAX)?;
        }
    }

    /// The next segment after one at `place` has failed: in the other directory if there is one and it
    /// can be. One that was ready at the same place stays behind then, empty.
    pub(super) fn take_next_elsewhere(self: &Arc<Self>, place: Place) -> Result<Segment> {
        let mut files = self.files.lock();
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
            tail.excess = files.excess(self.settings.bytes_max);
            return Ok(segment);
        }
        drop(files);
        self.take_next()
    }

    /// Prepares the next segment if there is none and the bound allows it.
    pub(super) fn prepare_next(self: &Arc<Self>) -> Result<()> {
        self.prepare(self.settings.bytes_max)
    }

    /// The same, whatever the bound: the owner appends again what lets older segments go.
    pub(super) fn prepare_beyond(self: &Arc<Self>) -> Result<()> {
        self.prepare(u64::MAX)
    }

    /// Whoever comes second waits for the first.
    fn prepare(self: &Arc<Self>, bytes_max: u64) -> Result<()> {
        let mut files = self.files.lock();
        let durable = {
            let tail = self.tail.lock();
            // After a close only what was accepted before it may need another.
            if tail.ready.is_some() || (tail.is_closed && bytes_max != u64::MAX) {
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
        if (files.live() + 1) * self.settings.segment_bytes > bytes_max {
            return Err(full());
        }
        let prepared = files.prepare(durable);
        let mut tail = self.tail.lock();
        let segment = prepared.inspect_err(|error| {
            tail.patience.failed(error, self.seams().clock.now());
        })?;
        tail.patience.forget();
        tail.ready = Some(segment);
        tail.excess = files.excess(self.settings.bytes_max);
        Ok(())
    }

    /// Prepares the next segment on another thread.
    pub(super) fn prepare_soon(self: &Arc<Self>) {
        {
            let mut tail = self.tail.lock();
            let is_due = || tail.patience.pause(|| self.seams().clock.now()).is_none();
            if !tail.wants_next() || !is_due() {
                return;
            }
            tail.is_preparing = true;
        }
        let job = PrepareJob(Arc::downgrade(self));
        self.seams().spawn.run(Box::new(move || {
            let Some(writer) = job.0.upgrade() else { return };
            // Who needs it and finds that it is not there tries again, and is told why not.
            let _ = writer.prepare_next();
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
