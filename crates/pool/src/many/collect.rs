//! One attempt to get hold of all of many objects.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{ByteSize, Done, Error, Result};

use super::get_many::Many;
use crate::budget::Room;
use crate::handle::Guard;
use crate::object::Object;
use crate::slot::Slot;

/// One attempt to get hold of all.
pub(super) struct Round<T> {
    pub(super) number: u32,
    guards: Vec<Option<Guard<T>>>,
    missing: usize,
    error: Option<Error>,
    /// Room for all of them was asked for, also for those in memory: nothing can be missing then.
    pub(super) for_all: bool,
}

impl<T> Default for Round<T> {
    fn default() -> Self {
        Self { number: 0, guards: Vec::new(), missing: 0, error: None, for_all: false }
    }
}

impl<T: Object> Many<T> {
    /// Gets hold of all of them, with room for those that are away.
    pub(super) fn collect(self: Arc<Self>, mut room: Room) {
        let mut guards: Vec<Option<Guard<T>>> = self.slots.iter().map(Slot::hit).collect();
        let mut loads = Vec::new();
        for (at, slot) in self.slots.iter().enumerate().filter(|(at, _)| guards[*at].is_none()) {
            if slot.is_lent() {
                drop((guards, loads, room));
                return self.begin_again(false);
            }
            match room.split(ByteSize::bytes(slot.load_bytes())) {
                Ok(part) => loads.push((at, part)),
                Err(_too_small) => {
                    // One was evicted meanwhile.
                    drop((guards, loads, room));
                    return self.begin_again(true);
                }
            }
        }
        drop(room);
        {
            let mut round = self.round.lock();
            round.missing = loads.len() + 1;
            std::mem::swap(&mut round.guards, &mut guards);
        }
        drop(guards);
        let mut loads = loads.into_iter();
        for (at, part) in loads.by_ref() {
            let many = Arc::clone(&self);
            let done = Done::call(move |guard| many.came(at, guard));
            if let Err(done) = self.slots[at].get_with(part, done) {
                done.complete(Err(lent_again()));
            }
        }
        self.ended();
    }

    fn came(self: Arc<Self>, at: usize, guard: Result<Guard<T>>) {
        let second = {
            let mut round = self.round.lock();
            match guard {
                Ok(guard) => {
                    round.guards[at] = Some(guard);
                    None
                }
                Err(error) if round.error.is_some() => Some(error),
                Err(error) => round.error.replace(error),
            }
        };
        // What it comes from may be the user's, and so is its end: not under the lock.
        drop(second);
        self.ended();
    }

    /// One less is missing. With the last the answer is given.
    fn ended(self: Arc<Self>) {
        let (guards, error) = {
            let mut round = self.round.lock();
            round.missing -= 1;
            if round.missing > 0 {
                return;
            }
            (std::mem::take(&mut round.guards), round.error.take())
        };
        let all: Option<Vec<Guard<T>>> = guards.into_iter().collect();
        match (error, all) {
            (Some(error), all) => {
                drop(all);
                if error.is_retryable() && self.slots.iter().any(|slot| slot.is_lent()) {
                    return self.begin_again(false);
                }
                self.answer.complete(Err(error));
            }
            (None, Some(all)) => {
                let guards = self.places.iter().map(|at| all[*at].clone()).collect();
                self.answer.complete(Ok(guards));
            }
            (None, None) => self.begin_again(true),
        }
    }
}

fn lent_again() -> Error {
    Error::busy("an object was lent meanwhile", Duration::from_millis(1))
}
