//! The books and the line.

use std::fmt;
use std::sync::{Arc, Weak};

use forebay_store::Seams;
use forebay_store::seam::Clock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};

use super::ask::Rank;
use super::books::Books;
use super::cause::Cause;
use super::desk::Desk;
use super::purpose::Purpose;
use super::room::Room;
use super::tally::Tally;
use super::when_full::WhenFull;
use crate::settings::Settings;

/// The books of a pool's memory, and the line of those who wait for some. Both are under one lock, so
/// that no wake-up falls between them.
pub(crate) struct Ledger {
    pub(super) desk: Mutex<Desk>,
    pub(super) clock: Arc<dyn Clock>,
    is_wanted: AtomicBool,
    press: Mutex<Option<Weak<dyn Press>>>,
    pub(super) patience: WhenFull,
}

/// Makes room. It is never called under a lock.
pub(crate) trait Press: Send + Sync {
    /// Returns when nothing more can be done now.
    fn press(&self);

    /// Presses for somebody who does not wait: also beside who does so already. Returns when he `is_wanted` no
    /// more, or nothing that is saved is in his way.
    fn attempt(&self, _is_wanted: &dyn Fn() -> bool) {
        self.press();
    }

    /// Why there is no room, for who waited in vain.
    fn why(&self) -> Option<Cause> {
        None
    }
}

impl Ledger {
    /// 256 TiB.
    const EXCEED_MAX: u64 = 1 << 48;

    pub(crate) fn new(settings: &Settings, seams: &Seams) -> Arc<Self> {
        let desk = Desk::new(settings.memory.as_bytes(), (settings.low, settings.high));
        Arc::new(Self {
            desk: Mutex::new(desk),
            clock: Arc::clone(&seams.clock),
            is_wanted: AtomicBool::new(false),
            press: Mutex::new(None),
            patience: settings.when_full,
        })
    }

    /// Takes room if nobody waits and it is there.
    pub(crate) fn take_now(self: &Arc<Self>, bytes: u64, purpose: Purpose) -> Option<Room> {
        let is_taken = self.with(|desk| {
            let is_free = desk.line.is_empty() && desk.fits(bytes, Rank::Insert, 0);
            let is_taken = is_free && !desk.is_closed;
            if is_taken {
                desk.take(bytes, purpose);
            }
            is_taken
        });
        is_taken.then(|| Room::new(Arc::clone(self), bytes, purpose))
    }

    /// Takes room that may not be there. More than any machine has is not counted: the length of a blob may be
    /// what damaged bytes say, and sums of such lengths must not overflow.
    pub(crate) fn exceed(self: &Arc<Self>, bytes: u64, purpose: Purpose) -> Room {
        let bytes = bytes.min(Self::EXCEED_MAX);
        self.with(|desk| desk.take(bytes, purpose));
        Room::new(Arc::clone(self), bytes, purpose)
    }

    /// Room for the pool's own things.
    pub(crate) fn own(self: &Arc<Self>, bytes: u64) -> Room {
        self.exceed(bytes, Purpose::Own)
    }

    /// Counts what stays for as long as the ledger does.
    pub(crate) fn keep(&self, bytes: u64) {
        self.with(|desk| desk.take(bytes, Purpose::Own));
    }

    /// Whether an end of a transition should press: somebody waits for room, more is taken than there
    /// is, or room was taken above the low mark since the last pressing.
    #[inline]
    pub(crate) fn wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    pub(crate) fn on_pressure(&self, press: Weak<dyn Press>) {
        *self.press.lock() = Some(press);
    }

    /// What the line has seen so far.
    pub(crate) fn tally(&self) -> Tally {
        self.desk.lock().tally
    }

    pub(crate) fn standing(&self) -> Books {
        self.desk.lock().standing()
    }

    /// One step under the lock.
    pub(super) fn with<R>(&self, step: impl FnOnce(&mut Desk) -> R) -> R {
        let mut desk = self.desk.lock();
        let result = step(&mut desk);
        self.is_wanted.store(desk.is_wanted(), Ordering::Relaxed);
        result
    }

    fn pressing(&self) -> Option<Arc<dyn Press>> {
        self.press.lock().as_ref().and_then(Weak::upgrade)
    }

    pub(super) fn press(&self) {
        if let Some(press) = self.pressing() {
            press.press();
        }
    }

    /// One attempt for somebody who does not wait. At its end he goes, also if it panics.
    pub(super) fn attempt(&self, is_wanted: &dyn Fn() -> bool, go: impl Fn()) {
        let _at_the_end = AtTheEnd(go);
        if let Some(press) = self.pressing() {
            press.attempt(is_wanted);
        }
    }

    pub(super) fn why(&self) -> Option<Cause> {
        self.pressing().and_then(|press| press.why())
    }
}

/// What is done at the end of a scope.
struct AtTheEnd<F: Fn()>(F);

impl<F: Fn()> Drop for AtTheEnd<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("standing", &self.standing()).finish_non_exhaustive()
    }
}
