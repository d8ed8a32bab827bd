//! The journal of one cache: what is appended, what is owed to it, and when it is to be shortened.

use std::fmt;
use std::sync::Arc;

use forebay_journal::{Frame, Journal};
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use forebay_store::{Done, Durability, ErrorKind, Op, Result};

pub(crate) struct Log {
    journal: Journal,
    /// Marks for which there was no room yet.
    owed: Mutex<Vec<Frame>>,
    is_owing: AtomicBool,
    /// Bytes of writes that were appended since the last checkpoint began.
    grown: AtomicU64,
    /// So many of them make another checkpoint worth its while.
    grown_max: AtomicU64,
    grown_min: u64,
    /// Bytes that the last checkpoint appended.
    live: AtomicU64,
    /// Writes that were settled since it began.
    settled: AtomicU64,
    /// A checkpoint is under way.
    is_walking: AtomicBool,
    /// What an earlier owner left is being written anew, so that what it wrote may go.
    is_restoring: AtomicBool,
    is_closed: AtomicBool,
}

impl Log {
    pub(crate) fn new(journal: Journal, segment_bytes: u64) -> Self {
        Self {
            journal,
            owed: Mutex::default(),
            is_owing: AtomicBool::new(false),
            grown: AtomicU64::new(0),
            grown_max: AtomicU64::new(segment_bytes),
            grown_min: segment_bytes,
            live: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            is_walking: AtomicBool::new(false),
            is_restoring: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
        }
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(super) fn append(&self, frame: &Frame) -> Result<u64> {
        let number = if self.is_restoring.load(Ordering::Relaxed) {
            self.journal.append_own(frame)?
        } else {
            self.journal.append(frame)?
        };
        self.grown.fetch_add(frame.length() as u64, Ordering::Relaxed);
        Ok(number)
    }

    /// Appends what became of so many writes.
    pub(super) fn append_marks(&self, frame: Frame, marks: usize) {
        self.settled.fetch_add(marks as u64, Ordering::Relaxed);
        let mut owed = self.owed.lock();
        let is_full = |error: &forebay_store::Error| error.kind() == ErrorKind::Busy;
        if !owed.is_empty() || self.journal.append_own(&frame).is_err_and(|error| is_full(&error)) {
            // A journal that has failed takes nothing any more, and then nothing is stored either.
            owed.push(frame);
            self.is_owing.store(true, Ordering::SeqCst);
        }
    }

    /// Appends the marks that are owed, and waits for room if need be. It may sync.
    pub(crate) fn pay_all(&self) -> Result<()> {
        loop {
            match self.pay() {
                Err(error) if error.kind() == ErrorKind::Busy => {
                    let longest = self.owed.lock().iter().map(Frame::length).max();
                    self.journal.make_room_own(longest.unwrap_or(0))?;
                }
                paid => return paid,
            }
        }
    }

    /// Appends the marks that are owed, as far as there is room.
    fn pay(&self) -> Result<()> {
        if !self.is_owing.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut owed = self.owed.lock();
        let mut paid = 0;
        let result = owed.iter().try_for_each(|frame| {
            self.journal.append_own(frame)?;
            paid += 1;
            Ok(())
        });
        owed.drain(..paid);
        self.is_owing.store(!owed.is_empty(), Ordering::SeqCst);
        result
    }

    /// Ready when everything that was appended until now is on the device. What is stored before that
    /// could, after a power cut, be overwritten by an older value that the journal still has.
    pub(crate) fn when_all_synced(self: &Arc<Self>) -> Op<()> {
        match self.pay() {
            Ok(()) => self.when_synced(),
            // A sync makes room in memory for what is owed.
            Err(error) if error.kind() == ErrorKind::Busy => {
                let (done, op) = Op::pending();
                let log = Arc::clone(self);
                self.when_synced().forward(Done::call(move |synced: Result<()>| {
                    match synced.and_then(|()| log.pay()) {
                        Ok(()) => log.when_synced().forward(done),
                        Err(error) => done.complete(Err(error)),
                    }
                }));
                op
            }
            Err(error) => Op::failed(error),
        }
    }

    fn when_synced(&self) -> Op<()> {
        self.journal.when(self.journal.position().appended, Durability::Synced)
    }

    /// What is appended from now on is written anew, or no more so.
    pub(crate) fn set_restoring(&self, is_restoring: bool) {
        self.is_restoring.store(is_restoring, Ordering::Relaxed);
    }

    /// Closes the journal in order. Nothing that it has is needed any more.
    pub(crate) fn close(&self, last: u64) -> Result<()> {
        if self.is_closed.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        self.journal.retire(last + 1)?;
        self.journal.close()
    }

    /// Whether a checkpoint is due.
    pub(crate) fn is_grown(&self) -> bool {
        self.grown.load(Ordering::Relaxed) >= self.grown_max.load(Ordering::Relaxed)
    }

    /// Whether a checkpoint is worth its while in a full journal, with so many writes that are not
    /// stored: a quarter of what it would append again has come or gone since the last one.
    pub(crate) fn is_checkpoint_worthwhile(&self, dirty: u64) -> bool {
        let grown = self.grown.load(Ordering::Relaxed);
        let settled = self.settled.load(Ordering::Relaxed);
        let is_any = grown > 0 || settled > 0;
        is_any && (grown >= self.live.load(Ordering::Relaxed) / 4 || settled >= dirty / 4)
    }

    /// Begins a checkpoint, unless one is under way.
    pub(crate) fn begin_checkpoint(&self) -> bool {
        let begins = !self.is_walking.swap(true, Ordering::SeqCst);
        if begins {
            self.grown.store(0, Ordering::Relaxed);
            self.settled.store(0, Ordering::Relaxed);
        }
        begins
    }

    /// A checkpoint that has appended `live` bytes again is over. The next is due when twice as much
    /// has come, so that all checkpoints together cost less than the writes.
    pub(crate) fn end_checkpoint(&self, live: u64) {
        self.live.store(live, Ordering::Relaxed);
        self.grown_max.store(self.grown_min.max(live.saturating_mul(2)), Ordering::Relaxed);
        self.is_walking.store(false, Ordering::SeqCst);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("journal", &self.journal).finish_non_exhaustive()
    }
}
