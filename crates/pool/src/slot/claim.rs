//! A load that asks for room.

use std::sync::Arc;

use forebay_store::Result;
use forebay_store::sync::Mutex;

use super::load::{Begun, Phase};
use super::object_slot::Slot;
use crate::budget::{Claim, Room};
use crate::object::Object;

/// A load that asks for room.
pub(super) struct LoadClaim<T: Object> {
    slot: Arc<Slot<T>>,
    begun: Begun,
    mail: Mutex<Mail>,
}

/// Who goes on with the answer.
enum Mail {
    /// A lane.
    Lane,
    /// The thread that asked: it waits anyway.
    Asker(Option<Result<Room>>),
}

impl<T: Object> LoadClaim<T> {
    pub(super) fn new(slot: &Arc<Slot<T>>, begun: Begun, is_waiting: bool) -> Arc<Self> {
        let mail = Mutex::new(if is_waiting { Mail::Asker(None) } else { Mail::Lane });
        Arc::new(Self { slot: Arc::clone(slot), begun, mail })
    }

    /// Whether there is an answer for the asker.
    pub(super) fn has_answer(&self) -> bool {
        matches!(&*self.mail.lock(), Mail::Asker(Some(_)))
    }

    /// The asker takes his answer; if there is none yet, a lane goes on with it when it comes.
    pub(super) fn leave(&self) -> Option<Result<Room>> {
        match std::mem::replace(&mut *self.mail.lock(), Mail::Lane) {
            Mail::Asker(room) => room,
            Mail::Lane => None,
        }
    }
}

impl<T: Object> Claim for LoadClaim<T> {
    fn is_wanted(&self) -> bool {
        self.slot.desk().is_load_wanted(self.begun.number)
    }

    fn answer(self: Arc<Self>, room: Result<Room>) {
        let room = {
            let mut mail = self.mail.lock();
            match &mut *mail {
                Mail::Asker(kept) => {
                    *kept = Some(room);
                    return;
                }
                Mail::Lane => room,
            }
        };
        self.slot.answered(self.begun, room, false);
    }
}

impl<T: Object> Slot<T> {
    /// A load has room, and waits for a lane. `false`: it has got room before, or has ended.
    pub(super) fn grant(&self, number: u32) -> bool {
        let mut desk = self.desk();
        let asking = desk.load_mut(number).filter(|loading| loading.phase == Phase::Asking);
        asking.map(|loading| loading.phase = Phase::Granted).is_some()
    }

    pub(super) fn has_queued_load(&self) -> bool {
        let desk = self.desk();
        desk.loading.as_ref().is_some_and(|loading| loading.phase == Phase::Granted)
    }
}
