//! Loading an object: from the ask for room to the value.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Drive, Error, ErrorKind, Op, Result};

use super::blob::Blob;
use super::claim::LoadClaim;
use super::foreign;
use super::held::{Held, fit};
use super::lent::Lent;
use super::load::Begun;
use super::object_slot::{Slot, weigh};
use crate::blob::{expected, read_blob};
use crate::budget::{Ask, Purpose, Rank, Room};
use crate::event::Event;
use crate::handle::Guard;
use crate::lanes::{Lane, Work};
use crate::many::Turn;
use crate::object::Object;

/// Reads an object when somebody waits for it.
pub(super) struct Fetch<T: Object> {
    slot: Arc<Slot<T>>,
    reader: Mutex<Option<Fetcher<T>>>,
}

enum Fetcher<T: Object> {
    Guard(Done<Guard<T>>),
    Lent(Done<Lent<T>>),
}

impl<T: Object> Slot<T> {
    /// The value, from memory or from its medium. What is to be read is read by whoever waits.
    pub(crate) fn get(self: &Arc<Self>) -> Op<Guard<T>> {
        if let Some(guard) = self.hit() {
            return Op::ready(guard);
        }
        let (done, op) = Op::pending();
        op.driven_by(Fetch::of(self, Fetcher::Guard(done)))
    }

    /// The value, for somebody who wants to change it.
    pub(crate) fn lend(self: &Arc<Self>) -> Op<Lent<T>> {
        let (done, op) = Op::pending();
        op.driven_by(Fetch::of(self, Fetcher::Lent(done)))
    }

    /// Gets room for a load that was begun, and reads: here, if the caller waits anyway.
    pub(super) fn load(self: &Arc<Self>, begun: Begun, is_waiting: bool) {
        let ledger = &self.pool.ledger;
        if let Some(room) = ledger.take_now(begun.bytes, Purpose::Loading) {
            return LoadWork::new(self, begun.number, room).go(is_waiting);
        }
        let claim = LoadClaim::new(self, begun, is_waiting);
        ledger.take(Ask {
            bytes: begun.bytes,
            purpose: Purpose::Loading,
            rank: Rank::Load,
            patience: self.pool.patience(),
            claim: Arc::<LoadClaim<T>>::clone(&claim),
        });
        if is_waiting {
            // Rather than wait for room, write what is to be evicted.
            while !claim.has_answer() && self.pool.lanes.help(Lane::Write) {}
            if let Some(room) = claim.leave() {
                self.answered(begun, room, true);
            }
        }
    }

    /// A load of it is queued perhaps: rather than wait, work it off.
    pub(crate) fn help_load(&self) {
        while self.has_queued_load() && self.pool.lanes.help(Lane::Read) {}
    }

    /// The ask of a load was answered.
    pub(super) fn answered(self: &Arc<Self>, begun: Begun, room: Result<Room>, is_waiting: bool) {
        match room {
            Ok(room) => LoadWork::new(self, begun.number, room).go(is_waiting),
            Err(error) => {
                self.step(|desk, effects| desk.load_refused(begun.number, &error, effects));
            }
        }
    }

    fn load_failed(self: &Arc<Self>, number: u32, error: &Error) {
        let told = || self.pool.watch.tell(|| Event::ReadFailed { error: error.clone() });
        let _ = foreign::run("a watcher", told);
        self.step(|desk, effects| desk.load_failed(number, error, effects));
    }
}

impl<T: Object> Fetch<T> {
    fn of(slot: &Arc<Slot<T>>, fetcher: Fetcher<T>) -> Arc<Self> {
        Arc::new(Self { slot: Arc::clone(slot), reader: Mutex::new(Some(fetcher)) })
    }

    fn begin(&self, is_waiting: bool) {
        let Some(reader) = self.reader.lock().take() else { return };
        let begun = self.slot.step(|desk, effects| match reader {
            Fetcher::Guard(done) => desk.read(done, effects),
            Fetcher::Lent(done) => desk.lend(done, self.slot.handles(), effects),
        });
        if let Some(begun) = begun {
            self.slot.load(begun, is_waiting);
        } else if is_waiting {
            self.slot.help_load();
        }
    }
}

impl<T: Object> Drive for Fetch<T> {
    fn drive(&self) {
        self.begin(true);
    }

    fn start(&self) {
        self.begin(false);
    }
}

/// A load that has room. Dropped unrun it ends as failed.
pub(super) struct LoadWork<T: Object> {
    slot: Arc<Slot<T>>,
    number: u32,
    /// None when it has ended.
    room: Option<Room>,
    /// Its place among the loads that nobody waits for.
    turn: Option<Turn>,
}

impl<T: Object> LoadWork<T> {
    pub(super) fn new(slot: &Arc<Slot<T>>, number: u32, room: Room) -> Self {
        Self { slot: Arc::clone(slot), number, room: Some(room), turn: None }
    }

    pub(super) fn in_turn(mut self, turn: Turn) -> Self {
        self.turn = Some(turn);
        self
    }

    /// Reads here, if the caller waits anyway and there is a place, else in a lane.
    pub(super) fn go(self, is_waiting: bool) {
        let lanes = &Arc::clone(&self.slot.pool).lanes;
        let permit = if is_waiting { lanes.enter(Lane::Read) } else { None };
        if permit.is_some() {
            return Box::new(self).run();
        }
        self.slot.grant(self.number);
        lanes.run(Lane::Read, Box::new(self));
    }
}

impl<T: Object> Work for LoadWork<T> {
    fn run(mut self: Box<Self>) {
        let Some(room) = self.room.take() else { return };
        let slot = Arc::clone(&self.slot);
        let start = slot.step(|desk, effects| desk.start_load(self.number, effects));
        let Some(blob) = start else { return };
        match read(&slot, &blob, room) {
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
fn read<T: Object>(slot: &Slot<T>, blob: &Blob, mut room: Room) -> Result<Arc<Held<T>>> {
    let expected = expected::<T>(Some(blob.head.id));
    let call = || read_blob::<T>(&*blob.medium, blob.place, &expected, None);
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
    Ok(Arc::new(Held::new(value, room, &slot.pool)))
}

impl<T: Object> Drop for LoadWork<T> {
    fn drop(&mut self) {
        if let Some(room) = self.room.take() {
            drop(room);
            let error = Error::new(ErrorKind::Aborted, "a load was dropped before it ended");
            self.slot.load_failed(self.number, &error);
        }
    }
}
