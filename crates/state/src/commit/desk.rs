//! The desk: what a writer works with while it has the turn.
//!
//! Two roots take turns. The *front* is what readers get; the *back* is changed in place, becomes
//! the front, and what was the front becomes the back, behind by the last change (its *lag*), which
//! it catches up with before the next. So writers change in place although readers read. A back
//! that a reader still holds is left to it: the next back is a clone, and what is changed in it is
//! copied.
//!
//! While a sync is under way the back may go *ahead*: it catches up with the front, and has what the sync
//! makes safe applied, so that this is shown in a moment. The revision of the back says how far it is.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use forebay_journal::Position;
use forebay_store::seam::Spawn;
use forebay_store::{Error, Result};

use super::failure::Failure;
use super::front::{Dropped, Front};
use super::grave::{Elsewhere, Grave};
use super::root::Root;
use super::unshown::{Unshown, caught};
use crate::quarantine::{Leaving, Quarantine};
use crate::record::Pen;
use crate::tables::{Apply, Base, Tables};
use crate::watch::Recorder;

/// A lag of more than one in so many entries is not applied a second time: sharing costs less.
const LAG_PART: usize = 8;

/// A lag of so few operations is applied however few entries there are.
const LAG_FREE: usize = 64;

/// How many roots that readers held are looked at in one showing.
const LOOKED_AT: usize = 8;

/// What was changed by so many operations is freed at once; of more a job frees it, so that no
/// transaction is held up by what others have left (see [`Grave`] for when there are no threads).
const FREED_AT_ONCE: usize = 256;

/// To apply so many operations takes no longer than a sync: those who have waited for one may wait for it.
const SHOWN_AT_ONCE: usize = 512;

/// To apply so many operations takes about as long as a device takes what is written of them.
const AHEAD: usize = 4096;

pub(crate) struct Desk<T: Tables> {
    pub(crate) front: Arc<Root<T>>,
    pub(crate) unshown: Unshown<T>,
    pub(crate) pen: Pen,
    /// Why nothing is taken any more.
    pub(crate) failure: Failure,
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
    /// What leaves the quarantine with it.
    leaving: Vec<Leaving>,
    /// Shown in the front, not yet in the back.
    lag: Vec<Arc<T::Changes>>,
    /// Former backs that readers held when they were needed.
    retired: VecDeque<Retired<T>>,
    /// How many operations were shown, about.
    operations: u64,
    elsewhere: Elsewhere,
    dropped: Dropped<T>,
}

/// A former back that a reader held.
struct Retired<T: Tables> {
    root: Arc<Root<T>>,
    /// How many operations were shown before it.
    operations: u64,
}

impl<T: Tables> Desk<T> {
    pub(crate) fn new(root: Arc<Root<T>>, pen: Pen, spawn: Arc<dyn Spawn>) -> Self {
        let back = Arc::new(Root::clone(&root));
        let retired = VecDeque::new();
        let unshown = Unshown::new(root.revision, root.number);
        Self {
            front: root,
            unshown,
            pen,
            failure: Failure::default(),
            is_closed: false,
            is_blocked: false,
            awaits_snapshot: false,
            recorder: Recorder::new(),
            back,
            batch: Vec::new(),
            leaving: Vec::new(),
            lag: Vec::new(),
            retired,
            operations: 0,
            elsewhere: Elsewhere::new(spawn),
            dropped: Dropped::default(),
        }
    }

    /// Has these changes shown with the next batch.
    pub(crate) fn add(&mut self, changes: T::Changes, leaving: Vec<Leaving>) {
        self.batch.push(Arc::new(changes));
        self.leaving.extend(leaving);
    }

    /// The quarantine as the next transaction finds it.
    pub(crate) fn quarantine(&self) -> Quarantine {
        let mut quarantine = self.front.quarantine.clone();
        self.unshown.leaving().for_each(|leaving| quarantine.leave(leaving));
        quarantine
    }

    /// Applies the batch and shows it; `number` is its last record in the journal.
    ///
    /// If code of the user panics in there, twice, nothing is changed and the panic goes on.
    pub(crate) fn show(&mut self, front: &Front<T>, number: u64, grave: &mut Grave) {
        if self.is_late(grave) {
            self.share(grave);
        }
        if catch_unwind(AssertUnwindSafe(|| self.prepare(number, grave))).is_err() {
            // The back is half changed and must not be used. The front was not touched; a clone of
            // it lacks these changes only.
            self.make_anew(grave);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.prepare(number, grave))) {
                self.make_anew(grave);
                bury_all(&mut self.batch, grave);
                self.leaving.clear();
                resume_unwind(panic);
            }
        }
        let before = self.front.revision;
        front.show(Arc::clone(&self.back), &mut self.dropped);
        std::mem::swap(&mut self.front, &mut self.back);
        std::mem::swap(&mut self.lag, &mut self.batch);
        self.leaving.clear();
        self.recorder.note(before, &self.lag, grave);
        self.bury_retired(grave);
    }

    /// Shows every transaction that is at its rung, as far as all before it are.
    pub(crate) fn show_ready(&mut self, front: &Front<T>, position: Position, grave: &mut Grave) {
        if self.failure.get().is_some() {
            return;
        }
        let shown = caught(|| {
            let mut number = 0;
            while let Some(next) = self.unshown.pop(position) {
                number = next.number;
                self.add(next.changes, next.leaving);
            }
            if !self.batch.is_empty() {
                self.show(front, number, grave);
            }
        });
        if let Err(panicked) = shown {
            self.fail(panicked, grave);
        }
    }

    /// Whether it takes but a moment to show what is ready, with what the back has still to catch up with.
    pub(crate) fn has_little_ready(&self, position: Position) -> bool {
        let lag = self.lag.iter().map(|lag| &**lag);
        let ready = self.unshown.ready(position).skip(self.ahead());
        let mut left = SHOWN_AT_ONCE;
        lag.chain(ready).all(|changes| has_room::<T>(&mut left, changes))
    }

    /// Applies to the back what a sync makes safe, up to the record `last`, before it has: so it is shown in a moment
    /// when that is done. If the sync fails it is not shown, and the back is made anew. Whoever waits for the sync
    /// waits for this, too, so it is not much.
    pub(crate) fn work_ahead(&mut self, (position, last): (Position, u64), grave: &mut Grave) {
        // What is ready already would find the back too far ahead. Nothing is shown here: there may be much of it, and
        // those who watch would hear of it only after the sync.
        if self.failure.get().is_some() || self.unshown.ready(position).next().is_some() {
            return;
        }
        if caught(|| self.apply_ahead(last, grave)).is_err() {
            // It is half changed.
            self.make_anew(grave);
        }
    }

    fn apply_ahead(&mut self, last: u64, grave: &mut Grave) {
        let mut left = AHEAD;
        if !self.lag.iter().all(|lag| has_room::<T>(&mut left, lag)) {
            return;
        }
        if self.is_late(grave) {
            self.share(grave);
        }
        self.catch_up(grave);
        let mut synced = Position::default();
        (synced.written, synced.synced) = (last, last);
        let ahead = self.ahead();
        let back =
            Arc::get_mut(&mut self.back).expect("the back was made so that it is nobody else's");
        for changes in self.unshown.ready(synced).skip(ahead) {
            if !has_room::<T>(&mut left, changes) {
                return;
            }
            let root = Apply { tables: &mut back.tables, indexes: &mut back.indexes };
            T::apply(root, changes, grave);
            back.revision = back.revision.next();
        }
    }

    /// How many transactions the back has that are not shown.
    pub(super) fn ahead(&self) -> usize {
        let ahead = self.back.revision.0.saturating_sub(self.front.revision.0);
        usize::try_from(ahead).unwrap_or(usize::MAX)
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
        let cause = self.failure.tell(cause).clone();
        self.unshown.drop_all(grave);
        if self.ahead() > 0 {
            // What was applied ahead is never shown, and freed now.
            grave.leave_to(&self.elsewhere);
            self.share(grave);
        }
        self.recorder.end(cause, grave);
    }

    /// Brings the back to the state after the batch.
    fn prepare(&mut self, number: u64, grave: &mut Grave) {
        if self.ahead() > self.batch.len() {
            // The back has what is not yet at its rung.
            self.make_anew(grave);
        }
        self.catch_up(grave);
        let back =
            Arc::get_mut(&mut self.back).expect("the back was made so that it is nobody else's");
        let mut revision = self.front.revision;
        for changes in &self.batch {
            revision = revision.next();
            if revision > back.revision {
                let root = Apply { tables: &mut back.tables, indexes: &mut back.indexes };
                T::apply(root, changes, grave);
            }
        }
        // It only ever shrinks, so if the back has none nobody has.
        if !back.quarantine.is_empty() {
            back.quarantine = self.front.quarantine.clone();
            self.leaving.iter().for_each(|leaving| back.quarantine.leave(leaving));
        }
        (back.revision, back.number) = (revision, number);
    }

    /// Brings the back to the state that is shown, unless it is there already or ahead. Nobody else has it then.
    fn catch_up(&mut self, grave: &mut Grave) {
        if Arc::get_mut(&mut self.back).is_none() {
            let clone = Arc::new(Root::clone(&self.back));
            let root = std::mem::replace(&mut self.back, clone);
            self.retired.push_back(Retired { root, operations: self.operations });
        }
        let back = Arc::get_mut(&mut self.back).expect("a new root is nobody else's");
        back.revision = back.revision.max(self.front.revision);
        let mut left: usize = 0;
        let is_one = self.lag.len() == 1;
        for mut lag in self.lag.drain(..) {
            let root = Apply { tables: &mut back.tables, indexes: &mut back.indexes };
            let newer = is_one.then(|| Base::new(&self.front));
            match Arc::get_mut(&mut lag) {
                Some(lag) => T::apply_last(root, lag, newer, grave),
                // Somebody watches.
                None => T::apply(root, &lag, grave),
            }
            left = left.saturating_add(T::weight(&lag)).saturating_add(T::emissions(&lag));
            grave.bury(lag);
        }
        if left.saturating_add(grave.len()) > FREED_AT_ONCE {
            grave.leave_to(&self.elsewhere);
        }
    }

    /// Whether it costs less to share the front's trees again than to apply the lag to the back.
    fn is_late(&mut self, grave: &mut Grave) -> bool {
        let weights = self.lag.iter().map(|lag| T::weight(lag));
        let weight = weights.fold(0, usize::saturating_add);
        // To clear a table counts as more than any number; it must not hide what comes after it.
        self.operations = self.operations.saturating_add((weight as u64).min(1 << 32));
        let is_late = weight > LAG_FREE && weight > self.front.tables.entries() / LAG_PART;
        if is_late && weight > FREED_AT_ONCE {
            grave.leave_to(&self.elsewhere);
        }
        is_late
    }

    /// Makes the back a clone of the front, because it is not what it should be.
    fn make_anew(&mut self, grave: &mut Grave) {
        let entries = self.front.tables.entries().max(self.back.tables.entries());
        if entries > FREED_AT_ONCE {
            grave.leave_to(&self.elsewhere);
        }
        self.share(grave);
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
                Some(Retired { root, operations }) if Arc::strong_count(&root) == 1 => {
                    if self.operations.saturating_sub(operations) > FREED_AT_ONCE as u64 {
                        grave.leave_to(&self.elsewhere);
                    }
                    grave.bury(root);
                }
                Some(held) => self.retired.push_back(held),
                None => return,
            }
        }
    }
}

/// Whether there is room for these changes, and for what they do to indexes; takes it off.
fn has_room<T: Tables>(left: &mut usize, changes: &T::Changes) -> bool {
    let operations = T::weight(changes).saturating_add(T::emissions(changes));
    let rest = left.checked_sub(operations.max(1));
    *left = rest.unwrap_or(0);
    rest.is_some()
}

fn bury_all<C: Send + Sync + 'static>(all: &mut Vec<Arc<C>>, grave: &mut Grave) {
    for gone in all.drain(..) {
        grave.bury(gone);
    }
}
