//! Waiting for room in the journal.
//!
//! A write that the journal has no room for stands in a line. One job at a time waits for the
//! journal on their behalf; when the journal is full it has a checkpoint begun, and looks again
//! after a while.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Error, ErrorKind, Key, Result, Value};

use super::shared::Shared;
use super::trampoline::caught;
use crate::settings::WhenFull;
use crate::table::closed;

/// Writers who wait for room in the journal. One job at a time sees to them.
#[derive(Debug, Default)]
pub(crate) struct RoomLine(Mutex<RoomState>);

#[derive(Default)]
struct RoomState {
    waiting: VecDeque<Waiting>,
    has_job: bool,
}

/// A writer in the line, and the length of his frame.
struct Waiting {
    length: usize,
    go: Box<dyn FnOnce(Result<()>) + Send>,
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Waits for room in the journal, or is refused, as the settings say.
    pub(super) fn journal_room_or_busy<T: Send + 'static>(
        self: &Arc<Self>,
        length: usize,
        done: Done<T>,
        go: impl FnOnce(Done<T>) + Send + 'static,
    ) {
        if self.parts.settings.when_full == WhenFull::Refuse {
            self.counters.busy.add(1);
            self.see_to_journal();
            return done.complete(Err(self.journal_busy()));
        }
        self.counters.waits.add(1);
        let mut state = self.journal_line.0.lock();
        if state.waiting.len() >= self.parts.settings.waiting_writers_max {
            drop(state);
            self.counters.busy.add(1);
            return done.complete(Err(self.journal_busy()));
        }
        let go = Box::new(move |room: Result<()>| match room {
            Ok(()) if done.is_abandoned() => {}
            Ok(()) => go(done),
            Err(error) => done.complete(Err(error)),
        });
        state.waiting.push_back(Waiting { length, go });
        drop(state);
        self.see_to_journal();
    }

    fn journal_busy(&self) -> Error {
        Error::busy("the journal has no room for another write now", self.room_expected())
    }

    /// Makes room in the journal on another thread, for those who wait for it.
    pub(super) fn see_to_journal(self: &Arc<Self>) {
        if std::mem::replace(&mut self.journal_line.0.lock().has_job, true) {
            return;
        }
        let job = RoomJob(Arc::clone(self));
        self.parts.seams.spawn.run(Box::new(move || job.run()));
    }

    /// Nobody waits for the journal any more.
    pub(super) fn close_journal_line(&self) {
        let waiting = std::mem::take(&mut self.journal_line.0.lock().waiting);
        for waiting in waiting {
            caught(|| (waiting.go)(Err(closed())));
        }
    }

    /// What is not needed any more has to go first. If a checkpoint would bring little, it waits for
    /// batches that are stored meanwhile, and looks after a while.
    fn journal_is_full(self: &Arc<Self>) {
        let (unstored, quarantined) = self.left();
        let dirty = (unstored - quarantined) as u64;
        if self.journal().is_some_and(|journal| journal.log.is_checkpoint_worthwhile(dirty)) {
            self.checkpoint_soon();
        }
        let shared = Arc::downgrade(self);
        let again = Box::new(move || {
            if let Some(shared) = shared.upgrade() {
                shared.see_to_journal();
            }
        });
        self.parts.seams.clock.after(self.room_expected(), again);
    }

    /// The length of the frame of the first in the line. If there is none the job is over.
    fn first_in_journal_line(&self) -> Option<usize> {
        let mut state = self.journal_line.0.lock();
        let first = state.waiting.front().map(|first| first.length);
        state.has_job = first.is_some();
        first
    }
}

/// Makes room for the first in the line, again and again.
struct RoomJob<K: Key, V: Value>(Arc<Shared<K, V>>);

impl<K: Key, V: Value> RoomJob<K, V> {
    fn run(self) {
        let shared = Arc::clone(&self.0);
        let Some(journal) = shared.journal() else { return };
        // What is owed to the journal is what makes room in it. If it has failed, the line is told.
        let _ = journal.log.pay_all();
        while let Some(length) = shared.first_in_journal_line() {
            if shared.is_closed() {
                shared.close_journal_line();
                continue;
            }
            match journal.log.journal().make_room(length) {
                Err(error) if error.kind() == ErrorKind::Busy => {
                    drop(self);
                    return shared.journal_is_full();
                }
                room => {
                    let next = shared.journal_line.0.lock().waiting.pop_front();
                    if let Some(next) = next {
                        caught(|| (next.go)(room));
                    }
                }
            }
        }
    }
}

impl<K: Key, V: Value> Drop for RoomJob<K, V> {
    /// However it ends, the next reason to look gets a job.
    fn drop(&mut self) {
        self.0.journal_line.0.lock().has_job = false;
    }
}

impl fmt::Debug for RoomState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomState").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}
