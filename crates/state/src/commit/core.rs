//! The core of a state: from a closure to an answer.

use std::fmt::Debug;

use forebay_journal::Journal;
use forebay_store::{Durability, Error, ErrorKind, Result};

use super::desk::Desk;
use super::front::Front;
use super::grave::Grave;
use super::turn::Turn;
use super::unshown::{Accepted, Need};
use super::view::View;
use crate::open::OpenReport;
use crate::tables::{Base, Tables, TxContext};

/// What all handles of a state share.
pub(crate) struct Core<T: Tables> {
    front: Front<T>,
    turn: Turn<Desk<T>>,
    log: Option<Log>,
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
        self.check_rung(rung)?;
        // Before the turn, so that what is in it is freed after the turn, whatever happens.
        let mut grave = Grave::default();
        let (result, need) = {
            let mut turn = self.turn.take()?;
            let desk = &mut *turn;
            if let Some(cause) = &desk.failure {
                return Err(has_failed(cause));
            }
            let mut context = TxContext::default();
            let base = Base::new(&desk.front);
            let mut tx = T::begin(base, desk.unshown.overlay(), &mut context);
            let result = f(&mut tx)?;
            let changes = T::finish(tx);
            (result, self.accept(desk, rung, changes, &mut grave)?)
        };
        if let Some(need) = need {
            self.settle(need)?;
        }
        Ok(result)
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

    /// Waits until a transaction and all before it are at their rungs, and shows them. Who waits does
    /// the work.
    fn settle(&self, need: Need) -> Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        let mut waited = Ok(());
        if need.synced > 0 {
            waited = log.journal.wait(need.synced, Durability::Synced);
        }
        if waited.is_ok() && need.written > need.synced {
            waited = log.journal.wait(need.written, Durability::Journaled);
        }
        // Of a group that waited together one shows for all.
        if self.front.load().revision() >= need.revision {
            return if need.is_read { waited } else { Ok(()) };
        }
        let mut grave = Grave::default();
        let mut turn = self.turn.take()?;
        let desk = &mut *turn;
        desk.show_ready(&self.front, log.journal.position(), &mut grave);
        if desk.front.revision >= need.revision {
            return if need.is_read { waited } else { Ok(()) };
        }
        if let (Err(cause), None) = (waited, &desk.failure) {
            desk.fail(cause, &mut grave);
        }
        match &desk.failure {
            Some(cause) => Err(in_doubt(cause)),
            None => Err(Error::new(ErrorKind::Aborted, "a transaction was left behind")),
        }
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
fn in_doubt(cause: &Error) -> Error {
    let message = "the state has failed: the transaction may or may not be there when it is opened \
                   again, and is not there now";
    Error::unknown(message).with_source(cause.clone())
}
