//! The history: what was shown of late, for those who watch.

use std::fmt;
use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::{Done, Error, ErrorKind, Op, Result};

use super::ring::{Bounds, Ring};
use crate::commit::Grave;
use crate::revision::Revision;
use crate::tables::Tables;

/// How much is kept for those who watch.
const BOUNDS: Bounds = Bounds { transactions: 65_536, operations: 1 << 20 };

/// What was shown since somebody began to watch. It is locked for moments only, in which nothing is
/// copied but counts, so no watch slows a writer.
pub(crate) struct History<T: Tables> {
    watchers: AtomicUsize,
    past: Mutex<Past<T::Changes>>,
}

struct Past<C> {
    ring: Ring<C>,
    /// Who is told when there is more.
    waiting: Vec<Done<()>>,
    /// Why there will be no more.
    end: Option<Error>,
}

impl<T: Tables> History<T> {
    /// One more watches, from `revision` on, which is the one that is shown. Only who has the turn
    /// may say so.
    pub(super) fn enter(&self, revision: Revision) {
        let mut past = self.past.lock();
        if past.ring.last() != revision {
            past.ring.restart(revision, drop);
        }
        self.watchers.fetch_add(1, Ordering::Relaxed);
    }

    /// One less watches.
    pub(super) fn leave(&self) {
        self.watchers.fetch_sub(1, Ordering::Relaxed);
    }

    /// The changes of the revision after `seen`, if it is shown.
    pub(super) fn after(&self, seen: Revision) -> Result<Option<Arc<T::Changes>>> {
        let past = self.past.lock();
        match (past.ring.after(seen)?, &past.end) {
            (Some(changes), _) => Ok(Some(Arc::clone(changes))),
            (None, None) => Ok(None),
            (None, Some(end)) => Err(end.clone()),
        }
    }

    /// Answers when the revision after `seen` is shown, or never will be.
    pub(super) fn when_after(&self, seen: Revision) -> Op<()> {
        let mut past = self.past.lock();
        if past.end.is_some() || past.ring.after(seen).map_or(true, |changes| changes.is_some()) {
            return Op::ready(());
        }
        past.waiting.retain(|done| !done.is_abandoned());
        let (done, op) = Op::pending();
        past.waiting.push(done);
        op
    }
}

impl<T: Tables> fmt::Debug for History<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("watchers", &self.watchers).finish_non_exhaustive()
    }
}

/// The writer's end of the history. When it is gone there is nothing to watch any more.
pub(crate) struct Recorder<T: Tables> {
    history: Arc<History<T>>,
    /// Something may be in the ring.
    is_filled: bool,
}

impl<T: Tables> Recorder<T> {
    pub(crate) fn new() -> Self {
        let past = Past { ring: Ring::new(BOUNDS), waiting: Vec::new(), end: None };
        let history = History { watchers: AtomicUsize::new(0), past: Mutex::new(past) };
        Self { history: Arc::new(history), is_filled: false }
    }

    pub(crate) fn history(&self) -> &Arc<History<T>> {
        &self.history
    }

    /// Notes what was shown as the revisions after `before`. Without watchers that costs a glance.
    pub(crate) fn note(&mut self, before: Revision, shown: &[Arc<T::Changes>], grave: &mut Grave) {
        let is_watched = self.history.watchers.load(Ordering::Relaxed) > 0;
        if !is_watched && !self.is_filled {
            return;
        }
        let mut past = self.history.past.lock();
        self.is_filled = is_watched;
        if !is_watched {
            past.ring.restart(before, |changes| grave.bury(changes));
            return;
        }
        if past.ring.last() != before {
            past.ring.restart(before, |changes| grave.bury(changes));
        }
        for changes in shown {
            let operations = T::operations(changes);
            past.ring.push(Arc::clone(changes), operations, |changes| grave.bury(changes));
        }
        past.waiting.drain(..).for_each(|done| grave.answer(done));
    }

    /// Says why nothing comes any more.
    pub(crate) fn end(&self, why: Error, grave: &mut Grave) {
        let mut past = self.history.past.lock();
        past.end.get_or_insert(why);
        past.waiting.drain(..).for_each(|done| grave.answer(done));
    }

    /// Says that the state is closed.
    pub(crate) fn close(&self, grave: &mut Grave) {
        self.end(Error::new(ErrorKind::Closed, "the state that was watched is closed"), grave);
    }
}

impl<T: Tables> Drop for Recorder<T> {
    fn drop(&mut self) {
        self.close(&mut Grave::default());
    }
}
