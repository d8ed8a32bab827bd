//! A view that a snapshot can be made of, and where reading the journal begins after it.

use forebay_store::{Durability, Error, ErrorKind, Result};

use super::core::Core;
use super::desk::Desk;
use super::grave::Grave;
use super::view::View;
use crate::tables::Tables;

/// A view, and how it lies to the records of the journal.
pub(crate) struct Covered<T: Tables> {
    pub(crate) view: View<T>,
    /// All transactions up to this record are in it, and none behind.
    pub(crate) up_to: u64,
    /// Reading can begin with this record: everything is told there that later ones rest on.
    pub(crate) begin: u64,
}

impl<T: Tables> Core<T> {
    /// Tells the journal again what later records rest on, and gives a view with all transactions
    /// before that.
    ///
    /// It waits until these are at their rungs, and for room in the journal.
    pub(crate) fn cover(&self) -> Result<Covered<T>> {
        let Some(log) = &self.log else {
            return Err(Error::unsupported("a state without a journal has no snapshots"));
        };
        // Before the turn, so that what is in it is freed after the turn.
        let mut grave = Grave::default();
        let (begin, last, need) = loop {
            let length = {
                // A transaction in parts must have nothing between them.
                let is_free = |desk: &Desk<T>| !desk.is_blocked || desk.awaits_snapshot;
                let mut turn = self.turn.take_when(is_free)?;
                turn.open(&mut grave)?;
                let desk = &mut *turn;
                let life = desk.front.revision.life();
                let last = desk.unshown.last_transaction();
                let frame = desk.pen.announcement(&T::CATALOG, life, last)?;
                let (records, length) = (u64::from(frame.count()), frame.length());
                // It says again what is in the journal already. Were it news to other tenants, they would write forward in turn
                // with each snapshot. So they do it only when the journal has grown a good deal by this.
                match log.journal.append_reminder(frame) {
                    Ok(last) => {
                        desk.pen.was_taken();
                        let is_settled = desk.unshown.is_empty();
                        let need = desk.unshown.read_at(Durability::Memory);
                        break (last + 1 - records, last, (!is_settled).then_some(need));
                    }
                    Err(error) if error.kind() == ErrorKind::Busy => length,
                    Err(error) => return Err(error),
                }
            };
            log.journal.make_room_own(length)?;
        };
        if let Some(need) = need {
            self.settle(need)?;
        }
        let view = self.read();
        let up_to = view.number().max(last);
        Ok(Covered { view, up_to, begin })
    }
}
