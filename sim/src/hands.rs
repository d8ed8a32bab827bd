//! What the run itself does to the store, past the cache.

use std::collections::BTreeMap;
use std::time::Duration;

use forebay_store::Moment;
use forebay_store::seam::Clock;

use crate::store::SimStore;
use crate::value::{Name, Tagged};

/// What there was of a key.
pub(crate) struct Before {
    row: Option<Tagged>,
    landed: Option<u64>,
}

impl SimStore {
    /// From now on all goes well; only keys that are refused for ever still are.
    pub fn heal(&self) {
        let mut state = self.inner().state.lock();
        state.is_healthy = true;
        state.refused.retain(|_, until| *until == Self::FOREVER);
    }

    /// When a key that is refused for ever stops being it.
    pub const FOREVER: Moment = Moment(u64::MAX);

    /// From now on writes of `key` are refused: for ever, or for a while.
    pub fn refuse(&self, key: Name, how_long: Option<Duration>) {
        let until = how_long.map_or(Self::FOREVER, |time| self.inner().world.now().after(time));
        self.inner().state.lock().refused.insert(key, until);
    }

    /// No key is refused any more.
    pub fn accept_all(&self) {
        self.inner().state.lock().refused.clear();
    }

    /// Changes a row behind the cache's back.
    pub fn set(&self, key: Name, value: Option<Tagged>) {
        let mut state = self.inner().state.lock();
        match value {
            Some(value) => drop(state.rows.insert(key, value)),
            None => drop(state.rows.remove(&key)),
        }
    }

    /// What is there, expired or not.
    pub fn rows(&self) -> BTreeMap<Name, Tagged> {
        self.inner().state.lock().rows.clone()
    }

    /// The newest version of `key` that has landed; 0 if none has.
    pub fn landed(&self, key: Name) -> u64 {
        self.inner().state.lock().landed.get(&key).copied().unwrap_or(0)
    }

    /// Whether a write of `key` was refused by name or alone.
    pub fn has_refused(&self, key: Name) -> bool {
        self.inner().state.lock().culprits.contains(&key)
    }

    /// How many writes were answered `Stored`.
    pub fn stored(&self) -> u64 {
        self.inner().state.lock().stored
    }

    /// Makes `value` what is there of `key`, and remembers what was.
    pub(crate) fn overwrite(&self, key: Name, value: Option<Tagged>, version: u64) -> Before {
        let mut state = self.inner().state.lock();
        let row = state.rows.get(&key).copied();
        match value {
            Some(value) => drop(state.rows.insert(key, value)),
            None => drop(state.rows.remove(&key)),
        }
        Before { row, landed: state.landed.insert(key, version) }
    }

    /// Undoes an overwriting.
    pub(crate) fn restore(&self, key: Name, before: &Before) {
        self.set(key, before.row);
        let mut state = self.inner().state.lock();
        match before.landed {
            Some(version) => drop(state.landed.insert(key, version)),
            None => drop(state.landed.remove(&key)),
        }
    }

    /// Whether nobody else holds it.
    pub(crate) fn is_free(&self) -> bool {
        self.holders() == 1
    }

    /// Whether no call is under way.
    pub fn is_quiet(&self) -> bool {
        self.inner().state.lock().contract.is_quiet()
    }
}
