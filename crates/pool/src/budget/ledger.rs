//! The books and the line.

use std::sync::{Arc, Weak};

use forebay_store::sync::Mutex;
use forebay_store::{Error, Op, Result, Seams};

use super::ask::{Ask, Rank};
use super::books::Books;
use super::purpose::Purpose;
use super::room::Room;
use crate::settings::Settings;

/// The books of a pool's memory, and the line of those who wait for some.
#[derive(Debug)]
pub(crate) struct Ledger {
    books: Mutex<Books>,
}

/// Makes room. It is never called under a lock, and returns when nothing more can be done now.
pub(crate) trait Press: Send + Sync {
    fn press(&self);
}

impl Ledger {
    pub(crate) fn new(settings: &Settings, _seams: &Seams) -> Arc<Self> {
        let budget = settings.memory.as_bytes();
        Arc::new(Self { books: Mutex::new(Books { budget, ..Books::default() }) })
    }

    /// Takes room if nobody waits and it is there.
    pub(crate) fn take_now(self: &Arc<Self>, bytes: u64, purpose: Purpose) -> Option<Room> {
        Some(self.exceed(bytes, purpose))
    }

    /// Takes room, after one pressing if need be, or says why there is none. Never stands in line.
    pub(crate) fn try_take(
        self: &Arc<Self>,
        bytes: u64,
        purpose: Purpose,
        _rank: Rank,
    ) -> Result<Room> {
        Ok(self.exceed(bytes, purpose))
    }

    /// Answers, now or later. Presses first.
    pub(crate) fn take(self: &Arc<Self>, ask: Ask) {
        let room = self.exceed(ask.bytes, ask.purpose);
        ask.claim.answer(Ok(room));
    }

    /// Takes room that may not be there.
    pub(crate) fn exceed(self: &Arc<Self>, bytes: u64, purpose: Purpose) -> Room {
        *place(&mut self.books.lock(), purpose) += bytes;
        Room::new(Arc::clone(self), bytes, purpose)
    }

    /// Room for the pool's own things.
    pub(crate) fn own(self: &Arc<Self>, bytes: u64) -> Room {
        self.exceed(bytes, Purpose::Own)
    }

    /// Whether anybody waits for room, or there is more than there should be.
    pub(crate) fn wanted(&self) -> bool {
        false
    }

    pub(crate) fn on_pressure(&self, _press: Weak<dyn Press>) {}

    pub(crate) fn standing(&self) -> Books {
        *self.books.lock()
    }

    pub(crate) fn set_budget(self: &Arc<Self>, bytes: u64) -> Op<()> {
        self.books.lock().budget = bytes;
        Op::ready(())
    }

    /// What is told to who waits in vain.
    pub(crate) fn excuse(&self, _why: Option<Error>) {}

    pub(crate) fn close(&self) {}

    pub(super) fn give(&self, bytes: u64, purpose: Purpose) {
        *place(&mut self.books.lock(), purpose) -= bytes;
    }

    pub(super) fn turn(&self, bytes: u64, from: Purpose, to: Purpose) {
        let mut books = self.books.lock();
        *place(&mut books, from) -= bytes;
        *place(&mut books, to) += bytes;
    }
}

fn place(books: &mut Books, purpose: Purpose) -> &mut u64 {
    match purpose {
        Purpose::Resident => &mut books.resident,
        Purpose::Loading => &mut books.loading,
        Purpose::Encoding => &mut books.encoding,
        Purpose::Reserved => &mut books.reserved,
        Purpose::Own => &mut books.own,
    }
}
