//! The desk: what a writer works with while it has the turn.
//!
//! Two roots take turns. The *front* is what readers get; the *back* is changed in place, becomes
//! the front, and what was the front becomes the back, behind by the last change (its *lag*), which
//! it catches up with before the next. So writers change in place although readers read. A back
//! that a reader still holds is left to it: the next back is a clone, and what is changed in it is
//! copied.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use forebay_journal::Position;
use forebay_store::{Error, Result};

use super::front::Front;
use super::grave::Grave;
use super::root::Root;
use super::unshown::{Accepted, Unshown, caught};
use crate::record::Pen;
use crate::tables::{Apply, Tables};

/// A lag of more than one in so many entries is not applied a second time: sharing costs less.
const LAG_PART: usize = 8;

/// A lag of so few operations is applied however few entries there are.
const LAG_FREE: usize = 64;

/// How many roots that readers held are looked at in one showing.
const LOOKED_AT: usize = 8;

pub(crate) struct Desk<T: Tables> {
    pub(crate) front: Arc<Root<T>>,
    pub(crate) unshown: Unshown<T>,
    pub(crate) pen: Pen,
    /// Why nothing is taken any more.
    pub(crate) failure: Option<Error>,
    back: Arc<Root<T>>,
    /// Shown in the front, not yet in the back.
    lag: Option<Arc<T::Changes>>,
    /// Former backs that readers held when they were needed.
    retired: VecDeque<Arc<Root<T>>>,
}

impl<T: Tables> Desk<T> {
    pub(crate) fn new(root: Arc<Root<T>>, pen: Pen) -> Self {
        let back = Arc::new(Root::clone(&root));
        let retired = VecDeque::new();
        let unshown = Unshown::new(root.revision, root.number);
        Self { front: root, unshown, pen, failure: None, back, lag: None, retired }
    }

    /// Applies `changes` and shows them; `number` is their last record in the journal.
    ///
    /// If code of the user panics in there, twice, nothing is changed and the panic goes on.
    pub(crate) fn show(
        &mut self,
        front: &Front<T>,
        (changes, number): (T::Changes, u64),
        grave: &mut Grave,
    ) {
        let changes = (Arc::new(changes), number);
        if self.lag.as_ref().is_some_and(|lag| self.is_long(lag)) {
            self.share(grave);
        }
        if catch_unwind(AssertUnwindSafe(|| self.prepare(&changes, grave))).is_err() {
            // The back is half changed and must not be used. The front was not touched; a clone of
            // it lacks these changes only.
            self.share(grave);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.prepare(&changes, grave))) {
                self.share(grave);
                resume_unwind(panic);
            }
        }
        // The desk has a count of each of both, so what comes back is the second count of one.
        drop(front.swap(Arc::clone(&self.back)));
        std::mem::swap(&mut self.front, &mut self.back);
        self.lag = Some(changes.0);
        self.bury_retired(grave);
    }

    /// Shows every transaction that is at its rung, as far as all before it are.
    pub(crate) fn show_ready(&mut self, front: &Front<T>, position: Position, grave: &mut Grave) {
        while self.failure.is_none() {
            let shown = match self.unshown.pop(position) {
                Ok(None) => return,
                Ok(Some(next)) => self.show_caught(front, next, grave),
                Err(panicked) => Err(panicked),
            };
            if let Err(panicked) = shown {
                self.fail(panicked, grave);
            }
        }
    }

    /// Shows what is in the journal, so that a panic of the user's code must not undo it.
    pub(crate) fn show_caught(
        &mut self,
        front: &Front<T>,
        next: Accepted<T>,
        grave: &mut Grave,
    ) -> Result<()> {
        debug_assert_eq!(next.revision, self.front.revision.next(), "in the order of acceptance");
        caught(|| self.show(front, (next.changes, next.number), grave))
    }

    /// Takes nothing any more, and forgets what is not shown: the front is what was acknowledged.
    pub(crate) fn fail(&mut self, cause: Error, grave: &mut Grave) {
        self.failure.get_or_insert(cause);
        self.unshown.drop_all(grave);
    }

    /// Brings the back to the state after `changes`.
    fn prepare(&mut self, (changes, number): &(Arc<T::Changes>, u64), grave: &mut Grave) {
        if Arc::get_mut(&mut self.back).is_none() {
            let clone = Arc::new(Root::clone(&self.back));
            self.retired.push_back(std::mem::replace(&mut self.back, clone));
        }
        let revision = self.front.revision.next();
        let back = Arc::get_mut(&mut self.back).expect("a new root is nobody else's");
        if let Some(lag) = self.lag.take() {
            let root = Apply { tables: &mut back.tables, indexes: &mut back.indexes };
            T::apply(root, &lag, grave);
            grave.bury(lag);
        }
        let root = Apply { tables: &mut back.tables, indexes: &mut back.indexes };
        T::apply(root, changes, grave);
        back.revision = revision;
        back.number = *number;
    }

    /// Whether it costs less to share the front's trees again than to apply `lag` to the back.
    fn is_long(&self, lag: &T::Changes) -> bool {
        let weight = T::weight(lag);
        weight > LAG_FREE && weight > self.front.tables.entries() / LAG_PART
    }

    /// Makes the back a clone of the front.
    fn share(&mut self, grave: &mut Grave) {
        let clone = Arc::new(Root::clone(&self.front));
        let broken_or_late = std::mem::replace(&mut self.back, clone);
        grave.bury(broken_or_late);
        if let Some(lag) = self.lag.take() {
            grave.bury(lag);
        }
    }

    /// Lets go of roots that no reader holds any more. Readers free no trees but those of a view
    /// that outlives the state.
    fn bury_retired(&mut self, grave: &mut Grave) {
        for _ in 0..self.retired.len().min(LOOKED_AT) {
            match self.retired.pop_front() {
                Some(root) if Arc::strong_count(&root) == 1 => grave.bury(root),
                Some(root) => self.retired.push_back(root),
                None => return,
            }
        }
    }
}
