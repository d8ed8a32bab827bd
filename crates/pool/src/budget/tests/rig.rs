//! A ledger with a clock that is moved by hand, and those who ask it.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use forebay_store::{ByteSize, Error, ErrorKind, Result};

use crate::budget::{Ask, Cause, Claim, Ledger, Press, Purpose, Rank, Room, WhenFull};
use crate::order::Order;
use crate::settings::Settings;

pub(super) const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn settings(memory: u64, when_full: WhenFull) -> Settings {
    Settings {
        memory: ByteSize::bytes(memory),
        low: 0.8,
        high: 0.95,
        order: Order::default(),
        when_full,
        reads: 4,
        writes: 2,
        objects_max: 1 << 20,
    }
}

pub(super) struct World {
    pub(super) clock: Arc<ManualClock>,
    pub(super) ledger: Arc<Ledger>,
}

pub(super) fn world(memory: u64) -> World {
    patient(memory, WhenFull::Wait(PATIENCE))
}

pub(super) fn patient(memory: u64, when_full: WhenFull) -> World {
    let clock = ManualClock::new();
    let ledger = Ledger::new(&settings(memory, when_full), &clock.seams(1));
    World { clock, ledger }
}

impl World {
    pub(super) fn ask(&self, bytes: u64, rank: Rank, patience: WhenFull) -> Arc<Wish> {
        let wish = Arc::new(Wish::default());
        let claim = Arc::clone(&wish) as Arc<dyn Claim>;
        self.ledger.take(Ask { bytes, purpose: Purpose::Resident, rank, patience, claim });
        wish
    }

    pub(super) fn insert(&self, bytes: u64) -> Arc<Wish> {
        self.ask(bytes, Rank::Insert, WhenFull::Wait(PATIENCE))
    }

    pub(super) fn load(&self, bytes: u64) -> Arc<Wish> {
        self.ask(bytes, Rank::Load, WhenFull::Wait(PATIENCE))
    }

    pub(super) fn used(&self) -> u64 {
        self.ledger.standing().used()
    }
}

/// Somebody who asks.
#[derive(Default)]
pub(super) struct Wish {
    is_gone: AtomicBool,
    answers: AtomicUsize,
    answer: Mutex<Option<Result<Room>>>,
}

impl Wish {
    pub(super) fn go(&self) {
        self.is_gone.store(true, Ordering::SeqCst);
    }

    pub(super) fn has_room(&self) -> bool {
        matches!(&*self.answer.lock(), Some(Ok(_)))
    }

    pub(super) fn waits(&self) -> bool {
        self.answers.load(Ordering::SeqCst) == 0
    }

    pub(super) fn error(&self) -> Error {
        let answer = self.answer.lock();
        answer.as_ref().expect("answered").as_ref().expect_err("no room").clone()
    }

    pub(super) fn kind(&self) -> ErrorKind {
        self.error().kind()
    }

    /// Gives its room back.
    pub(super) fn end(&self) {
        let answer = self.answer.lock().take();
        drop(answer);
    }
}

impl Claim for Wish {
    fn is_wanted(&self) -> bool {
        !self.is_gone.load(Ordering::SeqCst)
    }

    fn answer(self: Arc<Self>, room: Result<Room>) {
        assert_eq!(self.answers.fetch_add(1, Ordering::SeqCst), 0, "answered once");
        if self.is_wanted() {
            *self.answer.lock() = Some(room);
        }
    }
}

/// Counts, and frees what it has been given to free.
#[derive(Default)]
pub(super) struct Hand {
    pub(super) pressed: AtomicUsize,
    pub(super) frees: Mutex<Vec<Room>>,
    pub(super) why: Mutex<Option<Cause>>,
}

impl Press for Hand {
    fn press(&self) {
        self.pressed.fetch_add(1, Ordering::SeqCst);
        let freed = self.frees.lock().pop();
        drop(freed);
    }

    fn why(&self) -> Option<Cause> {
        self.why.lock().clone()
    }
}

impl World {
    pub(super) fn hand(&self) -> Arc<Hand> {
        let hand = Arc::new(Hand::default());
        let weak: std::sync::Weak<Hand> = Arc::downgrade(&hand);
        self.ledger.on_pressure(weak);
        hand
    }
}
