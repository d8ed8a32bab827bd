//! Waiting for room in the journal.
//!
//! A write that the journal has no room for stands in a line, or is refused and leaves a wish. One job
//! at a time sees to the line, to the wishes, and to what is owed to the journal; when the journal is
//! full it has a checkpoint begun, or what is in its way stored (`flusher/relief.rs`), and looks again after a while.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Error, ErrorKind, Key, Moment, Result, Value};

use crate::engine::pressure::{Asker, Sweep};
use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;
use crate::table::closed;

/// Writers who wait for room in the journal.
#[derive(Debug, Default)]
pub(crate) struct RoomLine(Mutex<RoomState>);

#[derive(Default)]
struct RoomState {
    waiting: VecDeque<Waiting>,
    sweep: Sweep,
    /// The longest frame of writes that would not wait, since there was last room for one.
    wish: usize,
    /// The longest frame of writes that let something else go, since there was last room for one.
    wish_instead: usize,
    has_job: bool,
    is_armed: bool,
    /// When there was last no room for one, if there was none since.
    full_at: Option<Moment>,
}

/// A writer in the line, the length of its frame, and until when it waits.
struct Waiting {
    length: usize,
    until: Moment,
    writer: Box<dyn Writer>,
}

/// A writer, whatever it is to be answered with.
trait Writer: Send {
    fn go(self: Box<Self>, room: Result<()>);
    fn is_gone(&self) -> bool;
}

struct Caller<T, F> {
    done: Done<T>,
    go: F,
}

impl<T, F: FnOnce(Done<T>) + Send> Writer for Caller<T, F>
where
    Done<T>: Send,
{
    fn go(self: Box<Self>, room: Result<()>) {
        let Self { done, go } = *self;
        match room {
            // The caller has gone: its write was never accepted.
            Ok(()) if done.is_abandoned() => {}
            Ok(()) => go(done),
            Err(error) => done.complete(Err(error)),
        }
    }

    fn is_gone(&self) -> bool {
        self.done.is_abandoned()
    }
}

/// What the job is to do next.
enum Task {
    Pay,
    Room(usize),
    RoomInstead(usize),
}

impl RoomState {
    /// If there is none the job is over.
    fn next(&mut self, is_owing: bool) -> Option<Task> {
        let task = match self.waiting.front() {
            _ if is_owing => Some(Task::Pay),
            _ if self.wish_instead > 0 => Some(Task::RoomInstead(self.wish_instead)),
            Some(first) => Some(Task::Room(first.length)),
            None if self.wish > 0 => Some(Task::Room(self.wish)),
            None => None,
        };
        self.has_job = task.is_some();
        task
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Waits for room in the journal, or is refused, as the settings say.
    pub(in crate::engine) fn journal_room_or_busy<T: Send + 'static>(
        self: &Arc<Self>,
        length: usize,
        asker: Asker,
        done: Done<T>,
        go: impl FnOnce(Done<T>) + Send + 'static,
    ) {
        let max = self.parts.settings.waiting_writers_max;
        let now = self.parts.seams.clock.now();
        let until = self.patience(asker).filter(|until| *until > now);
        self.pass_over_gone(max, now);
        let refused = {
            let mut state = self.journal_line.0.lock();
            if let Some(until) = until
                && state.waiting.len() < max
            {
                let writer = Box::new(Caller { done, go });
                state.waiting.push_back(Waiting { length, until, writer });
                None
            } else {
                state.wish = state.wish.max(length);
                Some(done)
            }
        };
        self.see_to_journal();
        match refused {
            None => {
                self.counters.waits.add(1);
                // The job may be held up by the device.
                self.look_later();
            }
            Some(done) => {
                self.counters.busy.add(1);
                done.complete(Err(self.journal_busy(length)));
            }
        }
    }

    /// A writer that has gone keeps no other one out of a full line for long.
    fn pass_over_gone(&self, max: usize, now: Moment) {
        let gone = {
            let mut state = self.journal_line.0.lock();
            let length = state.waiting.len();
            if length < max || !state.sweep.is_due(now, length) {
                return;
            }
            let all = std::mem::take(&mut state.waiting);
            let (gone, left): (VecDeque<_>, _) =
                all.into_iter().partition(|waiting| waiting.writer.is_gone());
            state.waiting = left;
            gone
        };
        for waiting in gone {
            caught(|| drop(waiting));
        }
    }

    fn journal_busy(&self, length: usize) -> Error {
        let message = "the journal has no room for another write now";
        let full = || Error::busy(message, self.room_expected());
        self.held_up(length).unwrap_or_else(full)
    }

    /// Tells the writers that have waited for as long as they may.
    fn end_overdue(&self) {
        let overdue = {
            let now = self.parts.seams.clock.now();
            let mut state = self.journal_line.0.lock();
            if state.waiting.iter().all(|waiting| waiting.until > now) {
                return;
            }
            let all = std::mem::take(&mut state.waiting);
            let (overdue, left): (VecDeque<_>, _) =
                all.into_iter().partition(|waiting| waiting.until <= now);
            state.waiting = left;
            overdue
        };
        for Waiting { length, writer, .. } in overdue {
            self.counters.busy.add(1);
            caught(|| writer.go(Err(self.journal_busy(length))));
        }
    }

    /// Something that lets something else go found no room: there is to be some when it comes again.
    pub(in crate::engine) fn wish_room_instead(self: &Arc<Self>, length: usize) {
        {
            let mut state = self.journal_line.0.lock();
            state.wish_instead = state.wish_instead.max(length);
        }
        self.see_to_journal();
    }

    /// Pays what is owed to the journal and makes room in it, on another thread.
    pub(in crate::engine) fn see_to_journal(self: &Arc<Self>) {
        if std::mem::replace(&mut self.journal_line.0.lock().has_job, true) {
            return;
        }
        let job = RoomJob { shared: Arc::clone(self), has_ended: false };
        self.parts.seams.spawn.run(Box::new(move || job.run()));
    }

    /// Nobody waits for the journal any more.
    pub(in crate::engine) fn close_journal_line(&self) {
        self.end_journal_line(&closed(), 0);
    }

    /// Ends the waiting of those who wait for a frame of this length or a longer one.
    fn end_journal_line(&self, why: &Error, least: usize) {
        let ended = {
            let mut state = self.journal_line.0.lock();
            let waiting = std::mem::take(&mut state.waiting);
            let (ended, kept): (VecDeque<_>, _) =
                waiting.into_iter().partition(|waiting| waiting.length >= least);
            state.waiting = kept;
            ended
        };
        for waiting in ended {
            caught(|| waiting.writer.go(Err(why.clone())));
        }
    }

    /// Ends the waiting of those for whom nothing that happens here makes room any more, if that is so for
    /// a frame of this length. Says whether somebody stays.
    fn end_held_up(&self, length: usize) -> bool {
        let Some(mut why) = self.held_up(length) else { return false };
        let mut lengths: Vec<_> = {
            let state = self.journal_line.0.lock();
            state
                .waiting
                .iter()
                .map(|waiting| waiting.length)
                .filter(|each| *each < length)
                .collect()
        };
        lengths.sort_unstable();
        lengths.dedup();
        // Where there is no room for one there is none for a longer one.
        let mut least = length;
        while let Some(shorter) = lengths.pop()
            && let Some(error) = self.held_up(shorter)
        {
            (why, least) = (error, shorter);
        }
        self.end_journal_line(&why, least);
        !self.journal_line.0.lock().waiting.is_empty()
    }

    /// Somebody has found no room in the journal.
    pub(in crate::engine) fn note_full(&self) {
        let now = self.parts.seams.clock.now();
        self.journal_line.0.lock().full_at = Some(now);
    }

    /// Whether somebody waits in vain for room in it, or did just now.
    pub(in crate::engine) fn is_journal_full(&self) -> bool {
        let now = self.parts.seams.clock.now();
        let state = self.journal_line.0.lock();
        let is_fresh = |at: Moment| now.since(at) < self.room_expected() * 2;
        state.full_at.is_some_and(is_fresh)
    }

    /// Why there will be no room for so much in the journal, if that is so.
    fn held_up(&self, length: usize) -> Option<Error> {
        self.journal()?.log.channel().held_up(length)
    }

    /// What is not needed any more has to go first. If a checkpoint would bring little, or would let go of nothing because
    /// another tenant needs the oldest record, writers go on waiting for batches to be stored, which go at once.
    fn journal_is_full(self: &Arc<Self>, task: &Task) {
        if let Task::Room(length) = task
            && self.end_held_up(*length)
        {
            // A writer that stays may find room at once.
            self.see_to_journal();
        }
        self.note_full();
        self.see_mode();
        let Some(journal) = self.journal() else { return };
        // What is in the way goes beside a checkpoint, too, while writers wait.
        let may_begin = !journal.log.has_checkpoint() && journal.log.channel().is_oldest();
        if may_begin && journal.log.growth().is_worthwhile(&self.standing(journal), 1) {
            self.checkpoint_soon();
        } else {
            self.flush_now();
        }
        self.look_again();
    }

    /// Looks after a while whether there is room, as long as somebody waits for it.
    fn look_again(self: &Arc<Self>) {
        {
            let mut state = self.journal_line.0.lock();
            // A writer that would not wait wishes again when it comes again.
            (state.wish, state.wish_instead) = (0, 0);
        }
        self.look_later();
    }

    /// Looks at the line later, while a job sees to the wishes.
    fn look_later(self: &Arc<Self>) {
        let now = self.parts.seams.clock.now();
        let until = {
            let mut state = self.journal_line.0.lock();
            let is_unpaid = || self.journal().is_some_and(|journal| journal.log.has_unpaid());
            let is_awaited = !state.waiting.is_empty() || is_unpaid();
            if !is_awaited || std::mem::replace(&mut state.is_armed, true) {
                return;
            }
            // Whoever is overdue is being told.
            state.waiting.iter().map(|waiting| waiting.until).filter(|until| *until > now).min()
        };
        let shared = Arc::downgrade(self);
        let again = Box::new(move || {
            let Some(shared) = shared.upgrade() else { return };
            shared.journal_line.0.lock().is_armed = false;
            let told = Arc::clone(&shared);
            // Whoever is told may run foreign code, and the clock has one thread.
            shared.parts.seams.spawn.run(Box::new(move || told.end_overdue()));
            shared.see_to_journal();
            shared.look_later();
        });
        let left = until.map(|until| until.since(now));
        let delay = left.unwrap_or(Duration::MAX).min(self.room_expected());
        self.parts.seams.clock.after(delay, again);
    }

    fn next_in_journal_line(&self) -> Option<Task> {
        if self.is_closed() {
            self.close_journal_line();
        }
        let mut state = self.journal_line.0.lock();
        // Under this lock, so that whoever comes to wait for a payment now gets another job.
        let is_unpaid = self.journal().is_some_and(|journal| journal.log.has_unpaid());
        state.next(is_unpaid)
    }
}

/// Sees to the line, again and again until nothing is left to be done.
struct RoomJob<K: Key, V: Value> {
    shared: Arc<Shared<K, V>>,
    /// It found nothing to be done, so another one may be there already.
    has_ended: bool,
}

impl<K: Key, V: Value> RoomJob<K, V> {
    fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let Some(journal) = shared.journal() else { return };
        shared.end_overdue();
        // What is owed to the journal is what makes room in it. Those that wait for the payment are told
        // how it ended.
        let _ = journal.log.pay_all();
        while let Some(task) = shared.next_in_journal_line() {
            let room = match task {
                Task::Pay => {
                    let _ = journal.log.pay_all();
                    continue;
                }
                Task::Room(length) => journal.log.channel().make_room(length),
                Task::RoomInstead(length) => journal.log.channel().make_room_own(length),
            };
            if room.as_ref().is_err_and(|error| error.kind() == ErrorKind::Busy) {
                drop(self);
                return shared.journal_is_full(&task);
            }
            let next = {
                let mut state = shared.journal_line.0.lock();
                match task {
                    Task::RoomInstead(_) => {
                        state.wish_instead = 0;
                        None
                    }
                    Task::Room(_) | Task::Pay => {
                        state.wish = 0;
                        state.full_at = state.full_at.filter(|_| room.is_err());
                        state.waiting.pop_front()
                    }
                }
            };
            if let Some(next) = next {
                caught(|| next.writer.go(room));
            }
        }
        self.has_ended = true;
    }
}

impl<K: Key, V: Value> Drop for RoomJob<K, V> {
    /// However it ends, the next reason to look gets a job; if it never ran, a timer is the next reason.
    fn drop(&mut self) {
        if self.has_ended {
            return self.shared.look_later();
        }
        self.shared.journal_line.0.lock().has_job = false;
        self.shared.look_again();
    }
}

impl fmt::Debug for RoomState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomState").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}
