//! How an ask comes in: it is served at once, refused, or stands in line.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Op, Result};

use super::answers::{Answers, Why};
use super::ask::{Ask, Rank};
use super::desk::Desk;
use super::foreign::is_foreign;
use super::ledger::Ledger;
use super::line::{End, Line, Waiter};
use super::patience::Patience;
use super::purpose::Purpose;
use super::room::Room;

impl Ledger {
    /// Takes room, after one pressing if need be, or says why there is none. Where the budget may be
    /// exceeded, it may be here.
    pub(crate) fn try_take(
        self: &Arc<Self>,
        bytes: u64,
        purpose: Purpose,
        rank: Rank,
    ) -> Result<Room> {
        let (done, op) = Op::pending();
        let patience = Patience { time: Duration::ZERO, ..Patience::of(self.patience) };
        self.stand(bytes, purpose, rank, &patience, End::thread(done));
        // Nobody stands in line for `Fail` any more: it is answered, or somebody is about to.
        op.wait()
    }

    /// Answers, now or later. Presses first.
    pub(crate) fn take(self: &Arc<Self>, ask: Ask) {
        let Ask { bytes, purpose, rank, patience, claim } = ask;
        self.stand(bytes, purpose, rank, &Patience::of(patience), End::Claim(claim));
    }

    fn stand(
        self: &Arc<Self>,
        bytes: u64,
        purpose: Purpose,
        rank: Rank,
        patience: &Patience,
        end: End,
    ) {
        let since = self.clock.now();
        let deadline = patience.deadline(since);
        let exceed = patience.exceed;
        let waiter = Waiter { bytes, purpose, rank, exceed, since, deadline, passed: 0, end };
        let mut answers = Answers::default();
        let entry = self.with(|desk| {
            let entry = enter(desk, waiter);
            desk.serve(&mut answers);
            entry
        });
        answers.give(self);
        match entry {
            Entry::Granted(waiter) => {
                waiter.end.answer(Ok(Room::new(Arc::clone(self), bytes, purpose)));
            }
            Entry::Refused(waiter, why) => {
                let budget = self.standing().budget;
                waiter.end.answer(Err(why.error(bytes, budget)));
            }
            Entry::Waits(number) if patience.time.is_zero() => {
                self.attempt(&|| self.desk.lock().line.has(number), || self.withdraw(number));
            }
            Entry::Waits(_) => {
                self.arm();
                self.press();
            }
        }
    }

    /// Takes somebody out of the line who does not wait.
    fn withdraw(self: &Arc<Self>, number: u64) {
        let now = self.clock.now();
        let removed = self.with(|desk| {
            let waiter = desk.line.remove(number)?;
            desk.tally.refused(waiter.waited(now));
            Some(waiter)
        });
        let Some(waiter) = removed else { return };
        let (why, budget) = (self.why(), self.standing().budget);
        waiter.refuse(&Why::NotNow, budget, why.as_ref());
        self.serve();
    }
}

/// What became of an ask at once.
enum Entry {
    Granted(Waiter),
    Refused(Waiter, Why),
    Waits(u64),
}

fn enter(desk: &mut Desk, waiter: Waiter) -> Entry {
    let (bytes, rank, exceed) = (waiter.bytes, waiter.rank, waiter.exceed);
    if desk.is_closed {
        return Entry::Refused(waiter, Why::Closed);
    }
    if desk.line.is_empty() && desk.fits(bytes, rank, exceed) {
        desk.take(bytes, waiter.purpose);
        return Entry::Granted(waiter);
    }
    if desk.books.is_too_large(bytes, rank, exceed) {
        return Entry::Refused(waiter, Why::TooLarge);
    }
    if is_foreign() {
        return Entry::Refused(waiter, Why::InForeignCode);
    }
    if desk.line.len() >= Line::MAX {
        return Entry::Refused(waiter, Why::LineIsFull);
    }
    desk.tally.waits += 1;
    Entry::Waits(desk.line.push(waiter))
}
