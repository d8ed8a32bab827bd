//! One look at what there is.

use std::sync::Arc;

use forebay_store::{ByteSize, Moment};

use super::batch::{Batch, Begun};
use super::presser::Presser;
use crate::budget::Books;
use crate::event::Event;
use crate::inner::Inner;
use crate::order::Next;
use crate::slot::{Eviction, Look, Standing, Stored};

/// How a round has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing more is to be done now.
    Enough,
    /// All were named, and nobody can leave now.
    InVain,
    /// The places of writes are full: the end of one presses.
    Full,
    /// Enough for whoever's thread this is: a job goes on.
    More,
}

/// What is missing.
struct Goal {
    /// For somebody who waits, or because more is taken than there is.
    urgent: u64,
    /// Down to the high mark, ...
    mark: u64,
    /// ... but no further than to the low one.
    spare: u64,
}

impl Goal {
    fn of(books: &Books, leaving: u64) -> Self {
        let staying = books.used().saturating_sub(leaving);
        let lack = books.lack.saturating_sub(leaving);
        Self {
            urgent: lack.max(staying.saturating_sub(books.budget)),
            mark: staying.saturating_sub(books.high),
            spare: staying.saturating_sub(books.low),
        }
    }

    fn is_met(&self) -> bool {
        self.urgent == 0 && self.mark == 0
    }
}

impl Presser {
    /// So many are looked at in one go.
    const LOOKS: usize = 4_096;
    /// What an order passes over without a word before it says so.
    pub(super) const PASSED: usize = 64;
    /// So many of those who leave soon are written ahead.
    const AHEAD: usize = 32;

    pub(super) fn round(&self, inner: &Inner) -> Outcome {
        inner.ledger.purge();
        inner.ledger.begin_pressing();
        if inner.is_closed() {
            // Nobody is let in any more, and nothing may leave.
            return Outcome::Enough;
        }
        let mut batch = Batch::default();
        let outcome = self.evict(inner, &mut batch);
        if outcome == Outcome::Enough {
            self.write_ahead(inner, &mut batch);
        }
        self.hand_in(inner, &mut batch);
        self.conclude(inner, outcome);
        self.look_again(false);
        outcome
    }

    fn evict(&self, inner: &Inner, batch: &mut Batch) -> Outcome {
        let mut looks = 0;
        self.begin_looking(inner.seams.clock.now());
        loop {
            let (leaving, in_vain) = {
                let desk = self.desk.lock();
                (desk.flight.leaving, desk.in_vain)
            };
            let goal = Goal::of(&inner.ledger.standing(), leaving);
            // Two rounds: the first may find that all were touched.
            let is_in_vain = in_vain > 2 * inner.queue.len();
            if goal.is_met() || is_in_vain {
                let named = std::mem::take(&mut self.desk.lock().in_vain);
                if goal.is_met() {
                    return Outcome::Enough;
                }
                self.rest(named, inner.seams.clock.now());
                return Outcome::InVain;
            }
            if looks >= Self::LOOKS {
                return Outcome::More;
            }
            let slot = match inner.queue.next() {
                Next::Nothing => return Outcome::InVain,
                Next::More => {
                    looks += Self::PASSED;
                    self.desk.lock().in_vain += Self::PASSED;
                    continue;
                }
                Next::One(slot) => slot,
            };
            looks += 1;
            if goal.urgent == 0 && slot.look().weight > goal.spare {
                return Outcome::Enough;
            }
            match self.take_out(inner, batch, slot) {
                Begun::Yes => self.desk.lock().progress(),
                Begun::No => self.desk.lock().in_vain += 1,
                Begun::Full => return Outcome::Full,
            }
        }
    }

    /// Looks on, or begins to.
    fn begin_looking(&self, now: Moment) {
        let mut desk = self.desk.lock();
        if desk.in_vain == 0 {
            desk.in_vain_since = now;
        }
    }

    /// Evicts one, or begins to write it.
    fn take_out(&self, inner: &Inner, batch: &mut Batch, slot: Arc<dyn Stored>) -> Begun {
        match slot.try_evict() {
            Eviction::Freed(_) => Begun::Yes,
            Eviction::LookedAt | Eviction::Pinned | Eviction::Away => Begun::No,
            // Written with a guard out it would stay all the same.
            Eviction::Unsaved if slot.look().guards > 0 => Begun::No,
            Eviction::Unsaved => self.write(inner, batch, slot, true),
        }
    }

    /// Writes what will probably leave soon, so that it can leave at once then.
    fn write_ahead(&self, inner: &Inner, batch: &mut Batch) {
        let books = inner.ledger.standing();
        if books.used() <= books.low || inner.medium.is_none() {
            return;
        }
        if batch.is_empty() && self.desk.lock().flight.batches >= inner.settings.writes {
            return;
        }
        let most = books.budget - books.low;
        for slot in inner.queue.ahead(Self::AHEAD) {
            let look = slot.look();
            if !is_cold(&look) {
                continue;
            }
            let ahead = self.desk.lock().flight.ahead;
            if ahead > 0 && ahead + look.weight > most {
                return;
            }
            if self.write(inner, batch, slot, false) == Begun::Full {
                return;
            }
        }
    }

    /// Says what is to be said of a round.
    fn conclude(&self, inner: &Inner, outcome: Outcome) {
        let books = inner.ledger.standing();
        let is_waited_for = inner.ledger.is_waited_for();
        let is_stuck = outcome == Outcome::InVain && is_waited_for;
        let is_idle = is_stuck && inner.lanes.is_idle();
        let (is_told_over, is_told_stuck) = {
            let mut desk = self.desk.lock();
            desk.is_stuck = is_stuck;
            desk.told.is_stuck &= is_waited_for;
            let is_over = books.used() > books.budget;
            let over = is_over && !std::mem::replace(&mut desk.told.is_over, is_over);
            desk.told.is_over = is_over;
            let is_idle = is_idle && desk.flight.batches == 0;
            let stuck = is_idle && !std::mem::replace(&mut desk.told.is_stuck, true);
            (over, stuck)
        };
        inner.ledger.let_pass(is_stuck);
        if is_told_over {
            let bytes = ByteSize::bytes(books.used() - books.budget);
            inner.watch.tell(|| Event::OverBudget { bytes });
        }
        if is_told_stuck {
            inner.watch.tell(|| Event::Stuck(Arc::new(self.in_the_way(inner))));
        }
    }
}

/// Whether it is to be written ahead: what is looked at may be changed soon.
fn is_cold(look: &Look) -> bool {
    let is_unsaved = matches!(look.standing, Standing::Unsaved | Standing::Troubled);
    is_unsaved && look.guards == 0 && look.not_before.is_none()
}
