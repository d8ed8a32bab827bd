//! Another value in the place of the one that is there.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Op, Result};

use super::asking::{Asker, Once, ask};
use super::lending::Changed;
use super::object_handle::Handle;
use super::offer::Basket;
use super::starting::{Start, Starting};
use crate::budget::{Press, Purpose, Rank, Room};
use crate::inner::Inner;
use crate::object::Object;
use crate::slot::{Slot, Swap, foreign, weigh};

/// Another value in the place of the one that is there. Nothing is loaded for it. A shared object stays as
/// it is, and the handle gets a new one.
pub(super) struct Replacing<T: Object> {
    slot: Arc<Slot<T>>,
    weight: u64,
    /// The new value. It has no room while it waits for some: two who each hold a part of theirs would stop
    /// each other.
    /// Who waits drops it when he goes away.
    offered: Basket<T>,
    answer: Once<Changed<T>>,
}

impl<T: Object> Replacing<T> {
    pub(super) fn begin(slot: &Arc<Slot<T>>, value: T) -> (Op<Changed<T>>, Basket<T>) {
        let weighed = weigh(&value);
        let offered: Basket<T> = Arc::new(Mutex::new(Some(value)));
        let weight = match weighed {
            Ok(weight) => weight,
            Err(error) => return (Op::failed(error), offered),
        };
        let (answer, op) = Once::new();
        let (slot, basket) = (Arc::clone(slot), Arc::clone(&offered));
        let replacing = Arc::new(Self { slot, weight, offered: basket, answer });
        (op.driven_by(Arc::new(Starting::of(replacing))), offered)
    }

    fn ask_for(self: Arc<Self>, bytes: u64) {
        let pool = Arc::clone(&self.slot.pool);
        ask(&pool, bytes, (Purpose::Resident, Rank::Insert), self);
    }

    fn forget(&self) {
        let offered = self.offered.lock().take();
        let _ = foreign::run("a `drop`", || drop(offered));
    }

    fn swap(&self, value: T, room: Room) -> Result<Option<(T, Room)>> {
        match self.slot.swap(value, room, self.weight) {
            Swap::Done => {
                self.answer.complete(Ok(Changed { handle: None, lent: None }));
                Ok(None)
            }
            Swap::Shared(value, room) if room.bytes() >= self.weight => {
                let pool = &self.slot.pool;
                if let Err(error) = pool.admit() {
                    let _ = foreign::run("a `drop`", || drop(value));
                    return Err(error);
                }
                let handle = Some(Handle::of(Slot::insert(pool, value, room)));
                self.answer.complete(Ok(Changed { handle, lent: None }));
                Ok(None)
            }
            Swap::Shared(value, room) | Swap::Short(value, room) => Ok(Some((value, room))),
            Swap::Refused(error) => Err(error),
        }
    }
}

impl<T: Object> Asker for Replacing<T> {
    fn is_wanted(&self) -> bool {
        self.answer.is_wanted()
    }

    fn go_on(self: Arc<Self>, room: Result<Room>) {
        let offered = self.offered.lock().take();
        let Some(value) = offered else { return };
        let room = match room {
            Ok(room) if self.is_wanted() => room,
            refused => {
                let _ = foreign::run("a `drop`", || drop(value));
                if let Err(error) = refused {
                    self.answer.complete(Err(error));
                }
                return;
            }
        };
        let pool = Arc::clone(&self.slot.pool);
        match self.swap(value, room) {
            Ok(Some((value, room))) => {
                // It is looked at by now, so its room cannot be taken over: all of it is asked for.
                *self.offered.lock() = Some(value);
                drop(room);
                if !self.is_wanted() {
                    // Who went away meanwhile has not found it.
                    return self.forget();
                }
                let all = self.weight;
                return self.ask_for(all);
            }
            Ok(None) => {}
            Err(error) => self.answer.complete(Err(error)),
        }
        if pool.ledger.wanted() {
            pool.presser.press();
        }
    }
}

impl<T: Object> Start for Replacing<T> {
    fn pool(&self) -> &Inner {
        &self.slot.pool
    }

    fn start(self: Arc<Self>) {
        let bytes = self.slot.lack_for(self.weight);
        self.ask_for(bytes);
    }
}
