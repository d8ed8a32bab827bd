//! What nobody waits for: the work of operations, and the sync and the witness after a while.

use std::sync::{Arc, Weak};

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Drive, Error, Op, Result};

use super::bell::Bell;
use super::room::busy;
use super::tail::{Syncing, Tail, Writer, in_doubt, no_such};
use crate::format::frame::Header;

impl Tail {
    /// Why an operation cannot wait for a record.
    fn may_wait(&self, sequence: u64) -> Result<()> {
        const OPERATIONS_MAX: usize = 1 << 20;
        if let Some(cause) = &self.failed {
            return Err(in_doubt(cause));
        }
        if sequence >= self.next {
            return Err(no_such());
        }
        if self.waiting.operations() >= OPERATIONS_MAX {
            return Err(busy("a million operations wait for the journal already"));
        }
        Ok(())
    }
}

impl Writer {
    /// `sequence` on the device, as an operation. A thread that waits for it takes part in the sync as
    /// any other; who polls it has a job do that.
    pub(crate) fn when_synced(self: &Arc<Self>, sequence: u64) -> Op<()> {
        let mut tail = self.tail.lock();
        if tail.synced >= sequence {
            return Op::ready(());
        }
        if let Err(error) = tail.may_wait(sequence) {
            return Op::failed(error);
        }
        let (done, op) = Op::pending();
        tail.waiting.add_synced(sequence, done);
        drop(tail);
        op.driven_by(Arc::new(SyncWork { writer: Arc::clone(self), sequence }))
    }

    /// `sequence` with the operating system, as an operation. It is written here and now if nobody
    /// else is writing: that is as quick as to hand it to somebody.
    pub(crate) fn when_written(self: &Arc<Self>, sequence: u64) -> Op<()> {
        loop {
            if self.written.load(Ordering::Acquire) >= sequence {
                return Op::ready(());
            }
            let mut tail = self.tail.lock();
            if tail.written >= sequence {
                return Op::ready(());
            }
            if let Err(error) = tail.may_wait(sequence) {
                return Op::failed(error);
            }
            // Beyond the end of the segment it would have to sync.
            let is_quick = tail.pending <= tail.left;
            if let Some(cursor) = tail.cursor.take_if(|_| is_quick) {
                self.write_out(tail, cursor, false).1.run(self);
                continue;
            }
            let (done, op) = Op::pending();
            tail.waiting.add_written(sequence, done);
            let wants_job = tail.cursor.is_some() && tail.waiting.wants_write_job();
            drop(tail);
            if wants_job {
                self.spawn_write();
            }
            return op;
        }
    }

    /// Syncs for those who cannot do it themselves. The caller has set `has_sync_job`.
    pub(super) fn spawn_sync(self: &Arc<Self>) {
        let job = SyncJob(Arc::clone(self));
        self.seams().spawn.run(Box::new(move || job.run()));
    }

    /// Writes for operations that came while somebody was writing. The caller has set
    /// `has_write_job`.
    pub(super) fn spawn_write(self: &Arc<Self>) {
        let job = WriteJob(Arc::clone(self));
        self.seams().spawn.run(Box::new(move || job.run()));
    }

    /// Sets the timer after which what nobody waits for is synced all the same.
    pub(super) fn arm(self: &Arc<Self>) {
        let alarm = Alarm(Arc::downgrade(self));
        let ring = Box::new(move || {
            let Some(writer) = alarm.0.upgrade() else { return };
            let spawn = Arc::clone(&writer.seams().spawn);
            spawn.run(Box::new(move || {
                drop(alarm);
                writer.catch_up();
            }));
        });
        self.seams().clock.after(self.settings.sync_after, ring);
    }

    /// Syncs everything, and then leaves a witness of it.
    fn catch_up(self: &Arc<Self>) {
        let last = self.tail.lock().next - 1;
        if self.wait_synced(last).is_ok() {
            self.bear_witness(false);
        }
    }

    /// Writes a frame that says what is synced, if no frame says it yet.
    /// After a close only the close itself does: the files may have another owner.
    fn bear_witness(self: &Arc<Self>, closes: bool) {
        let mut tail = self.tail.lock();
        if tail.is_closed != closes {
            return;
        }
        let is_idle = tail.queue.is_empty() && tail.stamped < tail.synced;
        // A segment that is full has its last bytes left for it, or the next one says it.
        if !is_idle || tail.failed.is_some() || tail.left < 64 {
            return;
        }
        let Some(cursor) = tail.cursor.take() else { return };
        let witness = Header { body_checksum: 0, length: 0, count: 0, first: tail.next, synced: 0 };
        tail.queue.extend_from_slice(&witness.encode_unbound());
        self.write_out(tail, cursor, false).1.run(self);
    }

    /// Nothing will be answered by itself any more: everybody looks.
    pub(super) fn wake_all(&self) {
        self.written_changed.notify_all();
        self.sync_ended.iter().for_each(Bell::ring);
    }

    /// Syncs everything and leaves a durable witness; nothing is accepted any more.
    pub(crate) fn close(self: &Arc<Self>) -> Result<()> {
        let last = {
            let mut tail = self.tail.lock();
            tail.is_closed = true;
            tail.next - 1
        };
        self.wait_synced(last)?;
        self.bear_witness(true);
        let segment = self.tail.lock().cursor.as_ref().map(|cursor| Arc::clone(&cursor.segment));
        if let Some(segment) = segment {
            // The records are durable; if their witness is not, no acknowledgement depends on it.
            let _ = segment.file.sync();
        }
        self.files().close(last)
    }

    /// Lets the segments go that hold only records before `needed`.
    pub(crate) fn retire(self: &Arc<Self>, needed: u64) -> Result<()> {
        let mut files = self.files();
        let (lowest, first, durable) = {
            let tail = self.tail.lock();
            tail.check_alive()?;
            if needed > tail.synced + 1 {
                return Err(Error::invalid("only records that are synced can be retired"));
            }
            let Some(lowest) = tail.segments.lowest_needed(needed) else { return Ok(()) };
            (lowest.number, lowest.first, tail.synced)
        };
        let retired = files.retire(lowest, first, durable);
        let mut tail = self.tail.lock();
        // Also where they are in the way no more, and only could not be put away.
        tail.bound = files.bound(self.settings.bytes_max);
        retired?;
        tail.segments.let_go_before(lowest);
        // Perhaps there is room on the disk now.
        tail.patience.forget();
        let wants_next = tail.wants_next();
        drop(tail);
        drop(files);
        if wants_next {
            self.prepare_soon(0);
        }
        Ok(())
    }
}

/// The sync that an operation waits for.
struct SyncWork {
    writer: Arc<Writer>,
    sequence: u64,
}

impl Drive for SyncWork {
    fn drive(&self) {
        // The operation is told of a failure by itself.
        let _ = self.writer.wait_synced(self.sequence);
    }

    fn start(&self) {
        let mut tail = self.writer.tail.lock();
        tail.waiting.want_synced(self.sequence);
        // Whoever ends a sync that is under way looks whether it was enough.
        let is_led = tail.syncing != Syncing::Nobody;
        let synced = tail.synced;
        let wants_job = !is_led && tail.waiting.wants_sync_job(synced);
        drop(tail);
        if wants_job {
            self.writer.spawn_sync();
        }
    }
}

/// A sync for operations. If it is dropped without having run, the next one gets another.
struct SyncJob(Arc<Writer>);

impl SyncJob {
    fn run(self) {
        let writer = Arc::clone(&self.0);
        drop(self);
        let last = writer.tail.lock().waiting.last_wanted();
        // Each operation is told of a failure by itself.
        let _ = writer.wait_synced(last);
    }
}

impl Drop for SyncJob {
    fn drop(&mut self) {
        self.0.tail.lock().waiting.has_sync_job = false;
    }
}

/// A write for operations. If it is dropped without having run, the next one gets another.
struct WriteJob(Arc<Writer>);

impl WriteJob {
    fn run(self) {
        let writer = Arc::clone(&self.0);
        drop(self);
        let last = writer.tail.lock().waiting.last_unwritten();
        if let Some(last) = last {
            // Each operation is told of a failure by itself.
            let _ = writer.wait_written(last);
        }
    }
}

impl Drop for WriteJob {
    fn drop(&mut self) {
        self.0.tail.lock().waiting.has_write_job = false;
    }
}

/// A timer for what nobody waits for. Whatever becomes of it, the next record sets another.
struct Alarm(Weak<Writer>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(writer) = self.0.upgrade() {
            writer.tail.lock().is_armed = false;
        }
    }
}
