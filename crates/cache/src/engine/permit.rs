//! Room that was taken from the budget and is not used yet.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Key, Value};

use super::budget::Room;
use super::line::Account;
use super::shared::Shared;

/// Room that is given back if nobody uses it. Whoever waits for room may be gone by the time he is
/// given it.
pub(super) struct Permit<K: Key, V: Value> {
    shared: Arc<Shared<K, V>>,
    /// And who has taken it.
    room: Mutex<(Room, Account)>,
}

impl<K: Key, V: Value> Permit<K, V> {
    pub(super) fn new(shared: &Arc<Shared<K, V>>) -> Arc<Self> {
        Arc::new(Self { shared: Arc::clone(shared), room: Mutex::default() })
    }

    pub(super) fn room(&self) -> Room {
        self.room.lock().0
    }

    pub(super) fn add(&self, room: Room, account: Account) {
        let mut held = self.room.lock();
        held.0.add(room);
        held.1 = account;
    }

    /// So much is somebody else's from now on.
    pub(super) fn hand_on(&self, room: Room) {
        self.room.lock().0.subtract(room);
    }

    /// All of it is the caller's from now on.
    pub(super) fn take(&self) -> Room {
        std::mem::take(&mut self.room.lock().0)
    }

    /// It may run foreign code.
    pub(super) fn give_back(&self) {
        let (room, account) = std::mem::take(&mut *self.room.lock());
        self.shared.budget.untake(room, account);
        self.shared.budget.give_back(room, 0);
    }
}

impl<K: Key, V: Value> Drop for Permit<K, V> {
    fn drop(&mut self) {
        self.give_back();
    }
}
