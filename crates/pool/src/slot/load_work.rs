//! A load that has room: it reads the value.

use std::sync::Arc;
use std::time::Duration;

use forebay_counted::Counted;
use forebay_store::{Error, ErrorKind, Result};

use super::blob::Blob;
use super::foreign;
use super::held::{Held, fit};
use super::object_slot::{Slot, weigh};
use crate::blob::{expected, read_blob};
use crate::budget::{Purpose, Room};
use crate::lanes::{Lane, Work};
use crate::many::Turn;
use crate::object::Object;

/// A load that has room. Dropped unrun it ends as failed.
pub(super) struct LoadWork<T: Object> {
    slot: Arc<Slot<T>>,
    number: u32,
    /// None from when it reads.
    room: Option<Room>,
    is_over: bool,
    /// Its place among the loads that nobody waits for.
    turn: Option<Turn>,
}

impl<T: Object> LoadWork<T> {
    pub(super) fn new(slot: &Arc<Slot<T>>, number: u32, room: Room) -> Self {
        Self { slot: Arc::clone(slot), number, room: Some(room), is_over: false, turn: None }
    }

    pub(super) fn in_turn(mut self, turn: Turn) -> Self {
        self.turn = Some(turn);
        self
    }

    /// Reads here, if the caller waits anyway and there is a place, else in a lane. Room that comes
    /// second is given back.
    pub(super) fn go(mut self, is_waiting: bool) {
        let lanes = &Arc::clone(&self.slot.pool).lanes;
        let permit = if is_waiting { lanes.enter(Lane::Read) } else { None };
        if permit.is_some() {
            return Box::new(self).run();
        }
        self.is_over = !self.slot.grant(self.number);
        if !self.is_over {
            lanes.run(Lane::Read, Box::new(self));
        }
    }
}

impl<T: Object> Work for LoadWork<T> {
    fn run(mut self: Box<Self>) {
        let Some(room) = self.room.take() else { return };
        let slot = Arc::clone(&self.slot);
        let start = slot.step(|desk, effects| desk.start_load(self.number, effects));
        let Some(blob) = start else {
            self.is_over = true;
            return;
        };
        let began = slot.pool.seams.clock.now();
        let outcome = read(&slot, &blob, room);
        let took = slot.pool.seams.clock.now().since(began);
        slot.pool.counts.loaded(&outcome.as_ref().map(|_| blob.head.stored), took);
        self.is_over = true;
        match outcome {
            Ok(held) => {
                let has_medium = slot.pool.medium.is_some();
                slot.step(|desk, effects| {
                    desk.loaded(self.number, held, (slot.handles(), has_medium), effects);
                });
            }
            Err(error) => slot.load_failed(self.number, &error),
        }
    }
}

/// Reads the value, without any lock.
fn read<T: Object>(slot: &Slot<T>, blob: &Blob, mut room: Room) -> Result<Counted<Held<T>>> {
    let call = || {
        let expected = expected::<T>(Some(blob.head.id));
        read_blob::<T>(&*blob.medium, blob.place, &expected, None)
    };
    let value = foreign::run("the codec or the medium", call)??;
    let weight = match weigh(&value) {
        Ok(weight) => weight.max(blob.head.raw),
        Err(error) => {
            let _ = foreign::run("a `drop`", || drop(value));
            return Err(error);
        }
    };
    room.turn_into(Purpose::Resident);
    fit(&mut room, weight);
    Ok(Counted::new(Held::new(value, room, &slot.pool)))
}

impl<T: Object> Drop for LoadWork<T> {
    fn drop(&mut self) {
        drop(self.room.take());
        if !self.is_over {
            let error = Error::new(ErrorKind::Aborted, "a load was dropped before it ended");
            self.slot.pool.counts.loaded(&Err(&error), Duration::ZERO);
            self.slot.load_failed(self.number, &error);
        }
    }
}
