//! Into the journal, with room made for what does not fit.

use forebay_store::{Error, ErrorKind, Result};

use super::core::{Core, Log, has_failed};
use super::desk::Desk;
use super::turn::Held;
use crate::revision::Revision;
use crate::tables::Tables;

impl<T: Tables> Core<T> {
    /// Appends a transaction, in one frame or in several; says its last record. Nothing has happened
    /// if that is an error, and frames without their end count for nothing.
    ///
    /// The turn is given up while room is made, so that what is ready can be shown; nobody gets it
    /// to write before this is over.
    pub(super) fn append<'a>(
        &'a self,
        log: &Log,
        mut turn: Held<'a, Desk<T>>,
        revision: Revision,
        changes: &T::Changes,
    ) -> Result<(Held<'a, Desk<T>>, u64)> {
        let pieces = turn.pen.transaction::<T>(revision, changes, log.limits)?;
        let mut number = 0;
        for piece in 0..pieces.count {
            number = loop {
                let frame = turn.pen.frame(piece, pieces)?;
                let length = frame.length();
                match log.journal.append(frame) {
                    Ok(number) => break number,
                    Err(error) if error.kind() == ErrorKind::Busy => {
                        turn = self.make_room(log, turn, length)?;
                    }
                    Err(error) => return Err(error),
                }
            };
            turn.pen.was_taken();
        }
        turn.pen.rest();
        Ok((turn, number))
    }

    /// Makes room in the journal while nobody has the turn.
    fn make_room<'a>(
        &'a self,
        log: &Log,
        mut turn: Held<'a, Desk<T>>,
        length: usize,
    ) -> Result<Held<'a, Desk<T>>> {
        turn.is_blocked = true;
        let blocked = Blocked(self);
        drop(turn);
        let room = log.journal.make_room(length);
        let mut turn = self.turn.take()?;
        turn.is_blocked = false;
        std::mem::forget(blocked);
        self.turn.call();
        room?;
        turn.check_alive()?;
        Ok(turn)
    }
}

impl<T: Tables> Desk<T> {
    /// Whether a transaction may begin.
    pub(super) fn check_open(&self) -> Result<()> {
        self.check_alive()?;
        if self.is_closed {
            return Err(Error::new(ErrorKind::Closed, "the state is closed"));
        }
        Ok(())
    }

    fn check_alive(&self) -> Result<()> {
        self.failure.as_ref().map_or(Ok(()), |cause| Err(has_failed(cause)))
    }
}

/// Others wait until room is made; not for ever, even if making it panics.
struct Blocked<'a, T: Tables>(&'a Core<T>);

impl<T: Tables> Drop for Blocked<'_, T> {
    fn drop(&mut self) {
        if let Ok(mut turn) = self.0.turn.take() {
            turn.is_blocked = false;
        }
        self.0.turn.call();
    }
}
