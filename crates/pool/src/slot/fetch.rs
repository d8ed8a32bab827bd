//! Reading an object: whoever waits gets room for a load, or has it read.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Drive, Error, Op, Result};

use super::claim::LoadClaim;
use super::desk::Desk;
use super::effects::Effects;
use super::foreign;
use super::lent::Lent;
use super::load::Begun;
use super::load_work::LoadWork;
use super::object_slot::Slot;
use crate::budget::{Ask, Purpose, Rank, Room};
use crate::event::Event;
use crate::handle::Guard;
use crate::lanes::Lane;
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
    #[inline]
    pub(crate) fn get(self: &Arc<Self>) -> Op<Guard<T>> {
        if let Some(guard) = self.hit() {
            return Op::ready(guard);
        }
        self.fetch()
    }

    #[cold]
    fn fetch(self: &Arc<Self>) -> Op<Guard<T>> {
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
                let refused = |desk: &mut Desk<T>, effects: &mut Effects<T>| {
                    desk.load_refused(begun.number, &error, effects)
                };
                if self.step(refused) {
                    self.load(begun, is_waiting);
                }
            }
        }
    }

    pub(super) fn load_failed(self: &Arc<Self>, number: u32, error: &Error) {
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
