//! Loads that nobody waits for.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Weak};

use forebay_store::sync::Mutex;

use crate::inner::Inner;
use crate::lanes::trampoline;

/// An object that can be loaded before anybody waits for it.
pub(crate) trait Ahead: Send + Sync {
    /// Loads it, if there is room now. The turn is given back when that has ended.
    fn load_ahead(self: Arc<Self>, turn: Turn);
}

/// Those that are asked for ahead. They never stand in the line for room, where they would hold up
/// those who wait.
#[derive(Default)]
pub(crate) struct Aheads(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    objects: VecDeque<Weak<dyn Ahead>>,
    under_way: usize,
    forgotten: u64,
}

impl Aheads {
    const MAX: usize = 1024;

    pub(crate) fn ask(&self, pool: &Arc<Inner>, object: Weak<dyn Ahead>) {
        let oldest = {
            let mut waiting = self.0.lock();
            waiting.objects.push_back(object);
            let is_over = waiting.objects.len() > Self::MAX;
            waiting.forgotten += u64::from(is_over);
            if is_over { waiting.objects.pop_front() } else { None }
        };
        drop(oldest);
        self.go_on(pool);
    }

    /// How many were asked for and not tried.
    pub(crate) fn forgotten(&self) -> u64 {
        self.0.lock().forgotten
    }

    /// Sends for the next, if there is a turn for it.
    fn go_on(&self, pool: &Arc<Inner>) {
        let is_next = {
            let mut waiting = self.0.lock();
            let is_next = !waiting.objects.is_empty() && waiting.under_way < pool.settings.reads;
            waiting.under_way += usize::from(is_next);
            is_next
        };
        if is_next {
            let spawn = Arc::clone(&pool.seams.spawn);
            let coming = Coming(Some(Turn(Arc::downgrade(pool))));
            trampoline::run(move || spawn.run(Box::new(move || coming.take())));
        }
    }

    /// Gives one up.
    fn forget(&self) {
        let forgotten = {
            let mut waiting = self.0.lock();
            let forgotten = waiting.objects.pop_front();
            waiting.forgotten += u64::from(forgotten.is_some());
            forgotten
        };
        drop(forgotten);
    }

    fn next(&self) -> Option<Arc<dyn Ahead>> {
        loop {
            let next = self.0.lock().objects.pop_front()?;
            if let Some(object) = next.upgrade() {
                return Some(object);
            }
        }
    }
}

/// A turn on its way. Thrown away before it is taken it takes an object along: were that left to the next
/// turn, a spawn that runs nothing would be asked for ever.
struct Coming(Option<Turn>);

impl Coming {
    fn take(mut self) {
        if let Some(turn) = self.0.take() {
            turn.take();
        }
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        let Some(turn) = self.0.take() else { return };
        if let Some(pool) = turn.0.upgrade() {
            pool.ahead.forget();
        }
        drop(turn);
    }
}

/// The right to load something ahead. When it is dropped it is the next one's turn.
pub(crate) struct Turn(Weak<Inner>);

impl Turn {
    fn take(self) {
        let object = self.0.upgrade().and_then(|pool| pool.ahead.next());
        if let Some(object) = object {
            object.load_ahead(self);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(pool) = self.0.upgrade() {
            pool.ahead.0.lock().under_way -= 1;
            pool.ahead.go_on(&pool);
        }
    }
}

impl fmt::Debug for Aheads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aheads").field("waiting", &self.0.lock().objects.len()).finish()
    }
}
