//! Into the journal, with room made for what does not fit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::seam::Moment;
use forebay_store::{Durability, Error, ErrorKind, Result};

use super::core::{Core, Log, has_failed, in_doubt};
use super::desk::Desk;
use super::grave::Grave;
use super::partners::Partners;
use super::turn::Held;
use super::unshown::{Accepted, Need, panicked};
use crate::quarantine::{Leaving, Place};
use crate::record::Pieces;
use crate::revision::Revision;
use crate::snapshot::Keeper;
use crate::tables::Tables;

/// What a closure has changed, on its way into the journal. Frames without their end count for
/// nothing, so it may be given up at any time.
pub(super) struct Entering<T: Tables> {
    changes: T::Changes,
    /// What it takes out of quarantine.
    leaving: Vec<Leaving>,
    rung: Durability,
    revision: Revision,
    pieces: Pieces,
    /// So many are in the journal.
    taken: usize,
    /// The frame with the records of others, among all of the pen's.
    joint: u64,
    /// The last record.
    number: u64,
    /// The bytes of the frame that was not taken.
    pub(super) wanted: usize,
    /// It does not wait for room with its partners beyond this, from the first time on that it does.
    until: Option<Moment>,
}

impl<T: Tables> Entering<T> {
    /// Writes the transaction with the desk's pen. Nobody else may use that until it is appended.
    pub(super) fn begin(
        log: &Log,
        desk: &mut Desk<T>,
        (rung, changes): (Durability, T::Changes),
        (purged, partners): (&[Place], &mut Partners),
    ) -> Result<Self> {
        let revision = desk.unshown.next();
        let pieces = desk.pen.transaction::<T>(revision, (&changes, purged), log.limits)?;
        let leaving = Leaving::read(desk.pen.body(), &desk.front.quarantine)?;
        let joint = if partners.is_empty() { 0 } else { write_with(log, desk, pieces, partners)? };
        Ok(Self {
            changes,
            leaving,
            rung,
            revision,
            pieces,
            taken: 0,
            joint,
            number: 0,
            wanted: 0,
            until: None,
        })
    }

    /// Appends what is not yet in the journal. It is `Busy` if there is no room; once there is it goes
    /// on.
    pub(super) fn append(
        &mut self,
        log: &Log,
        desk: &mut Desk<T>,
        (partners, grave): (&mut Partners, &mut Grave),
    ) -> Result<()> {
        while self.taken < self.pieces.count {
            if partners.is_empty() {
                let frame = desk.pen.frame(self.taken, self.pieces)?;
                self.wanted = frame.length();
                self.number = log.journal.append(frame)?;
            } else {
                if self.joint != desk.pen.frames() {
                    // A snapshot came between, and has used the pen.
                    self.joint = write_with(log, desk, self.pieces, partners)?;
                }
                self.wanted = desk.pen.written().length();
                self.number = append_with(log, desk, partners, grave)?;
            }
            log.grew(self.wanted);
            desk.pen.was_taken();
            self.taken += 1;
        }
        desk.pen.rest();
        Ok(())
    }
}

/// Writes the frame of a transaction with the records of others; says which one of the pen's it is.
fn write_with<T: Tables>(
    log: &Log,
    desk: &mut Desk<T>,
    pieces: Pieces,
    partners: &mut Partners,
) -> Result<u64> {
    // Both or neither: it is one frame, and all of its records are there or none.
    if pieces.count == 1 {
        desk.pen.frame(0, pieces)?;
        partners.encode(&log.journal, desk.pen.written())?;
    }
    let (length, most) = (desk.pen.written().length(), log.limits.frame_max);
    if pieces.count > 1 || length > most {
        return Err(Error::refused(format!(
            "a transaction with writes of others has to fit into a frame of {most} bytes"
        )));
    }
    Ok(desk.pen.frames())
}

/// Appends the frame that was written last with those who have records in it.
fn append_with<T: Tables>(
    log: &Log,
    desk: &mut Desk<T>,
    partners: &mut Partners,
    grave: &mut Grave,
) -> Result<u64> {
    let frame = desk.pen.written();
    let appended = catch_unwind(AssertUnwindSafe(|| partners.append(&log.journal, frame)));
    appended.unwrap_or_else(|panic| {
        // Nobody knows whether the journal has the frame, and so what its next revision is.
        let cause = panicked("a partner of a transaction panicked", &*panic);
        desk.fail(cause.clone(), grave);
        Err(in_doubt(&cause))
    })
}

impl<T: Tables> Core<T> {
    /// Appends, and waits for room if need be. The turn is given up meanwhile, so that what is ready
    /// can be shown; nobody gets it to write before this is over.
    pub(super) fn append<'a>(
        self: &'a Arc<Self>,
        log: &Log,
        mut turn: Held<'a, Desk<T>>,
        mut entering: Entering<T>,
        (partners, grave): (&mut Partners, &mut Grave),
    ) -> Result<(Held<'a, Desk<T>>, Option<Need>)> {
        while let Err(error) = entering.append(log, &mut turn, (&mut *partners, &mut *grave)) {
            if error.kind() != ErrorKind::Busy {
                return Err(error);
            }
            turn.is_blocked = true;
            drop(turn);
            turn = self.make_room(log, &mut entering, partners)?;
        }
        let need = self.accepted(&mut turn, entering, grave)?;
        Ok((turn, need))
    }

    /// Makes room in the journal, and with his partners, for one who has blocked the turn, and takes it again
    /// for him.
    pub(super) fn make_room<'a>(
        self: &'a Arc<Self>,
        log: &Log,
        entering: &mut Entering<T>,
        partners: &mut Partners,
    ) -> Result<Held<'a, Desk<T>>> {
        let blocked = Blocked(self);
        let clock = &*self.seams.clock;
        // All others wait for this one, so it does not try for ever.
        let until = *entering.until.get_or_insert_with(|| clock.now().after(self.room_wait));
        let room = partners.make_room(clock, until);
        let room = room.and_then(|()| self.wait_for_room(log, entering, until));
        let mut turn = self.turn.take()?;
        (turn.is_blocked, turn.awaits_snapshot) = (false, false);
        std::mem::forget(blocked);
        self.turn.call();
        room?;
        turn.check_alive()?;
        Ok(turn)
    }

    /// Waits for room in the journal; if that is full, for a snapshot that lets go of what is in it.
    fn wait_for_room(
        self: &Arc<Self>,
        log: &Log,
        entering: &Entering<T>,
        until: Moment,
    ) -> Result<()> {
        let full = match log.journal.make_room(entering.wanted) {
            Err(error) if error.kind() == ErrorKind::Busy => error,
            made => return made,
        };
        if log.journal.held_up(entering.wanted).is_some() {
            // A snapshot would let go of nothing.
            return Err(full);
        }
        let made = self.wait_for_snapshot(log, entering, full, until);
        if made.is_err() {
            // He is told, and a snapshot helps those who come after him.
            log.lacks_room();
        }
        made
    }

    fn wait_for_snapshot(
        self: &Arc<Self>,
        log: &Log,
        entering: &Entering<T>,
        full: Error,
        until: Moment,
    ) -> Result<()> {
        // Between the parts of a transaction nothing may come.
        if entering.taken > 0 || self.room_wait.is_zero() || !Keeper::may_make_room(self) {
            return Err(full);
        }
        self.turn.take()?.awaits_snapshot = true;
        self.turn.call();
        let left = until.since(self.seams.clock.now());
        match Keeper::ask(self).wait_timeout(left) {
            Ok(Ok(_)) => log.journal.make_room(entering.wanted),
            Ok(Err(error)) => Err(full.with_source(error)),
            Err(_) => Err(full),
        }
    }

    /// What is in the journal is accepted: shows it if nothing is to be waited for, else says what.
    pub(super) fn accepted(
        &self,
        desk: &mut Desk<T>,
        entering: Entering<T>,
        grave: &mut Grave,
    ) -> Result<Option<Need>> {
        let Entering { changes, leaving, rung, revision, number, .. } = entering;
        let need = desk.unshown.note(revision, number, rung);
        if rung > Durability::Memory || !desk.unshown.is_empty() {
            desk.unshown.push(Accepted { revision, number, rung, changes, leaving });
            if let Some(log) = self.log.as_ref().filter(|_| desk.unshown.is_overdue()) {
                desk.show_ready(&self.front, log.journal.position(), grave);
            }
            return Ok(Some(need));
        }
        desk.add(changes, leaving);
        desk.show_caught(&self.front, number, grave).map(|()| None).map_err(|panicked| {
            desk.fail(panicked.clone(), grave);
            in_doubt(&panicked)
        })
    }
}

impl<T: Tables> Desk<T> {
    /// Whether a transaction may begin; then it sees all that are accepted.
    pub(super) fn open(&mut self, grave: &mut Grave) -> Result<()> {
        self.check_alive()?;
        if self.is_closed {
            return Err(Error::new(ErrorKind::Closed, "the state is closed"));
        }
        if let Err(panicked) = self.unshown.lay() {
            self.fail(panicked, grave);
        }
        self.check_alive()
    }

    fn check_alive(&self) -> Result<()> {
        self.failure.get().map_or(Ok(()), |cause| Err(has_failed(cause)))
    }
}

/// Others wait until room is made; not for ever, even if making it panics.
struct Blocked<'a, T: Tables>(&'a Core<T>);

impl<T: Tables> Drop for Blocked<'_, T> {
    fn drop(&mut self) {
        if let Ok(mut turn) = self.0.turn.take() {
            (turn.is_blocked, turn.awaits_snapshot) = (false, false);
        }
        self.0.turn.call();
    }
}
