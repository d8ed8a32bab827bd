//! Tells those who listen what happens: in its order, under no lock, and holding up nobody.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{Key, Seams, Value};

use super::traced;
use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;
use crate::event::Event;

/// Hears what a cache tells.
pub(crate) type Listener = Box<dyn Fn(&Event) + Send + Sync>;

/// The listeners of a cache, and what they have not heard yet.
pub(crate) struct Teller {
    listeners: Arc<[Listener]>,
    desk: Arc<Mutex<Desk>>,
    /// That the journal has failed is noted.
    has_journal_failed: AtomicBool,
}

#[derive(Default)]
struct Desk {
    untold: VecDeque<Event>,
    is_telling: bool,
}

impl Teller {
    /// So many events wait for listeners that are slow. Beyond that the oldest of those are not told of which there
    /// is one for each write: what is told once is not lost among them.
    const UNTOLD_MAX: usize = 1024;

    pub(in crate::engine) fn new(listeners: Vec<Listener>) -> Self {
        let has_journal_failed = AtomicBool::new(false);
        Self { listeners: listeners.into(), desk: Arc::default(), has_journal_failed }
    }

    /// Notes an event, to be told by the next [`Self::tell`]. Call it under the lock under which it happened, so
    /// that events are told in their order.
    pub(in crate::engine) fn note(&self, event: Event) {
        if self.listeners.is_empty() && !traced::IS_ON {
            return;
        }
        let mut desk = self.desk.lock();
        if desk.untold.len() >= Self::UNTOLD_MAX {
            let oldest = |is_less: fn(&Event) -> bool| desk.untold.iter().position(is_less);
            let least = oldest(|event| matches!(event, Event::Quarantined { .. }))
                .or_else(|| oldest(|event| *event != Event::JournalFailed));
            desk.untold.remove(least.unwrap_or_default());
        }
        desk.untold.push_back(event);
    }

    /// Has what was noted told by a job of its own. Call it without any lock.
    pub(in crate::engine) fn tell(&self, seams: &Seams) {
        {
            let mut desk = self.desk.lock();
            if desk.untold.is_empty() || std::mem::replace(&mut desk.is_telling, true) {
                return;
            }
        }
        let (listeners, desk) = (Arc::clone(&self.listeners), Arc::clone(&self.desk));
        let telling = Telling { listeners, desk, has_ended: false };
        seams.spawn.run(Box::new(move || telling.tell_all()));
    }
}

/// Whoever tells. If the job is dropped instead of being run, the next event has another one.
struct Telling {
    listeners: Arc<[Listener]>,
    desk: Arc<Mutex<Desk>>,
    has_ended: bool,
}

impl Telling {
    fn tell_all(mut self) {
        loop {
            let event = {
                let mut desk = self.desk.lock();
                let event = desk.untold.pop_front();
                desk.is_telling = event.is_some();
                event
            };
            self.has_ended = event.is_none();
            let Some(event) = event else { return };
            traced::tell(&event);
            for listener in self.listeners.iter() {
                caught(|| listener(&event));
            }
        }
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        if !self.has_ended {
            self.desk.lock().is_telling = false;
        }
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Notes what went into quarantine, under the lock of the shard: how often the store was given each write, and
    /// what it said.
    pub(in crate::engine) fn note_quarantined(&self, refused: &[(u32, String)]) {
        for (attempts, cause) in refused {
            self.teller.note(Event::Quarantined { attempts: *attempts, cause: cause.clone() });
        }
    }

    /// Tells that the journal takes nothing any more, if that is so and was not told.
    pub(in crate::engine) fn tell_if_journal_failed(self: &Arc<Self>) {
        let told = &self.teller.has_journal_failed;
        if self.has_failed_journal() && !told.swap(true, Ordering::SeqCst) {
            self.teller.note(Event::JournalFailed);
            // It has something to tell now, if only this.
            self.see_mode();
            self.turn_away_without_journal();
        }
    }

    /// Tells who listens, if anything is to be told. Call it without any lock.
    pub(in crate::engine) fn tell(&self, is_any: bool) {
        if is_any {
            self.teller.tell(&self.parts.seams);
        }
    }
}

impl fmt::Debug for Teller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Teller").field("listeners", &self.listeners.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_once_is_not_lost_among_many_refused_writes() {
        let teller = Teller::new(vec![Box::new(|_| {})]);
        let refused = |attempts| Event::Quarantined { attempts, cause: String::new() };
        teller.note(refused(1));
        teller.note(Event::JournalFailed);
        for attempts in 2..3000 {
            teller.note(refused(attempts));
        }
        let untold = &teller.desk.lock().untold;
        assert_eq!(untold.len(), Teller::UNTOLD_MAX);
        assert_eq!(untold.front(), Some(&Event::JournalFailed));
        assert_eq!(untold.back(), Some(&refused(2999)));
    }
}
