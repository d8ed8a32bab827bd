//! Those who want something of a value that is lent, and how long they wait for it.

use std::sync::Arc;

use forebay_store::{Done, Error, Moment};

use super::desk::Desk;
use super::effects::{Answer, Effects};
use super::lend::busy;
use super::object_slot::Slot;
use super::saver::Saver;
use crate::budget::is_foreign;
use crate::handle::{Content, Guard};
use crate::key::Key;
use crate::object::Object;

/// Somebody who wants something of a value that is lent.
pub(super) struct Reader<T: Object> {
    pub(super) want: Want<T>,
    /// It was asked by foreign code, which does not wait. Another thread may set the timer.
    is_hurried: bool,
    /// None until a timer is set for it.
    deadline: Option<Moment>,
}

pub(super) enum Want<T: Object> {
    Guard(Done<Guard<T>>),
    Saver(Saver),
    /// And the key that it gets if it has none by then.
    Content(Done<Content>, Key),
}

impl<T: Object> Reader<T> {
    pub(super) fn is_guard(&self) -> bool {
        matches!(self.want, Want::Guard(_))
    }

    pub(super) fn failed(self, error: Error) -> Answer<T> {
        match self.want {
            Want::Guard(done) => Answer::Guard(done, Err(error)),
            Want::Saver(saver) => saver.failed(error),
            Want::Content(done, _) => Answer::Content(done, Err(error)),
        }
    }

    fn is_late(&self, now: Moment) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }
}

impl<T: Object> Desk<T> {
    pub(super) fn wait_for_lent(&mut self, want: Want<T>, effects: &mut Effects<T>) {
        self.wait_as(want, is_foreign(), effects);
    }

    /// Whose write was cancelled by a lender waits on, whoever that is.
    pub(super) fn wait_on_for_lent(&mut self, want: Want<T>, effects: &mut Effects<T>) {
        self.wait_as(want, false, effects);
    }

    fn wait_as(&mut self, want: Want<T>, is_hurried: bool, effects: &mut Effects<T>) {
        self.readers.push(Reader { want, is_hurried, deadline: None });
        effects.has_new_reader = true;
    }

    /// Tells those whose time is up, and says when it is up for the next.
    fn give_up(&mut self, now: Moment, effects: &mut Effects<T>) -> Option<Moment> {
        for late in self.readers.extract_if(.., |reader| reader.is_late(now)) {
            effects.answer(late.failed(busy("is lent to somebody who may change it")));
        }
        self.readers.iter().filter_map(|reader| reader.deadline).min()
    }
}

impl<T: Object> Slot<T> {
    /// Bounds how long the new readers wait, so that a forgotten `GuardMut` hangs nobody. There is one
    /// timer a slot at most.
    pub(super) fn bound_waiting(self: &Arc<Self>) {
        let now = self.pool.seams.clock.now();
        let deadline = now.after(self.pool.longest_wait());
        let due = |is_hurried: bool| if is_hurried { now } else { deadline };
        let next = self.step(|desk, effects| {
            for reader in &mut desk.readers {
                reader.deadline.get_or_insert(due(reader.is_hurried));
            }
            let next = desk.give_up(now, effects);
            next.filter(|_| !std::mem::replace(&mut desk.is_timed, true))
        });
        self.set_timer(now, next);
    }

    fn ring(self: &Arc<Self>) {
        let now = self.pool.seams.clock.now();
        let next = self.step(|desk, effects| {
            let next = desk.give_up(now, effects);
            desk.is_timed = next.is_some();
            next
        });
        self.set_timer(now, next);
    }

    fn set_timer(self: &Arc<Self>, now: Moment, due: Option<Moment>) {
        let Some(due) = due else { return };
        let slot = Arc::downgrade(self);
        let ring = move || {
            if let Some(slot) = slot.upgrade() {
                slot.ring();
            }
        };
        self.pool.seams.clock.after(due.since(now), Box::new(ring));
    }
}
