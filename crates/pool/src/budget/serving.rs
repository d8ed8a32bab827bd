//! What comes back serves the line.

use std::sync::Arc;

use super::answers::{Answers, Why};
use super::ledger::Ledger;
use super::purpose::Purpose;

impl Ledger {
    /// Serves whom it can.
    pub(super) fn serve(self: &Arc<Self>) {
        let mut answers = Answers::default();
        self.with(|desk| desk.serve(&mut answers));
        answers.give(self);
    }

    pub(super) fn give(self: &Arc<Self>, bytes: u64, purpose: Purpose) {
        if bytes == 0 {
            return;
        }
        let mut answers = Answers::default();
        self.with(|desk| {
            *desk.books.of(purpose) -= bytes;
            desk.serve(&mut answers);
        });
        answers.give(self);
    }

    pub(super) fn turn(self: &Arc<Self>, bytes: u64, from: Purpose, to: Purpose) {
        self.with(|desk| {
            *desk.books.of(from) -= bytes;
            *desk.books.of(to) += bytes;
        });
    }
}

/// What the presser tells the line.
impl Ledger {
    /// So many at the head of the line are asked whether they are still wanted.
    const ASKED: usize = 64;

    /// A pressing begins: what is taken from now on is due for the next.
    pub(crate) fn begin_pressing(&self) {
        self.with(|desk| desk.is_due = false);
    }

    /// Takes those at the head of the line out for whom nobody waits any more.
    pub(crate) fn purge(self: &Arc<Self>) {
        let first = self.desk.lock().line.first(Self::ASKED);
        let unwanted: Vec<u64> = first
            .into_iter()
            .filter(|(_, end)| !end.is_wanted())
            .map(|(number, _)| number)
            .collect();
        if unwanted.is_empty() {
            return;
        }
        let (gone, budget) = self.with(|desk| {
            let gone: Vec<_> = unwanted.iter().filter_map(|at| desk.line.remove(*at)).collect();
            (gone, desk.books.budget)
        });
        for waiter in gone {
            waiter.refuse(&Why::Unwanted, budget, None);
        }
        self.serve();
    }

    /// Whether somebody waits: for room, or for a smaller budget.
    pub(crate) fn is_waited_for(&self) -> bool {
        let desk = self.desk.lock();
        !desk.line.is_empty() || !desk.shrinks.is_empty()
    }

    /// Whether the first in the line may be passed by those who fit: the last pressing has found
    /// nobody to evict.
    pub(crate) fn let_pass(self: &Arc<Self>, is_passable: bool) {
        self.with(|desk| desk.is_passable = is_passable);
        if is_passable {
            self.serve();
        }
    }
}
