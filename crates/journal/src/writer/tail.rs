//! The end of the journal: what is accepted and not yet durable.

use std::collections::VecDeque;
use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::sync::{Condvar, Mutex};
use forebay_store::{Error, ErrorKind, Result, Seams};

use super::bell::Bell;
use super::cursor::{Cursor, Segment};
use super::exposure::Exposure;
use super::files::{Bound, Files};
use super::flight::Flight;
use super::patience::Patience;
use super::room::no_place;
use super::segments::Segments;
use super::waiting::Waiting;
use crate::failure::JournalFailure;
use crate::frame::Frame;
use crate::recovery::Extent;
use crate::settings::Settings;

/// The writing half of a journal.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(super) tail: Mutex<Tail>,
    /// Somebody may take the write role, or something was written.
    pub(super) written_changed: Condvar,
    /// For those who wait for the sync that runs, and for those who wait for the next, in turns.
    pub(super) sync_ended: [Bell; 2],
    /// For the heir of the sync role.
    pub(super) inherited: Bell,
    /// `Tail::written`, or somewhat less.
    pub(super) written: AtomicU64,
    /// `Tail::synced`, or somewhat less.
    pub(super) synced: AtomicU64,
    /// `Tail::reach()`, or somewhat less.
    pub(super) reach: AtomicU64,
    /// The sync under way, which those give way to who fill segments.
    pub(super) flight: Arc<Flight>,
    /// Held across I/O by whoever makes or retires segments, never by whoever has the tail's lock. It is asked
    /// for with [`files()`](Self::files).
    pub(super) files: Mutex<Files>,
    pub(super) settings: Settings,
    id: [u8; 16],
}

/// Everything under the lock. No I/O is done with it.
#[derive(Debug)]
pub(super) struct Tail {
    /// Frames that have a number and no place.
    pub(super) queue: Vec<u8>,
    /// Bytes of the queue, and of what is being written: what they take up in a segment, but for what
    /// one sync between the two leaves unused.
    pub(super) pending: u64,
    /// The next record's number.
    pub(super) next: u64,
    /// Every record up to this one is with the operating system.
    pub(super) written: u64,
    /// Every record up to this one is on the device.
    pub(super) synced: u64,
    /// What the newest frame in a file says was synced.
    pub(super) stamped: u64,
    /// The write role, if it is free.
    pub(super) cursor: Option<Box<Cursor>>,
    /// What the segment that is written to has left, as far as is known.
    pub(super) left: u64,
    /// How long it is.
    pub(super) length: u64,
    pub(super) syncing: Syncing,
    /// Counts syncs, so that waiters know theirs.
    pub(super) turn: usize,
    /// Frames in the file that the sync under way makes durable.
    pub(super) being_synced: Vec<u8>,
    /// Frames in the file that the next sync makes durable.
    pub(super) unsynced: Vec<u8>,
    /// An empty buffer to be used again.
    pub(super) spare: Vec<u8>,
    /// The next segment, if it is prepared.
    pub(super) ready: Option<Segment>,
    pub(super) is_preparing: bool,
    /// With the preparation of segments, after one has failed.
    pub(super) patience: Patience,
    /// What the bound on disk leaves. It is noted wherever something was made or retired.
    pub(super) bound: Bound,
    /// The segments in which something is.
    pub(super) segments: Segments,
    /// How long all segments were together that this owner has gone beyond.
    pub(super) passed: u64,
    /// The last record of the sync under way: nobody else may sync its file meanwhile.
    pub(super) in_flight: Option<u64>,
    /// Why the last sync failed, until somebody deals with it.
    pub(super) sync_error: Option<Error>,
    /// What was synced when all who wait for a sync were last looked through.
    pub(super) told: u64,
    /// Failures since the last good sync.
    pub(super) failures: u32,
    pub(super) waiting: Waiting,
    pub(super) exposure: Exposure,
    /// The timer for a sync that nobody asks for is set.
    pub(super) is_armed: bool,
    pub(super) is_closed: bool,
    /// Why nothing can be written any more.
    pub(super) failed: Option<Error>,
}

/// What the sync role is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syncing {
    /// The role is free.
    Nobody,
    /// It belongs to the heir, who is being woken.
    Inherited,
    /// Everything that is queued by now will be in it.
    Gathering,
    /// It will make everything up to this record durable.
    Flushing(u64),
}

impl Writer {
    pub(crate) fn new(
        id: [u8; 16],
        files: Files,
        segment: Segment,
        next: u64,
        segments: VecDeque<Extent>,
        settings: Settings,
    ) -> Self {
        let cursor = Cursor::new(segment);
        let last = next - 1;
        let tail = Tail {
            queue: Vec::new(),
            pending: 0,
            next,
            written: last,
            synced: last,
            stamped: last,
            left: cursor.left(),
            length: cursor.segment.length,
            cursor: Some(Box::new(cursor)),
            syncing: Syncing::Nobody,
            turn: 0,
            being_synced: Vec::new(),
            unsynced: Vec::new(),
            spare: Vec::new(),
            ready: None,
            is_preparing: false,
            patience: Patience::default(),
            bound: files.bound(settings.bytes_max),
            segments: Segments::new(segments),
            passed: 0,
            in_flight: None,
            sync_error: None,
            told: last,
            failures: 0,
            waiting: Waiting::default(),
            exposure: Exposure::default(),
            is_armed: false,
            is_closed: false,
            failed: None,
        };
        let reach = tail.reach();
        Self {
            tail: Mutex::new(tail),
            written_changed: Condvar::new(),
            sync_ended: [Bell::default(), Bell::default()],
            inherited: Bell::default(),
            written: AtomicU64::new(last),
            synced: AtomicU64::new(last),
            reach: AtomicU64::new(reach),
            flight: Arc::clone(files.flight()),
            files: Mutex::new(files),
            settings,
            id,
        }
    }

    /// Accepts a frame and says the number of its last record. It does no I/O and waits for nobody.
    pub(crate) fn append(self: &Arc<Self>, frame: &Frame, is_own: bool) -> Result<u64> {
        // The sum over the body is worked out before the lock is taken.
        let sum = frame.body_checksum();
        let mut tail = self.tail.lock();
        self.admit(&tail, frame.length(), is_own)?;
        if !tail.has_place(frame.length(), is_own) {
            drop(tail);
            // Whoever tries again finds it, sooner or later.
            self.prepare_soon(frame.length());
            return Err(no_place());
        }
        let first = tail.next;
        tail.next += u64::from(frame.count());
        tail.pending += frame.length() as u64;
        let is_first = first == tail.synced + 1;
        tail.exposure.accept(first, frame.length(), is_first, || self.seams().clock.now());
        frame.queue(&mut tail.queue, sum, first);
        let last = tail.next - 1;
        let arms = !std::mem::replace(&mut tail.is_armed, true);
        let wants_next = tail.wants_next();
        drop(tail);
        if arms {
            self.arm();
        }
        if wants_next {
            self.prepare_soon(0);
        }
        Ok(last)
    }

    /// Puts what was found and is not known to be durable into the first segment of this owner.
    pub(crate) fn place_unproven(
        self: &Arc<Self>,
        unproven: crate::recovery::Unproven,
    ) -> Result<()> {
        let is_any = unproven.records() > 0;
        let last = {
            let mut tail = self.tail.lock();
            let proven = unproven.proven;
            tail.queue = unproven.into_bytes();
            let frames = crate::recovery::frames(&tail.queue);
            tail.pending = frames.map(|frame| frame.frame_length()).sum();
            if !tail.queue.is_empty() {
                (tail.written, tail.synced, tail.told) = (proven, proven, proven);
                self.written.store(proven, Ordering::Release);
                self.synced.store(proven, Ordering::Release);
            }
            tail.next - 1
        };
        self.wait_synced(last)?;
        if is_any {
            // Else the next owner, if this one dies soon, would write it all once more.
            self.files().prove(last)?;
        }
        Ok(())
    }

    pub(crate) fn seams(&self) -> &Seams {
        &self.settings.seams
    }

    pub(crate) fn id(&self) -> [u8; 16] {
        self.id
    }

    pub(crate) fn bytes_max(&self) -> u64 {
        self.settings.bytes_max
    }

    pub(crate) fn segment_bytes(&self) -> u64 {
        self.settings.segment_bytes
    }

    pub(crate) fn frame_max(&self) -> usize {
        self.settings.frame_max()
    }

    pub(crate) fn extent(&self) -> u64 {
        let tail = self.tail.lock();
        tail.segments.bytes().saturating_sub(tail.left)
    }

    /// It takes no lock, for a cache asks for it at every write.
    pub(crate) fn reach(&self) -> u64 {
        self.reach.load(Ordering::Acquire)
    }

    /// The place where the next frame goes has moved.
    pub(super) fn note_reach(&self, tail: &Tail) {
        self.reach.store(tail.reach(), Ordering::Release);
    }

    pub(crate) fn failure(&self) -> Option<Error> {
        self.tail.lock().failed.clone()
    }

    /// What was appended, written and synced so far.
    pub(crate) fn position(&self) -> (u64, u64, u64) {
        let tail = self.tail.lock();
        (tail.next - 1, tail.written, tail.synced)
    }
}

impl Tail {
    /// The bytes that this owner has used, up to the place where the next frame goes.
    fn reach(&self) -> u64 {
        self.passed + self.length - self.left
    }

    /// Everything up to `last` is durable. The buffers are the caller's business.
    pub(super) fn now_synced(&mut self, last: u64) {
        self.synced = self.synced.max(last);
        self.failures = 0;
    }

    /// Keeps frames that were written until they are synced: the first of them in their own buffer, and the one
    /// that was empty is used next.
    pub(super) fn keep(&mut self, batch: &mut Vec<u8>) {
        if self.unsynced.is_empty() {
            std::mem::swap(&mut self.unsynced, batch);
        } else {
            self.unsynced.extend_from_slice(batch);
        }
    }

    /// What is kept is in the hands of a sync from now on.
    pub(super) fn hand_to_sync(&mut self) {
        debug_assert!(self.being_synced.is_empty(), "one sync at a time");
        std::mem::swap(&mut self.being_synced, &mut self.unsynced);
    }

    /// What the sync had in its hands is durable. The memory is used again, but for what a burst
    /// has left behind.
    pub(super) fn let_go(&mut self) {
        let used = self.being_synced.len();
        self.being_synced.clear();
        self.being_synced.shrink_to((2 * used).max(1 << 20));
    }

    /// Why nothing can be appended, or waited for, any more.
    pub(super) fn check_alive(&self) -> Result<()> {
        match &self.failed {
            Some(cause) => Err(died(cause)),
            None => Ok(()),
        }
    }
}

/// What is told to those who come after the journal has failed.
#[cold]
pub(super) fn died(cause: &Error) -> Error {
    let message = "the journal has failed and takes no more: open it again once its disk is well";
    Error::unavailable(message).with_source(JournalFailure::from(cause.clone()))
}

#[cold]
pub(super) fn no_such() -> Error {
    Error::invalid("no such record has been appended")
}

/// What is told to those whose records were accepted before.
#[cold]
pub(super) fn in_doubt(cause: &Error) -> Error {
    let message = "the journal failed: the record may or may not be there when it is opened again";
    Error::new(ErrorKind::Unknown, message).with_source(JournalFailure::from(cause.clone()))
}
