//! How long somebody waits, and the one timer that ends it.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{ByteSize, Error, Moment};

use super::answers::Why;
use super::cause::Cause;
use super::desk::{Desk, Shrink};
use super::ledger::Ledger;
use super::when_full::WhenFull;

/// How long somebody waits, and how much more than the budget may be taken for him.
pub(super) struct Patience {
    pub(super) time: Duration,
    pub(super) exceed: u64,
}

impl Patience {
    /// Of who may exceed the budget and finds no room all the same.
    const BEYOND: Duration = Duration::from_secs(30);
    /// No timer is set for it.
    const NEVER: Moment = Moment(u64::MAX);

    pub(super) fn of(when_full: WhenFull) -> Self {
        match when_full {
            WhenFull::Wait(time) => Self { time, exceed: 0 },
            WhenFull::Fail => Self { time: Duration::ZERO, exceed: 0 },
            WhenFull::Exceed(by) => Self { time: Self::BEYOND, exceed: by.as_bytes() },
        }
    }

    /// Until when. Who does not wait goes by himself after his attempt: a timer that rings for others meanwhile
    /// is not to send him away.
    pub(super) fn deadline(&self, now: Moment) -> Moment {
        if self.time.is_zero() { Self::NEVER } else { now.after(self.time) }
    }
}

impl Ledger {
    /// Sets the timer for the earliest deadline. Timers cannot be cancelled, so there is one for all.
    pub(super) fn arm(self: &Arc<Self>) {
        let now = self.clock.now();
        let due = self.with(|desk| {
            let due = earliest(desk)?;
            let is_late = desk.armed.is_none_or(|armed| due < armed);
            is_late.then(|| *desk.armed.insert(due))
        });
        let Some(due) = due else { return };
        let ledger = Arc::downgrade(self);
        let ring = move || {
            if let Some(ledger) = ledger.upgrade() {
                ledger.expire();
                ledger.arm();
            }
        };
        self.clock.after(due.since(now), Box::new(ring));
    }

    /// Says no to those who have waited for too long.
    pub(super) fn expire(self: &Arc<Self>) {
        let now = self.clock.now();
        let (late, shrinks, budget) = self.with(|desk| {
            desk.armed = desk.armed.filter(|armed| *armed > now);
            let shrinks = desk.shrinks.extract_if(.., |shrink| shrink.deadline <= now).collect();
            let shrinks: Vec<_> = shrinks;
            let late = desk.line.expired(now);
            for waiter in &late {
                desk.tally.refused(waiter.waited(now));
            }
            (late, shrinks, desk.books.budget)
        });
        if late.is_empty() && shrinks.is_empty() {
            return;
        }
        let why = self.why();
        for waiter in late {
            let waited = Why::NotInTime(waiter.waited(now));
            waiter.refuse(&waited, budget, why.as_ref());
        }
        for shrink in shrinks {
            shrink.refuse(budget, why.as_ref());
        }
        self.serve();
    }
}

impl Shrink {
    /// Says that the smaller budget does not hold yet.
    pub(super) fn refuse(self, budget: u64, why: Option<&Cause>) {
        let of = ByteSize::bytes(budget);
        let message = format!("the pool has not come down to {of} yet");
        let error = Error::busy(message, Why::LATER);
        let error = match why {
            Some(why) => why.behind(error),
            None => error,
        };
        self.done.complete(Err(error));
    }
}

fn earliest(desk: &Desk) -> Option<Moment> {
    let shrinks = desk.shrinks.iter().map(|shrink| shrink.deadline);
    let due = shrinks.chain(desk.line.earliest()).min();
    due.filter(|due| *due < Patience::NEVER)
}
