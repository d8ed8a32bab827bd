//! The core of a state: from a closure to an answer.

use std::fmt::Debug;
use std::sync::Arc;

use forebay_journal::Journal;
use forebay_store::{Durability, Error, Result};

use super::desk::Desk;
use super::front::Front;
use super::grave::Grave;
use super::ticket::{Receipt, Ticket};
use super::turn::Turn;
use super::unshown::{Accepted, Need};
use super::view::View;
use crate::open::OpenReport;
use crate::revision::Revision;
use crate::tables::{Base, Tables, TxContext};

/// What all handles of a state share.
pub(crate) struct Core<T: Tables> {
    pub(crate) front: Front<T>,
    pub(super) turn: Turn<Desk<T>>,
    pub(super) log: Option<Log>,
    /// That of a write which names none.
    pub(crate) rung: Durability,
    pub(crate) report: OpenReport,
}

/// The journal of a state, and what says that nobody else has it.
#[derive(Debug)]
pub(crate) struct Log {
    // It goes first: the lock is given back when nothing is written any more.
    pub(crate) journal: Journal,
    pub(crate) _lock: Box<dyn Debug + Send + Sync>,
}

impl<T: Tables> Core<T> {
    pub(crate) fn new(desk: Desk<T>, log: Option<Log>) -> Self {
        let (front, turn) = (Front::new(desk.front.clone()), Turn::new(desk));
        Self { front, turn, log, rung: Durability::Memory, report: OpenReport::default() }
    }

    pub(crate) fn read(&self) -> View<T> {
        self.front.load()
    }

    /// The highest rung that it has.
    pub(crate) fn check_rung(&self, rung: Durability) -> Result<()> {
        match (&self.log, rung) {
            (_, Durability::Memory) | (Some(_), Durability::Journaled | Durability::Synced) => {
                Ok(())
            }
            (None, _) => {
                Err(Error::unsupported("a state without a journal has no rung but `memory`"))
            }
            (Some(_), _) => Err(Error::unsupported("a state has no rung beyond `synced`")),
        }
    }

    /// Runs `f` as one transaction, and answers when it is shown.
    pub(crate) fn write<R>(
        &self,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
    ) -> Result<R> {
        let (result, _, need) = self.enter(rung, f)?;
        match need {
            None => Ok(result),
            Some(need) => self.settle(need).map(|()| result),
        }
    }

    /// Runs `f` as one transaction, and answers when it is accepted.
    pub(crate) fn submit<R>(
        self: &Arc<Self>,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
    ) -> Result<Ticket<R>> {
        let (result, revision, need) = self.enter(rung, f)?;
        Ok(Ticket { result, receipt: Receipt::new(self, (revision, rung), need) })
    }

    /// Runs `f` and accepts what it has changed; says its revision, and what it has to wait for if it
    /// is not shown already.
    fn enter<R>(
        &self,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
    ) -> Result<(R, Revision, Option<Need>)> {
        self.check_rung(rung)?;
        // Before the turn, so that what is in it is freed after the turn, whatever happens.
        let mut grave = Grave::default();
        let mut turn = self.turn.take()?;
        let desk = &mut *turn;
        if let Some(cause) = &desk.failure {
            return Err(has_failed(cause));
        }
        let mut context = TxContext::default();
        let mut tx = T::begin(Base::new(&desk.front), desk.unshown.overlay(), &mut context);
        let result = f(&mut tx)?;
        let changes = T::finish(tx);
        let need = self.accept(desk, rung, changes, &mut grave)?;
        Ok((result, need.map_or(desk.front.revision, |need| need.revision), need))
    }

    /// Appends what a closure has changed; says what it has to wait for, if it is not shown already.
    fn accept(
        &self,
        desk: &mut Desk<T>,
        rung: Durability,
        changes: T::Changes,
        grave: &mut Grave,
    ) -> Result<Option<Need>> {
        let is_change = T::weight(&changes) > 0;
        let Some(log) = &self.log else {
            if is_change {
                desk.show(&self.front, (changes, 0), grave);
            }
            return Ok(None);
        };
        if !is_change {
            let is_settled = rung == Durability::Memory && desk.unshown.is_empty();
            return Ok((!is_settled).then(|| desk.unshown.read_at(rung)));
        }
        let revision = desk.unshown.next();
        let frame = desk.pen.transaction::<T>(revision, &changes)?;
        let number = log.journal.append(frame)?;
        desk.pen.was_taken();
        let need = desk.unshown.note(revision, number, rung);
        let accepted = Accepted { revision, number, rung, changes };
        let kept = if rung == Durability::Memory && desk.unshown.is_empty() {
            desk.show_caught(&self.front, accepted, grave).map(|()| None)
        } else {
            desk.unshown.push(accepted).map(|()| Some(need))
        };
        kept.map_err(|panicked| {
            desk.fail(panicked.clone(), grave);
            in_doubt(&panicked)
        })
    }

    /// Why nothing is taken any more.
    pub(crate) fn failure(&self) -> Option<Error> {
        let failed = self.turn.take().ok().and_then(|turn| turn.failure.clone());
        failed.or_else(|| self.log.as_ref()?.journal.failure())
    }
}

/// What is told to those who come later.
#[cold]
fn has_failed(cause: &Error) -> Error {
    let message = "the state has failed and takes no more: open it again once its disk is well";
    Error::unavailable(message).with_source(cause.clone())
}

/// What is told to those whose transactions were accepted before.
#[cold]
pub(super) fn in_doubt(cause: &Error) -> Error {
    let message = "the state has failed: the transaction may or may not be there when it is opened \
                   again, and is not there now";
    Error::unknown(message).with_source(cause.clone())
}
