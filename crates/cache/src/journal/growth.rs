//! How much the journal has grown, and whether a checkpoint would bring something.

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub(crate) struct Growth {
    /// Bytes of writes that were ever appended.
    written: AtomicU64,
    /// Writes that were ever settled.
    settled: AtomicU64,
    /// When so many bytes have been written, a checkpoint is due.
    due: AtomicU64,
    /// No checkpoint is made for less.
    step_min: u64,
    last: Mutex<Last>,
}

/// How things stood at the last checkpoint that went well.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    written: u64,
    settled: u64,
    /// Bytes that it appended.
    live: u64,
    /// Bytes on disk after it.
    extent: u64,
    /// What the unstored writes weighed in memory.
    weight: u64,
    /// How often a full journal was looked at since, or since the last attempt.
    looks: u32,
    /// The last attempt came to nothing.
    has_failed: bool,
}

/// What a checkpoint takes into account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    written: u64,
    settled: u64,
}

impl Growth {
    /// In a full journal a checkpoint that is not known to bring much is made when it was looked at so
    /// often.
    const LOOKS: u32 = 8;

    pub(crate) fn new(step_min: u64) -> Self {
        Self {
            written: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            due: AtomicU64::new(step_min),
            step_min,
            last: Mutex::default(),
        }
    }

    pub(crate) fn wrote(&self, bytes: u64) {
        self.written.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn settled(&self, writes: u64) {
        self.settled.fetch_add(writes, Ordering::Relaxed);
    }

    /// Whether the writes alone have made a checkpoint due. It is asked at every write.
    pub(crate) fn is_due(&self) -> bool {
        self.written.load(Ordering::Relaxed) >= self.due.load(Ordering::Relaxed)
    }

    /// Whether the journal takes so much room that a checkpoint is due: marks and the ends of blocks
    /// count as well.
    pub(crate) fn is_due_at(&self, extent: u64) -> bool {
        let last = self.last.lock();
        extent >= last.extent.saturating_add(self.step(last.live))
    }

    /// All checkpoints together are to cost less than the writes.
    fn step(&self, live: u64) -> u64 {
        self.step_min.max(live.saturating_mul(2))
    }

    /// Whether a checkpoint is worth its while in a full journal: a quarter of what it would append
    /// again has come or gone since the last one, or anything at all after some patience.
    pub(crate) fn is_worthwhile(&self, extent: u64, weight: u64) -> bool {
        let (written, settled) = self.totals();
        let mut last = self.last.lock();
        if written == last.written && settled == last.settled {
            return false;
        }
        last.looks = last.looks.saturating_add(1);
        if last.has_failed {
            return last.looks >= Self::LOOKS;
        }
        extent.saturating_sub(last.extent) >= last.live / 4
            || weight <= last.weight / 4 * 3
            || last.looks >= Self::LOOKS
    }

    pub(crate) fn begin(&self) -> Begun {
        let (written, settled) = self.totals();
        self.last.lock().looks = 0;
        // Not at every write while it lasts.
        self.due.store(u64::MAX, Ordering::Relaxed);
        Begun { written, settled }
    }

    /// A checkpoint has appended `live` bytes again; the journal takes `extent` now.
    pub(crate) fn end(&self, begun: Begun, live: u64, extent: u64, weight: u64) {
        let Begun { written, settled } = begun;
        *self.last.lock() =
            Last { written, settled, live, extent, weight, looks: 0, has_failed: false };
        self.due.store(written.saturating_add(self.step(live)), Ordering::Relaxed);
    }

    /// A checkpoint came to nothing. What it was begun for still counts.
    pub(crate) fn fail(&self) {
        self.last.lock().has_failed = true;
        let (written, _) = self.totals();
        self.due.store(written.saturating_add(self.step_min / 4), Ordering::Relaxed);
    }

    fn totals(&self) -> (u64, u64) {
        (self.written.load(Ordering::Relaxed), self.settled.load(Ordering::Relaxed))
    }
}
