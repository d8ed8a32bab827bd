//! What is accepted and not yet shown: in the journal's order, and as one overlay over the front.
//!
//! Code of the user runs when changes are put into the overlay and taken out of it. They are in the
//! journal by then, so if it panics the overlay is made anew.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_journal::Position;
use forebay_store::{Durability, Error, ErrorKind, Result};

use super::grave::Grave;
use crate::quarantine::Leaving;
use crate::revision::Revision;
use crate::tables::Tables;

/// After so many operations it is time to show what is at its rung, though nobody has waited for it.
const SHOWN_AFTER: usize = 1024;

/// Transactions that are accepted and not yet shown.
pub(crate) struct Unshown<T: Tables> {
    queue: VecDeque<Accepted<T>>,
    /// The first so many of them, for later ones to see.
    overlay: T::Overlay,
    laid: usize,
    /// Operations that have come since somebody looked which ones are at their rungs, those on indexes included.
    unlooked: usize,
    /// What all that were ever accepted need.
    need: Need,
    /// The last record of the last one.
    last: u64,
    /// The last one, be it that of an owner before.
    last_transaction: Revision,
}

/// A transaction that is in the journal's queue.
pub(crate) struct Accepted<T: Tables> {
    pub(crate) revision: Revision,
    /// Its last record.
    pub(crate) number: u64,
    pub(crate) rung: Durability,
    pub(crate) changes: T::Changes,
    /// What it takes out of quarantine.
    pub(crate) leaving: Vec<Leaving>,
}

/// What has to be true before a transaction is shown: it *and all before it* are at their own rungs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Need {
    pub(crate) revision: Revision,
    /// Records up to this one have to be written.
    pub(crate) written: u64,
    /// Records up to this one have to be synced.
    pub(crate) synced: u64,
    /// It has changed nothing, and waits for what it has read.
    pub(crate) is_read: bool,
}

impl<T: Tables> Unshown<T> {
    /// Nothing, after this revision.
    pub(super) fn new(revision: Revision, last: u64) -> Self {
        let need = Need { revision, ..Need::default() };
        Self {
            queue: VecDeque::new(),
            overlay: T::Overlay::default(),
            laid: 0,
            unlooked: 0,
            need,
            last,
            last_transaction: revision,
        }
    }

    /// What an owner before has done last.
    pub(crate) fn follow(&mut self, last: Revision) {
        self.last_transaction = last;
    }

    /// The last transaction that was ever accepted.
    pub(super) fn last_transaction(&self) -> Revision {
        self.last_transaction
    }

    pub(super) fn overlay(&self) -> &T::Overlay {
        &self.overlay
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The revision of the next one.
    pub(super) fn next(&self) -> Revision {
        self.need.revision.next()
    }

    /// What one needs that has changed nothing: all that it may have read is shown, and is at the rung
    /// that it asks for.
    pub(super) fn read_at(&self, rung: Durability) -> Need {
        Need { is_read: true, ..self.need.and(self.last, rung) }
    }

    /// Notes that a transaction is accepted; says what it needs.
    pub(super) fn note(&mut self, revision: Revision, number: u64, rung: Durability) -> Need {
        (self.last, self.last_transaction) = (number, revision);
        self.need = Need { revision, ..self.need.and(number, rung) };
        self.need
    }

    /// Keeps a transaction until it is shown.
    pub(super) fn push(&mut self, accepted: Accepted<T>) {
        let changes = &accepted.changes;
        let operations = T::weight(changes).saturating_add(T::emissions(changes)).max(1);
        self.unlooked = self.unlooked.saturating_add(operations);
        self.queue.push_back(accepted);
    }

    /// Whether somebody should look which ones are at their rungs, from time to time: who has submitted
    /// them may keep his receipts for long, and the journal bounds only what it has not synced.
    pub(super) fn is_overdue(&mut self) -> bool {
        let is_overdue = self.unlooked >= SHOWN_AFTER;
        if is_overdue {
            self.unlooked = 0;
        }
        is_overdue
    }

    /// Lets the next transaction see all that are accepted. Of those that are shown before anybody
    /// else begins, the overlay never hears.
    ///
    /// # Errors
    ///
    /// If code of the user panics, twice.
    pub(super) fn lay(&mut self) -> Result<()> {
        if self.laid == self.queue.len() {
            return Ok(());
        }
        self.lay_rest().or_else(|_| {
            self.lift();
            self.lay_rest()
        })
    }

    fn lay_rest(&mut self) -> Result<()> {
        for accepted in self.queue.range(self.laid..) {
            caught(|| T::accept(&mut self.overlay, &accepted.changes, accepted.revision))?;
            self.laid += 1;
        }
        Ok(())
    }

    /// Takes out the next transaction if it is at its rung.
    pub(super) fn pop(&mut self, position: Position) -> Option<Accepted<T>> {
        let is_ready = self.queue.front()?.is_at(position);
        let next = is_ready.then(|| self.queue.pop_front()).flatten()?;
        let Some(laid) = self.laid.checked_sub(1) else { return Some(next) };
        let (overlay, changes) = (&mut self.overlay, &next.changes);
        self.laid = laid;
        if laid == 0 || caught(|| T::leave(overlay, changes, next.revision)).is_err() {
            // All that are left are laid anew when somebody needs them.
            self.lift();
        }
        Some(next)
    }

    /// What all of them change that are at their rungs, as far as all before them are.
    pub(super) fn ready(&self, position: Position) -> impl Iterator<Item = &T::Changes> {
        let ready = self.queue.iter().take_while(move |accepted| accepted.is_at(position));
        ready.map(|accepted| &accepted.changes)
    }

    /// Empties the overlay. Whatever a key's code does when it is dropped, it is empty then, and nothing else
    /// has changed.
    fn lift(&mut self) {
        self.laid = 0;
        let lifted = std::mem::take(&mut self.overlay);
        let _ = caught(|| drop(lifted));
    }

    /// What all of them take out of quarantine.
    pub(super) fn leaving(&self) -> impl Iterator<Item = &Leaving> {
        self.queue.iter().flat_map(|accepted| &accepted.leaving)
    }

    /// Forgets all of them.
    pub(super) fn drop_all(&mut self, grave: &mut Grave) {
        for gone in self.queue.drain(..) {
            grave.bury(Arc::new(gone.changes));
        }
        self.lift();
    }
}

impl Need {
    /// The same, and this record is at this rung.
    fn and(mut self, number: u64, rung: Durability) -> Self {
        match rung {
            Durability::Memory => {}
            Durability::Journaled => self.written = number,
            _ => self.synced = number,
        }
        self
    }
}

impl<T: Tables> Accepted<T> {
    fn is_at(&self, position: Position) -> bool {
        match self.rung {
            Durability::Memory => true,
            Durability::Journaled => self.number <= position.written,
            _ => self.number <= position.synced,
        }
    }
}

/// Runs code of the user on what is in the journal already.
pub(super) fn caught(run: impl FnOnce()) -> Result<()> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let error = panicked("code of a key panicked while a change was applied", &*panic);
        // What it has thrown may be of the user's, and panic when it is dropped.
        std::mem::forget(panic);
        error
    })
}

/// An error that says what a panic said.
pub(super) fn panicked(what: &str, panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("it does not say why");
    Error::new(ErrorKind::Aborted, format!("{what}: {text}"))
}
