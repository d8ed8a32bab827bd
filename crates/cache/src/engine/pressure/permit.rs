//! Room that was taken from the budget and is not used yet.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Key, Value};

use super::budget::Room;
use super::line::Account;
use crate::engine::shared::Shared;

/// Room that is given back if nobody uses it. Whoever waits for room may be gone by the time he is
/// given it.
pub(in crate::engine) struct Permit<K: Key, V: Value> {
    shared: Arc<Shared<K, V>>,
    held: Mutex<Holding>,
}

#[derive(Debug, Default)]
struct Holding {
    room: Room,
    /// What of it counts as taken by the account.
    noted: Room,
    account: Account,
}

impl<K: Key, V: Value> Permit<K, V> {
    pub(in crate::engine) fn new(shared: &Arc<Shared<K, V>>) -> Arc<Self> {
        Arc::new(Self { shared: Arc::clone(shared), held: Mutex::default() })
    }

    pub(in crate::engine) fn room(&self) -> Room {
        self.held.lock().room
    }

    /// Room that an account was given.
    pub(in crate::engine) fn add(&self, room: Room, account: Account) {
        self.add_noted(room, room, account);
    }

    /// Room of which so much counts as taken by an account.
    pub(in crate::engine) fn add_noted(&self, room: Room, noted: Room, account: Account) {
        let mut held = self.held.lock();
        held.room.add(room);
        held.noted.add(noted);
        held.account = account;
    }

    /// So much is somebody else's from now on.
    pub(in crate::engine) fn hand_on(&self, room: Room) {
        let mut held = self.held.lock();
        held.room.subtract(room);
        held.noted = held.noted.beyond(room);
    }

    /// All of it is the caller's from now on.
    pub(in crate::engine) fn take(&self) -> Room {
        std::mem::take(&mut *self.held.lock()).room
    }

    /// It may run foreign code.
    pub(in crate::engine) fn give_back(&self) {
        let Holding { room, noted, account } = std::mem::take(&mut *self.held.lock());
        self.shared.budget.untake(noted, account);
        self.shared.budget.give_back(room, 0);
    }
}

impl<K: Key, V: Value> Drop for Permit<K, V> {
    fn drop(&mut self) {
        self.give_back();
    }
}
