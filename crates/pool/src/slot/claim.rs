//! A load that asks for room.

use std::sync::Arc;

use forebay_store::Result;

use super::load::{Begun, Phase};
use super::object_slot::Slot;
use crate::budget::{Claim, Mail, Room};
use crate::object::Object;

/// A load that asks for room.
pub(super) struct LoadClaim<T: Object> {
    slot: Arc<Slot<T>>,
    begun: Begun,
    mail: Mail,
}

impl<T: Object> LoadClaim<T> {
    pub(super) fn new(slot: &Arc<Slot<T>>, begun: Begun, is_waiting: bool) -> Arc<Self> {
        let mail = Mail::new(is_waiting);
        Arc::new(Self { slot: Arc::clone(slot), begun, mail })
    }

    /// Whether there is an answer for the asker.
    pub(super) fn has_answer(&self) -> bool {
        self.mail.has_answer()
    }

    /// The asker takes his answer; if there is none yet, a lane goes on with it when it comes.
    pub(super) fn leave(&self) -> Option<Result<Room>> {
        self.mail.leave()
    }
}

impl<T: Object> Claim for LoadClaim<T> {
    fn is_wanted(&self) -> bool {
        self.slot.desk().is_load_wanted(self.begun.number)
    }

    fn answer(self: Arc<Self>, room: Result<Room>) {
        if let Some(room) = self.mail.post(room) {
            self.slot.answered(self.begun, room, false);
        }
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
