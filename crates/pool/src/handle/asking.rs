//! Somebody who asks for room.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Drive, Op, Result};

use crate::budget::{Ask, Claim, Mail, Purpose, Rank, Room};
use crate::inner::Inner;
use crate::lanes::{Lane, Work};
use crate::slot::foreign::caught;

/// Somebody who asks for room.
pub(crate) trait Asker: Send + Sync + 'static {
    /// Whether anybody waits for what it does.
    fn is_wanted(&self) -> bool;

    /// Goes on with its room: on the thread that asks, or in a lane. Called once.
    fn go_on(self: Arc<Self>, room: Result<Room>);
}

/// Goes on in a lane: this may be the thread of anybody who lets go of something, and what others have
/// written must not run there.
pub(crate) fn go_on_later(pool: &Inner, go_on: impl FnOnce() + Send + 'static) {
    pool.lanes.run(Lane::Later, Box::new(Later(go_on)));
}

struct Later<F>(F);

impl<F: FnOnce() + Send> Work for Later<F> {
    fn run(self: Box<Self>) {
        (self.0)();
    }
}

/// Rather than wait, works off what is queued.
pub(crate) fn help_while(pool: &Inner, is_wanted: impl Fn() -> bool) {
    let help =
        || [Lane::Later, Lane::Read, Lane::Write].into_iter().any(|lane| pool.lanes.help(lane));
    while is_wanted() && help() {}
}

/// Gets room, now or later. What is answered at once is gone on with at once, in code of users as well: it
/// may run in the very lane that would have to do it.
pub(crate) fn ask<A: Asker>(pool: &Arc<Inner>, bytes: u64, about: (Purpose, Rank), asker: Arc<A>) {
    let (purpose, rank) = about;
    if let Some(room) = pool.ledger.take_now(bytes, purpose) {
        return asker.go_on(Ok(room));
    }
    let mail = Mail::new(true);
    let claim = Arc::new(Asking { pool: Arc::clone(pool), asker, mail });
    let patience = pool.patience();
    let kept = Arc::<Asking<A>>::clone(&claim);
    pool.ledger.take(Ask { bytes, purpose, rank, patience, claim: kept });
    if let Some(room) = claim.mail.leave() {
        Arc::clone(&claim.asker).go_on(room);
    }
}

struct Asking<A> {
    pool: Arc<Inner>,
    asker: Arc<A>,
    mail: Mail,
}

impl<A: Asker> Claim for Asking<A> {
    fn is_wanted(&self) -> bool {
        self.asker.is_wanted()
    }

    fn answer(self: Arc<Self>, room: Result<Room>) {
        if let Some(room) = self.mail.post(room) {
            let asker = Arc::clone(&self.asker);
            go_on_later(&self.pool, move || asker.go_on(room));
        }
    }
}

/// Somebody who answers once, and knows whether anybody waits for that.
pub(crate) struct Once<R>(Mutex<Option<Done<R>>>);

impl<R> Once<R> {
    pub(crate) fn new() -> (Self, Op<R>) {
        let (done, op) = Op::pending();
        (Self(Mutex::new(Some(done))), op)
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.0.lock().as_ref().is_some_and(|done| !done.is_abandoned())
    }

    pub(crate) fn take(&self) -> Option<Done<R>> {
        self.0.lock().take()
    }

    pub(crate) fn complete(&self, result: Result<R>) {
        let done = self.take();
        if let Some(done) = done {
            caught(|| done.complete(result));
        }
    }
}

/// Room that a caller reserves.
pub(crate) struct Reserving {
    pool: Arc<Inner>,
    answer: Once<Room>,
}

impl Reserving {
    pub(crate) fn begin(pool: &Arc<Inner>, bytes: u64) -> Op<Room> {
        let purpose = Purpose::Reserved;
        if let Some(room) = pool.ledger.take_now(bytes, purpose) {
            return Op::ready(room);
        }
        let (answer, op) = Once::new();
        let claim = Arc::new(Self { pool: Arc::clone(pool), answer });
        let (rank, patience) = (Rank::Insert, pool.patience());
        pool.ledger.take(Ask { bytes, purpose, rank, patience, claim: Arc::<Self>::clone(&claim) });
        op.driven_by(claim)
    }
}

/// It only hands the room on, so that it need not go on elsewhere.
impl Claim for Reserving {
    fn is_wanted(&self) -> bool {
        self.answer.is_wanted()
    }

    fn answer(self: Arc<Self>, room: Result<Room>) {
        self.answer.complete(room);
    }
}

/// Rather than wait for room, who waits writes what is to be evicted.
impl Drive for Reserving {
    fn drive(&self) {
        while self.answer.is_wanted() && self.pool.lanes.help(Lane::Write) {}
    }

    fn start(&self) {}
}
