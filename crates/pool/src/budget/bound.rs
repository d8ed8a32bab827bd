//! How much there is: another budget, and none any more.

use std::sync::Arc;

use forebay_store::{ByteSize, Error, Op, Result};

use super::answers::{Answers, Why};
use super::desk::{Desk, Shrink};
use super::ledger::Ledger;
use super::line::Waiter;
use super::patience::Patience;

/// So many may wait until a smaller bound holds.
const SHRINKS_MAX: usize = 1_024;

impl Ledger {
    /// Answered when the new bound holds. After the pool's patience it is `Busy`, and the bound stays.
    pub(crate) fn set_budget(self: &Arc<Self>, bytes: u64) -> Op<()> {
        let patience = Patience::of(self.patience);
        let deadline = patience.deadline(self.clock.now());
        let (done, op) = Op::pending();
        let mut answers = Answers::default();
        let changed = self.with(|desk| {
            if desk.shrinks.len() >= SHRINKS_MAX {
                return Err(Why::LineIsFull.error(bytes, bytes));
            }
            let refused = resize(desk, bytes)?;
            desk.last_shrink += 1;
            let number = desk.last_shrink;
            desk.shrinks.push(Shrink { number, deadline, done });
            desk.serve(&mut answers);
            Ok((refused, number))
        });
        let (refused, number) = match changed {
            Ok(changed) => changed,
            Err(error) => return Op::failed(error),
        };
        answers.give(self);
        for waiter in refused {
            waiter.refuse(&Why::TooLarge, bytes, None);
        }
        if !op.is_ready() {
            if patience.time.is_zero() {
                self.attempt(&|| !op.is_ready(), || self.give_up(number));
            } else {
                self.arm();
                self.press();
            }
        }
        op
    }

    /// Somebody does not wait until the smaller bound holds.
    fn give_up(&self, number: u64) {
        let (shrink, budget) = self.with(|desk| {
            let shrink = desk.shrinks.extract_if(.., |shrink| shrink.number == number).next();
            (shrink, desk.books.budget)
        });
        if let Some(shrink) = shrink {
            shrink.refuse(budget, self.why().as_ref());
        }
    }

    /// Nobody is served any more, and who waits is told so.
    pub(crate) fn close(&self) {
        let (waiting, shrinks, budget) = self.with(|desk| {
            desk.is_closed = true;
            let waiting = desk.line.take_if(|_| true);
            (waiting, std::mem::take(&mut desk.shrinks), desk.books.budget)
        });
        for shrink in shrinks {
            shrink.done.complete(Err(Why::Closed.error(0, budget)));
        }
        for waiter in waiting {
            waiter.refuse(&Why::Closed, budget, None);
        }
    }
}

/// Sets the budget, and takes those out of the line who will never fit into it.
fn resize(desk: &mut Desk, bytes: u64) -> Result<Vec<Waiter>> {
    if desk.is_closed {
        return Err(Why::Closed.error(bytes, bytes));
    }
    if desk.books.standing() > bytes / 2 {
        let standing = ByteSize::bytes(desk.books.standing());
        let why = format!("`memory` must be twice what the pool itself needs, which is {standing}");
        return Err(Error::invalid(why));
    }
    desk.set_budget(bytes);
    let books = desk.books;
    Ok(desk.line.take_if(|waiter| books.is_too_large(waiter.bytes, waiter.rank, waiter.exceed)))
}
