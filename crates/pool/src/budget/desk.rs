//! What stands under the ledger's lock: the books, the line, and who may be served.

use forebay_store::{Done, Moment};

use super::answers::Answers;
use super::ask::Rank;
use super::books::Books;
use super::line::{Line, Waiter};
use super::purpose::Purpose;
use super::tally::Tally;

/// What stands under the ledger's lock. No step of it calls anybody.
pub(super) struct Desk {
    pub(super) books: Books,
    pub(super) line: Line,
    /// Somebody wants a smaller budget, and waits until it holds.
    pub(super) shrinks: Vec<Shrink>,
    /// The number of the last of them.
    pub(super) last_shrink: u64,
    /// The last pressing found nobody to evict, so the first in the line may be passed.
    pub(super) is_passable: bool,
    /// Room was taken above the low mark since the last pressing.
    pub(super) is_due: bool,
    pub(super) is_closed: bool,
    pub(super) tally: Tally,
    /// When the timer rings that has been set.
    pub(super) armed: Option<Moment>,
    marks: (f64, f64),
}

/// Somebody who waits until a smaller budget holds.
pub(super) struct Shrink {
    pub(super) number: u64,
    pub(super) deadline: Moment,
    pub(super) done: Done<()>,
}

impl Desk {
    /// So many pass the first in the line, then nobody does.
    const PASSES: u32 = 64;

    pub(super) fn new(budget: u64, marks: (f64, f64)) -> Self {
        let mut desk = Self {
            books: Books::default(),
            line: Line::default(),
            shrinks: Vec::new(),
            last_shrink: 0,
            is_passable: false,
            is_due: false,
            is_closed: false,
            tally: Tally::default(),
            armed: None,
            marks,
        };
        desk.set_budget(budget);
        desk
    }

    #[expect(clippy::cast_precision_loss, reason = "a mark need not be exact to the byte")]
    #[expect(clippy::cast_possible_truncation, reason = "a share of the budget is no more than it")]
    #[expect(clippy::cast_sign_loss, reason = "marks are shares from 0 to 1")]
    pub(super) fn set_budget(&mut self, budget: u64) {
        let mark = |share: f64| (budget as f64 * share) as u64;
        self.books.budget = budget;
        (self.books.low, self.books.high) = (mark(self.marks.0), mark(self.marks.1));
    }

    /// A copy of the books, with what the line says.
    pub(super) fn standing(&self) -> Books {
        let lack = self.line.head().map_or(0, |head| self.lack(head));
        Books { lack, waiting: self.line.len() as u64, ..self.books }
    }

    /// Whether an end of a transition should press.
    pub(super) fn is_wanted(&self) -> bool {
        let (used, low) = (self.books.used(), self.books.low);
        !self.line.is_empty() || used > self.books.budget || (self.is_due && used > low)
    }

    pub(super) fn fits(&self, bytes: u64, rank: Rank, exceed: u64) -> bool {
        self.books.lack_of(bytes, rank, exceed) == 0
    }

    fn lack(&self, waiter: &Waiter) -> u64 {
        self.books.lack_of(waiter.bytes, waiter.rank, waiter.exceed)
    }

    pub(super) fn take(&mut self, bytes: u64, purpose: Purpose) {
        *self.books.of(purpose) += bytes;
        self.is_due |= self.books.used() > self.books.low;
    }

    /// Serves from the head while it fits, and tells who waits for a smaller budget.
    pub(super) fn serve(&mut self, answers: &mut Answers) {
        while let Some(waiter) = self.next() {
            self.take(waiter.bytes, waiter.purpose);
            answers.granted.push(waiter);
        }
        if self.books.used() <= self.books.budget {
            answers.shrunk.append(&mut self.shrinks);
        }
    }

    fn next(&mut self) -> Option<Waiter> {
        if self.lack(self.line.head()?) == 0 {
            self.is_passable = false;
            return self.line.pop();
        }
        if !self.is_passable || self.line.head()?.passed >= Self::PASSES {
            return None;
        }
        let number = self.line.behind(|waiter| self.lack(waiter) == 0)?;
        self.line.head_mut()?.passed += 1;
        self.line.remove(number)
    }
}
