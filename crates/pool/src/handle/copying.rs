//! A change of an object that others have, too: the handle gets a copy.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Error, ErrorKind, Op, Result};

use super::asking::{Asker, Once, ask, go_on_later};
use super::guard::Guard;
use super::lending::Changed;
use super::object_handle::Handle;
use super::starting::{Start, Starting};
use crate::budget::{Purpose, Rank, Room};
use crate::inner::Inner;
use crate::object::Object;
use crate::slot::{Lent, Slot, fit, foreign, weigh};

/// A change of an object that others have, too, or look at: the handle gets a copy. For one that nobody
/// else has to do with, it is lent as it is.
pub(super) struct Copying<T: Object + Clone> {
    slot: Arc<Slot<T>>,
    answer: Once<Changed<T>>,
    round: Mutex<Round>,
}

/// One attempt to get hold of the original, with room for it and for its copy.
#[derive(Default)]
struct Round {
    number: u32,
    /// The ask is for the load, too.
    with_load: bool,
}

impl<T: Object + Clone> Copying<T> {
    /// So often others may come in between.
    const ROUNDS: u32 = 64;

    pub(super) fn begin(slot: &Arc<Slot<T>>) -> Op<Changed<T>> {
        let (answer, op) = Once::new();
        let round = Mutex::default();
        let copying = Arc::new(Self { slot: Arc::clone(slot), answer, round });
        op.driven_by(Arc::new(Starting::of(copying)))
    }

    fn lend(self: Arc<Self>) {
        self.slot.lend().forward(Done::call(move |lent: Result<Lent<T>>| match lent {
            Err(error) if is_taken(&error) => self.taken(error),
            lent => {
                let changed = lent.map(|lent| Changed { handle: None, lent: Some(lent) });
                self.answer.complete(changed);
            }
        }));
    }

    /// Others have a handle or a guard, or had: it is lent then, if they have let go of it by now.
    fn taken(self: Arc<Self>, error: Error) {
        if self.slot.is_to_be_copied() {
            self.ask_for_copy();
        } else if self.slot.is_here() && self.begin_round().is_some() {
            self.lend();
        } else {
            self.answer.complete(Err(error));
        }
    }

    /// One ask for copy and load, before anything is held: two who each hold an original and wait for a
    /// copy's room would stop each other.
    fn ask_for_copy(self: Arc<Self>) {
        let pool = Arc::clone(&self.slot.pool);
        let Some(with_load) = self.begin_round() else {
            let why = "others have come in between too often";
            return self.answer.complete(Err(Error::busy(why, Duration::from_millis(10))));
        };
        let load = if with_load { self.slot.load_bytes() } else { self.slot.bytes_to_load() };
        self.round.lock().with_load = load > 0;
        let bytes = self.slot.weight().saturating_add(load);
        ask(&pool, bytes, (Purpose::Resident, Rank::Load), self);
    }

    /// Whether this round is with the load. None if there were too many.
    fn begin_round(&self) -> Option<bool> {
        let mut round = self.round.lock();
        round.number += 1;
        (round.number <= Self::ROUNDS).then_some(round.with_load)
    }

    fn copy(self: Arc<Self>, guard: Result<Guard<T>>, room: Room) {
        let handle = match guard.and_then(|guard| copied(&self.slot, &guard, room)) {
            Ok(handle) => handle,
            Err(error) => return self.answer.complete(Err(error)),
        };
        let slot = Arc::clone(&handle.slot);
        slot.lend().forward(Done::call(move |lent: Result<Lent<T>>| {
            let changed = lent.map(|lent| Changed { handle: Some(handle), lent: Some(lent) });
            self.answer.complete(changed);
        }));
    }
}

fn is_taken(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Refused | ErrorKind::Busy)
}

/// A copy as an object of its own.
fn copied<T: Object + Clone>(slot: &Slot<T>, value: &T, mut room: Room) -> Result<Handle<T>> {
    let copy = foreign::run("`clone`", || value.clone())?;
    match weigh(&copy).and_then(|weight| slot.pool.admit().map(|()| weight)) {
        Ok(weight) => {
            fit(&mut room, weight);
            Ok(Handle::of(Slot::insert(&slot.pool, copy, room)))
        }
        Err(error) => {
            let _ = foreign::run("a `drop`", || drop(copy));
            Err(error)
        }
    }
}

impl<T: Object + Clone> Asker for Copying<T> {
    fn is_wanted(&self) -> bool {
        self.answer.is_wanted()
    }

    fn go_on(self: Arc<Self>, room: Result<Room>) {
        if !self.is_wanted() {
            return;
        }
        let mut room = match room {
            Ok(room) => room,
            Err(error) => return self.answer.complete(Err(error)),
        };
        if let Some(guard) = self.slot.hit() {
            return self.copy(Ok(guard), room);
        }
        let weight = forebay_store::ByteSize::bytes(self.slot.weight());
        let Ok(for_copy) = room.split(weight) else {
            drop(room);
            return self.ask_for_copy();
        };
        if room.bytes() < self.slot.load_bytes() {
            // It has left memory meanwhile.
            drop((room, for_copy));
            self.round.lock().with_load = true;
            return self.ask_for_copy();
        }
        let (done, op) = Op::pending();
        if self.slot.get_with(room, done).is_err() {
            // It was lent meanwhile: wait for that, holding nothing.
            drop(for_copy);
            let get = self.slot.get();
            return get.forward(Done::call(move |guard: Result<Guard<T>>| match guard {
                Ok(guard) => {
                    drop(guard);
                    let pool = Arc::clone(&self.slot.pool);
                    go_on_later(&pool, move || self.ask_for_copy());
                }
                // It stays lent, or cannot be read.
                Err(error) => self.answer.complete(Err(error)),
            }));
        }
        op.forward(Done::call(move |guard| self.copy(guard, for_copy)));
    }
}

impl<T: Object + Clone> Start for Copying<T> {
    fn pool(&self) -> &Inner {
        &self.slot.pool
    }

    fn start(self: Arc<Self>) {
        self.lend();
    }
}
