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
use super::unshown::{Unshown, caught};
use crate::record::Pen;
use crate::tables::{Apply, Tables};
use crate::watch::Recorder;

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
    pub(crate) is_closed: bool,
    /// A transaction is under way that waits for room in the journal, without the turn: nobody else
    /// may come between.
    pub(crate) is_blocked: bool,
    /// It has nothing in the journal and waits for a snapshot, which may come between.
    pub(crate) awaits_snapshot: bool,
    /// Keeps what is shown for those who watch.
    pub(crate) recorder: Recorder<T>,
    back: Arc<Root<T>>,
    /// To be shown next, in order.
    batch: Vec<Arc<T::Changes>>,
    /// Shown in the front, not yet in the back.
    lag: Vec<Arc<T::Changes>>,
    /// Former backs that readers held when they were needed.
    retired: VecDeque<Arc<Root<T>>>,
}

impl<T: Tables> Desk<T> {
    pub(crate) fn new(root: Arc<Root<T>>, pen: Pen) -> Self {
        let back = Arc::new(Root::clone(&root));
        let retired = VecDeque::new();
        let unshown = Unshown::new(root.revision, root.number);
        Self {
            front: root,
            unshown,
            pen,
            failure: None,
            is_closed: false,
            is_blocked: false,
            awaits_snapshot: false,
            recorder: Recorder::new(),
            back,
            batch: Vec::new(),
            lag: Vec::new(),
            retired,
        }
    }

    /// Has these changes shown with the next batch.
    pub(crate) fn add(&mut self, changes: T::Changes) {
        self.batch.push(Arc::new(changes));
    }

    /// Applies the batch and shows it; `number` is its last record in the journal.
    ///
    /// If code of the user panics in there, twice, nothing is changed and the panic goes on.
    pub(crate) fn show(&mut self, front: &Front<T>, number: u64, grave: &mut Grave) {
        if self.is_late() {
            self.share(grave);
        }
        if catch_unwind(AssertUnwindSafe(|| self.prepare(number, grave))).is_err() {
            // The back is half changed and must not be used. The front was not touched; a clone of
            // it lacks these changes only.
            self.share(grave);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.prepare(number, grave))) {
                self.share(grave);
                bury_all(&mut self.batch, grave);
                resume_unwind(panic);
            }
        }
        // The desk has a count of each of both, so what comes back is the second count of one.
        let before = self.front.revision;
        drop(front.swap(Arc::clone(&self.back)));
        std::mem::swap(&mut self.front, &mut self.back);
        std::mem::swap(&mut self.lag, &mut self.batch);
        self.recorder.note(before, &self.lag, grave);
        self.bury_retired(grave);
    }

    /// Shows every transaction that is at its rung, as far as all before it are.
    pub(crate) fn show_ready(&mut self, front: &Front<T>, position: Position, grave: &mut Grave) {
        if self.failure.is_some() {
            return;
        }
        let mut number = 0;
        while let Some(next) = self.unshown.pop(position) {
            number = next.number;
            self.add(next.changes);
        }
        if let Err(panicked) = self.show_caught(front, number, grave) {
            self.fail(panicked, grave);
        }
    }

    /// Shows what is in the journal, so that a panic of the user's code must not undo it.
    pub(crate) fn show_caught(
        &mut self,
        front: &Front<T>,
        number: u64,
        grave: &mut Grave,
    ) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        caught(|| self.show(front, number, grave))
    }

    /// Takes nothing any more, and forgets what is not shown: the front is what was acknowledged.
    pub(crate) fn fail(&mut self, cause: Error, grave: &mut Grave) {
        let cause = self.failure.get_or_insert(cause).clone();
        self.unshown.drop_all(grave);
        self.recorder.end(cause);
    }

    /// Brings the back to the state after the batch.
    fn prepare(&mut self, number: u64, grave: &mut Grave) {
        if Arc::get_mut(&mut self.back).is_none() {
            let clone = Arc::new(Root::clone(&self.back));
            self.retired.push_back(std::mem::replace(&mut self.back, clone));
        }
        let back = Arc::get_mut(&mut self.back).expect("a new root is nobody else's");
        for lag in self.lag.drain(..) {
            let root = Apply { tables: &mut back.tables, indexes: &mut back.indexes };
            T::apply(root, &lag, grave);
            grave.bury(lag);
        }
        let mut revision = self.front.revision;
        for changes in &self.batch {
            let root = Apply { tables: &mut back.tables, indexes: &mut back.indexes };
            T::apply(root, changes, grave);
            revision = revision.next();
        }
        (back.revision, back.number) = (revision, number);
    }

    /// Whether it costs less to share the front's trees again than to apply the lag to the back.
    fn is_late(&self) -> bool {
        let weights = self.lag.iter().map(|lag| T::weight(lag));
        let weight = weights.fold(0, usize::saturating_add);
        weight > LAG_FREE && weight > self.front.tables.entries() / LAG_PART
    }

    /// Makes the back a clone of the front.
    fn share(&mut self, grave: &mut Grave) {
        let clone = Arc::new(Root::clone(&self.front));
        let broken_or_late = std::mem::replace(&mut self.back, clone);
        grave.bury(broken_or_late);
        bury_all(&mut self.lag, grave);
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

fn bury_all<C: Send + Sync + 'static>(all: &mut Vec<Arc<C>>, grave: &mut Grave) {
    for gone in all.drain(..) {
        grave.bury(gone);
    }
}
