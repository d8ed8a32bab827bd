//! Which mode a cache is in, who is told when that changes, and drills.

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::JournalFailure;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use forebay_store::{Error, Key, Moment, Result, Value};

use crate::engine::shared::Shared;
use crate::event::Event;
use crate::mode::Mode;
use crate::write::Write;

/// What is shown of a cache: what is worse at once, what is better after it has been so for a while.
#[derive(Debug, Default)]
pub(crate) struct Modes {
    shown: Mutex<Shown>,
    /// The rung of what is shown, to be read without the lock.
    rung: AtomicU8,
    /// There is a drill, or was one lately.
    has_drill: AtomicBool,
    /// What has to be stored goes to the store all the same.
    has_let_go: AtomicBool,
    is_watched: AtomicBool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    mode: Mode,
    /// Since when it is better than that.
    better_since: Option<Moment>,
    /// At least this mode, until then.
    drill: Option<(Mode, Moment)>,
}

impl Shown {
    /// So long it has to be better before that is shown.
    const HELD: Duration = Duration::from_secs(1);

    /// Looks at what it really is. Says what was shown before, if that changes.
    fn look(&mut self, real: Mode, now: Moment) -> Option<Mode> {
        self.drill = self.drill.filter(|(_, until)| now < *until);
        let mode = self.drill.map_or(real, |(drilled, _)| drilled.max(real));
        if mode >= self.mode {
            self.better_since = None;
        } else if now.since(*self.better_since.get_or_insert(now)) < Self::HELD {
            return None;
        }
        let before = std::mem::replace(&mut self.mode, mode);
        (before != mode).then(|| {
            self.better_since = None;
            before
        })
    }
}

impl Modes {
    /// Whether a better mode than this one is shown.
    pub(in crate::engine) fn shows_better_than(&self, mode: Mode) -> bool {
        self.rung.load(Ordering::Relaxed) < mode.rung()
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// How often to look while anything is not as it should be.
    const GLANCE: Duration = Duration::from_millis(250);

    /// Looks which mode it is, and has it told if it has changed.
    pub(crate) fn see_mode(self: &Arc<Self>) -> Mode {
        let (store, journal) = (self.store_mode(), self.journal_mode());
        let mode = self.show(store.max(journal));
        self.tell(true);
        let is_at_rest = match mode {
            Mode::Healthy => true,
            // The store may be left alone for as long as nobody writes; who hears that it is back looks.
            Mode::StoreDown => {
                store == Mode::StoreDown && !self.modes.has_drill.load(Ordering::Relaxed)
            }
            // A journal that has failed is never well again.
            _ => journal == Mode::JournalFailed,
        };
        // Who saw the journal fill up while a worse mode was shown has left it to this one to look.
        if !is_at_rest || self.journal_mode() > journal {
            self.watch_mode();
        }
        mode
    }

    fn show(&self, real: Mode) -> Mode {
        let mut shown = self.modes.shown.lock();
        let before = shown.look(real, self.parts.seams.clock.now());
        self.modes.has_drill.store(shown.drill.is_some(), Ordering::Relaxed);
        let to = shown.mode;
        self.modes.rung.store(to.rung(), Ordering::SeqCst);
        if let Some(from) = before {
            self.teller.note(Event::ModeChanged { from, to });
        }
        to
    }

    /// What is shown, and whether that is a drill.
    pub(in crate::engine) fn shown_mode(self: &Arc<Self>) -> (Mode, bool) {
        // What is closed is to be left no timer behind by whoever looks at its numbers.
        let mode = if self.is_closed() {
            self.show(self.store_mode().max(self.journal_mode()))
        } else {
            self.see_mode()
        };
        (mode, self.drilled().is_some())
    }

    fn watch_mode(self: &Arc<Self>) {
        if self.modes.is_watched.swap(true, Ordering::SeqCst) {
            return;
        }
        let shared = Arc::downgrade(self);
        let job = Box::new(move || {
            let Some(shared) = shared.upgrade() else { return };
            shared.modes.is_watched.store(false, Ordering::SeqCst);
            if !shared.is_closed() {
                shared.see_mode();
            }
        });
        self.parts.seams.clock.after(Self::GLANCE, job);
    }

    fn store_mode(&self) -> Mode {
        let state = self.flusher.state.lock();
        if state.breaker.is_doubtful() {
            Mode::StoreDown
        } else if state.promise.as_ref().is_some_and(|promise| !promise.is_kept()) {
            Mode::SlowStore
        } else {
            Mode::Healthy
        }
    }

    fn journal_mode(&self) -> Mode {
        let Some(journal) = self.journal() else { return Mode::Healthy };
        let channel = journal.log.channel();
        if channel.failure().is_some() {
            Mode::JournalFailed
        } else if self.is_journal_full() {
            Mode::JournalFull
        } else if journal.log.is_filling() {
            Mode::JournalFilling
        } else {
            Mode::Healthy
        }
    }

    /// Behaves, for this long at most, as in this mode; what is worse than that shows all the same.
    pub(crate) fn drill(self: &Arc<Self>, mode: Mode, at_most: Duration) -> Result<()> {
        if mode.is_of_journal() && self.journal().is_none() {
            return Err(Error::invalid(
                "a drill of a journal needs one, and this cache has none: give it one with `Builder::journal`",
            ));
        }
        let until = self.parts.seams.clock.now().after(at_most);
        self.modes.has_let_go.store(false, Ordering::SeqCst);
        // A close has to store what it can.
        if self.closing.has_begun() {
            self.modes.has_let_go.store(true, Ordering::SeqCst);
        }
        self.modes.shown.lock().drill = Some((mode, until));
        self.see_mode();
        // What the drill before it has held back goes now, if it may.
        self.flush_now();
        let shared = Arc::downgrade(self);
        let end = Box::new(move || {
            if let Some(shared) = shared.upgrade() {
                shared.flush_now();
            }
        });
        self.parts.seams.clock.after(at_most, end);
        Ok(())
    }

    /// Whether nothing is sent to the store in a drill. It is no pause: one that somebody has begun goes on
    /// beyond it.
    pub(in crate::engine) fn is_held_in_drill(&self) -> bool {
        let is_held = |(mode, _)| matches!(mode, Mode::StoreDown | Mode::JournalFailed);
        self.drilled().is_some_and(is_held) && !self.modes.has_let_go.load(Ordering::SeqCst)
    }

    /// From now on things are sent in this drill, too. Says whether they were not.
    pub(in crate::engine) fn let_go_in_drill(&self) -> bool {
        let was_held = self.is_held_in_drill();
        self.modes.has_let_go.store(true, Ordering::SeqCst);
        was_held
    }

    /// The mode of a drill, and for how long it goes on.
    fn drilled(&self) -> Option<(Mode, Duration)> {
        if !self.modes.has_drill.load(Ordering::Relaxed) {
            return None;
        }
        let now = self.parts.seams.clock.now();
        let (mode, until) = self.modes.shown.lock().drill?;
        (now < until).then(|| (mode, until.since(now)))
    }

    /// Refuses what would be refused in the mode of a drill.
    pub(in crate::engine) fn refuse_in_drill(&self, write: Write) -> Result<()> {
        let Some((mode, left)) = self.drilled() else { return Ok(()) };
        match (mode, write) {
            (Mode::StoreDown, Write::Through | Write::Around) => Err(store_is_down()),
            (Mode::JournalFull, Write::Behind(_) | Write::Uncoalesced(_)) => {
                Err(Error::busy("a drill: the journal is taken to be full", left))
            }
            (Mode::JournalFailed, _) => {
                let cause = Error::unavailable("a drill: the journal is taken to have failed");
                let message = "the journal has failed: see to its disk, and open the cache again";
                Err(Error::unavailable(message).with_source(JournalFailure::from(cause)))
            }
            _ => Ok(()),
        }
    }

    /// Whether loads are refused in a drill.
    pub(in crate::engine) fn refuse_load_in_drill(&self) -> Result<()> {
        match self.drilled() {
            Some((Mode::StoreDown, _)) => Err(store_is_down()),
            _ => Ok(()),
        }
    }
}

#[cold]
fn store_is_down() -> Error {
    Error::unavailable("a drill: the store is taken to be down")
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn what_is_worse_shows_at_once_and_what_is_better_after_it_has_held() {
        let mut shown = Shown::default();
        assert_eq!(shown.look(Mode::StoreDown, Moment(0)), Some(Mode::Healthy));
        assert_eq!(shown.look(Mode::JournalFull, Moment(1)), Some(Mode::StoreDown));
        assert_eq!(shown.look(Mode::Healthy, Moment(2)), None);
        // It was worse again in between, so the second begins anew.
        assert_eq!(shown.look(Mode::JournalFull, Moment(SECOND)), None);
        assert_eq!(shown.look(Mode::SlowStore, Moment(SECOND + 1)), None);
        assert_eq!(shown.look(Mode::Healthy, Moment(2 * SECOND)), None);
        assert_eq!(shown.look(Mode::Healthy, Moment(2 * SECOND + 1)), Some(Mode::JournalFull));
        assert_eq!(shown.mode, Mode::Healthy);
    }

    #[test]
    fn a_drill_makes_it_worse_only_and_ends() {
        let mut shown = Shown { drill: Some((Mode::StoreDown, Moment(10))), ..Shown::default() };
        assert_eq!(shown.look(Mode::Healthy, Moment(0)), Some(Mode::Healthy));
        assert_eq!(shown.mode, Mode::StoreDown);
        assert_eq!(shown.look(Mode::JournalFailed, Moment(5)), Some(Mode::StoreDown));
        assert_eq!(shown.look(Mode::Healthy, Moment(10)), None);
        assert!(shown.drill.is_none());
    }
}
