//! The core of a state: from a closure to an answer.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use forebay_journal::Channel;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use forebay_store::{Durability, Error, Result, Seams};

use super::append::Entering;
use super::desk::Desk;
use super::failure::Failure;
use super::front::Front;
use super::grave::Grave;
use super::line::Line;
use super::partners::Partners;
use super::ticket::{Receipt, Ticket};
use super::turn::{Held, Turn};
use super::unshown::Need;
use super::view::View;
use crate::open::OpenReport;
use crate::record::Limits;
use crate::revision::Revision;
use crate::snapshot::Keeper;
use crate::tables::{Base, Tables, TxContext};

/// What all handles of a state share.
pub(crate) struct Core<T: Tables> {
    pub(crate) front: Front<T>,
    pub(super) turn: Turn<Desk<T>>,
    /// The desk's.
    failure: Failure,
    pub(super) log: Option<Log>,
    pub(super) line: Line<T>,
    /// That of a write which names none.
    pub(crate) rung: Durability,
    /// How long one waits for the snapshot that makes room in a full journal.
    pub(crate) room_wait: Duration,
    pub(crate) report: OpenReport,
    /// What the opening gave up is on disk still, and would be found again.
    pub(crate) is_unkept: bool,
    keeper: Option<Keeper>,
    pub(crate) seams: Seams,
}

/// What a closure has changed, before it is in the journal.
pub(super) enum Prepared<T: Tables> {
    /// It needs none; this is to be waited for.
    Done(Option<Need>),
    Entering(Entering<T>),
}

/// The journal of a state, and what says that nobody else has it.
#[derive(Debug)]
pub(crate) struct Log {
    // It goes first: the lock is given back when nothing is written any more.
    pub(crate) journal: Channel,
    pub(crate) limits: Limits,
    /// Until it is closed.
    pub(crate) lock: Mutex<Option<Box<dyn Debug + Send + Sync>>>,
    /// The bytes that a reader has to read of the state's own in a journal with others, and all that were
    /// written since it was opened.
    own: AtomicU64,
    /// What was read at the opening, and how far the journal reached then.
    begun: (u64, u64),
    /// A transaction found the journal full, and a snapshot may let go of something.
    lacks_room: AtomicBool,
}

impl Log {
    /// The journal, from which so many bytes were read.
    pub(crate) fn new(
        journal: Channel,
        limits: Limits,
        lock: Box<dyn Debug + Send + Sync>,
        read: u64,
    ) -> Self {
        let begun = (read, journal.reach());
        let (own, lacks_room) = (AtomicU64::new(read), AtomicBool::new(false));
        Self { journal, limits, lock: Mutex::new(Some(lock)), own, begun, lacks_room }
    }

    /// A transaction has found it full, and a snapshot may let go of something.
    pub(super) fn lacks_room(&self) {
        self.lacks_room.store(true, Ordering::Relaxed);
    }

    /// Others have records in it.
    pub(crate) fn is_shared(&self) -> bool {
        self.journal.tag() > 0
    }

    /// So many bytes of the state's were appended.
    pub(super) fn grew(&self, length: usize) {
        self.own.fetch_add(length as u64, Ordering::Relaxed);
    }

    /// How long it would be by now if nothing had been let go of, as far as that is the state's doing. In a
    /// journal of its own each sync leaves the rest of a block unused, and that counts.
    fn extent(&self) -> u64 {
        let (read, reach) = self.begun;
        if self.is_shared() {
            return self.own.load(Ordering::Relaxed);
        }
        read + self.journal.reach().saturating_sub(reach)
    }
}

impl<T: Tables> Core<T> {
    pub(crate) fn new(
        desk: Desk<T>,
        (log, keeper): (Option<Log>, Option<Keeper>),
        seams: Seams,
    ) -> Self {
        let (front, failure) = (Front::new(desk.front.clone()), desk.failure.clone());
        let turn = Turn::new(desk);
        let (rung, report, line) = (Durability::Memory, OpenReport::default(), Line::default());
        let (room_wait, is_unkept) = (Duration::ZERO, false);
        Self { front, turn, failure, log, line, rung, room_wait, report, is_unkept, keeper, seams }
    }

    pub(crate) fn read(&self) -> View<T> {
        self.front.load()
    }

    /// Whether it has this rung.
    pub(crate) fn check_rung(&self, rung: Durability) -> Result<()> {
        check_rung(self.log.is_some(), rung)
    }

    /// Runs `f` as one transaction, and answers when it is shown.
    pub(crate) fn write<R>(
        self: &Arc<Self>,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
    ) -> Result<R> {
        if rung == Durability::Synced {
            self.turn.approach();
        }
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
        self: &Arc<Self>,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
    ) -> Result<(R, Revision, Option<Need>)> {
        self.check_rung(rung)?;
        // Before the turn, so that what is in them is freed after the turn, whatever happens.
        let (mut context, mut grave) = (self.context(), Grave::default());
        let mut turn = self.turn.take_when(|desk| !desk.is_blocked)?;
        turn.open(&mut grave)?;
        let (result, changes) = run(&turn, &mut context, f)?;
        let after = (&mut context.partners, &mut grave);
        let (turn, need) = self.accept(turn, rung, changes, after)?;
        Ok((result, need.map_or(turn.front.revision, |need| need.revision), need))
    }

    /// What a transaction is run with.
    pub(super) fn context(&self) -> TxContext {
        match &self.log {
            Some(log) if log.is_shared() => TxContext::beside(log.journal.clone()),
            _ => TxContext::default(),
        }
    }

    /// Accepts what a closure has changed; says what it has to wait for, if it is not shown already.
    fn accept<'a>(
        self: &'a Arc<Self>,
        mut turn: Held<'a, Desk<T>>,
        rung: Durability,
        changes: T::Changes,
        (partners, grave): (&mut Partners, &mut Grave),
    ) -> Result<(Held<'a, Desk<T>>, Option<Need>)> {
        let prepared = self.prepare(&mut turn, rung, changes, (partners, grave))?;
        match (prepared, &self.log) {
            (Prepared::Entering(entering), Some(log)) => {
                self.append(log, turn, entering, (partners, grave))
            }
            (Prepared::Done(need), _) => Ok((turn, need)),
            (Prepared::Entering(_), None) => Ok((turn, None)),
        }
    }

    /// Writes what a closure has changed, unless that is nothing or is not kept.
    pub(super) fn prepare(
        &self,
        desk: &mut Desk<T>,
        rung: Durability,
        changes: T::Changes,
        (partners, grave): (&mut Partners, &mut Grave),
    ) -> Result<Prepared<T>> {
        let is_change = T::weight(&changes) > 0 || !partners.is_empty();
        match &self.log {
            Some(log) if is_change => {
                let given = (&[] as &[_], partners);
                Entering::begin(log, desk, (rung, changes), given).map(Prepared::Entering)
            }
            Some(_) => {
                let is_settled = rung == Durability::Memory && desk.unshown.is_empty();
                Ok(Prepared::Done((!is_settled).then(|| desk.unshown.read_at(rung))))
            }
            None => {
                if is_change {
                    desk.add(changes, Vec::new());
                    desk.show(&self.front, 0, grave);
                }
                Ok(Prepared::Done(None))
            }
        }
    }

    /// Who makes its snapshots; nobody for a state in memory.
    pub(crate) fn keeper(&self) -> Option<&Keeper> {
        self.keeper.as_ref()
    }

    /// How long the journal would be if nothing had been let go of, as far as it is the state's doing.
    pub(crate) fn extent(&self) -> u64 {
        self.log.as_ref().map_or(0, Log::extent)
    }

    /// Whether a transaction has found the journal full since this was last asked, and a snapshot may let
    /// go of something. Not everything that is `Busy` is that: a partner may be, or a closure's own answer.
    pub(crate) fn lacked_room(&self) -> bool {
        self.log.as_ref().is_some_and(|log| log.lacks_room.swap(false, Ordering::Relaxed))
    }

    /// There is no handle any more: for the other tenants of the journal the state counts as closed, though
    /// a snapshot may be made for a while.
    pub(crate) fn leave(&self) {
        if let Some(log) = &self.log {
            log.journal.leave();
        }
    }

    /// Whether others have records in the journal.
    pub(crate) fn is_tenant(&self) -> bool {
        self.log.as_ref().is_some_and(Log::is_shared)
    }

    /// What is called when another tenant of the journal has no room because of this one.
    pub(crate) fn make_room_with(&self, hook: impl Fn(Option<usize>) + Send + Sync + 'static) {
        if let Some(log) = &self.log {
            log.journal.make_room_with(hook);
        }
    }

    /// Whether a transaction waits for room, and nobody else may come between.
    pub(crate) fn is_blocked(&self) -> bool {
        self.turn.try_take().is_some_and(|turn| turn.is_blocked)
    }

    /// Waits until all records up to this one are on the device.
    pub(crate) fn wait_synced(&self, number: u64) -> Result<()> {
        self.log.as_ref().map_or(Ok(()), |log| log.journal.wait(number, Durability::Synced))
    }

    /// No record before this one is needed any more.
    pub(crate) fn retire(&self, needed: u64) -> Result<()> {
        self.log.as_ref().map_or(Ok(()), |log| log.journal.retire(needed))
    }

    /// Waits for the turn.
    pub(crate) fn turn(&self) -> Result<Held<'_, Desk<T>>> {
        self.turn.take()
    }

    /// Why nothing is taken any more. It waits for nobody.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.failure.get().cloned().or_else(|| self.log.as_ref()?.journal.failure())
    }
}

/// Whether a state that has a journal, or has none, has this rung.
pub(crate) fn check_rung(has_journal: bool, rung: Durability) -> Result<()> {
    match (has_journal, rung) {
        (_, Durability::Memory) | (true, Durability::Journaled | Durability::Synced) => Ok(()),
        (false, _) => Err(Error::unsupported("a state without a journal has no rung but `memory`")),
        (true, _) => Err(Error::unsupported("a state has no rung beyond `synced`")),
    }
}

/// Runs a closure over what is shown and what is accepted.
pub(super) fn run<T: Tables, R>(
    desk: &Desk<T>,
    context: &mut TxContext,
    f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
) -> Result<(R, T::Changes)> {
    let mut tx = T::begin(Base::new(&desk.front), desk.unshown.overlay(), context);
    let result = f(&mut tx)?;
    Ok((result, T::finish(tx)?))
}

/// What is told to those who come later.
#[cold]
pub(super) fn has_failed(cause: &Error) -> Error {
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
