//! How long somebody waits, and the one timer that ends it.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{ByteSize, Error, Moment};

use super::answers::Why;
use super::desk::Desk;
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

    pub(super) fn of(when_full: WhenFull) -> Self {
        match when_full {
            WhenFull::Wait(time) => Self { time, exceed: 0 },
            WhenFull::Fail => Self { time: Duration::ZERO, exceed: 0 },
            WhenFull::Exceed(by) => Self { time: Self::BEYOND, exceed: by.as_bytes() },
        }
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
            let of = ByteSize::bytes(budget);
            let error = Error::busy(
                format!("the pool has not come down to {of} yet"),
                Duration::from_millis(100),
            );
            let error = match &why {
                Some(why) => why.behind(error),
                None => error,
            };
            shrink.done.complete(Err(error));
        }
        self.serve();
    }
}

fn earliest(desk: &Desk) -> Option<Moment> {
    let shrinks = desk.shrinks.iter().map(|shrink| shrink.deadline);
    shrinks.chain(desk.line.earliest()).min()
}
