//! The script of a scripted store, which the test holds.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::gate::{Barrier, Gate};
use super::kinds::{ApplyFault, LoadFault, WriteFault};
use crate::backing::Key;
use crate::error::ErrorKind;
use crate::sync::Mutex;

/// What a [`Scripted`](super::Scripted) store is to do wrong. Without instructions it does
/// everything right.
///
/// For one call the first of these that applies decides: the store is down; a fault was set for
/// the next call; a write's key is refused; a fault was set for the key's next write.
#[derive(Debug)]
pub struct Script<K> {
    state: Mutex<State<K>>,
    pub(super) loads: Arc<Barrier>,
    pub(super) applies: Arc<Barrier>,
}

#[derive(Debug)]
struct State<K> {
    down: bool,
    loads: VecDeque<LoadFault>,
    applies: VecDeque<ApplyFault>,
    writes: HashMap<K, VecDeque<WriteFault>>,
    refused: HashSet<K>,
    loads_arrived: u64,
    applies_arrived: u64,
}

/// What the script says about one batch.
pub(super) enum Plan {
    Call(ApplyFault),
    /// For each write what goes wrong with it, if anything.
    Writes(Vec<Option<WriteFault>>),
}

impl<K: Key> Script<K> {
    pub(super) fn new() -> Self {
        let state = State {
            down: false,
            loads: VecDeque::new(),
            applies: VecDeque::new(),
            writes: HashMap::new(),
            refused: HashSet::new(),
            loads_arrived: 0,
            applies_arrived: 0,
        };
        Self { state: Mutex::new(state), loads: Arc::default(), applies: Arc::default() }
    }

    /// From now on every call fails as `Unavailable`.
    pub fn go_down(&self) {
        self.state.lock().down = true;
    }

    /// The store is there again.
    pub fn come_back(&self) {
        self.state.lock().down = false;
    }

    /// The next `calls` loads go wrong like this, after those set before.
    pub fn fail_loads(&self, calls: usize, fault: LoadFault) {
        self.state.lock().loads.extend(std::iter::repeat_n(fault, calls));
    }

    /// The next `calls` applies go wrong like this, after those set before.
    pub fn fail_applies(&self, calls: usize, fault: ApplyFault) {
        self.state.lock().applies.extend(std::iter::repeat_n(fault, calls));
    }

    /// The next `writes` writes of `key` go wrong like this, after those set before.
    pub fn fail_writes(&self, key: K, writes: usize, fault: WriteFault) {
        let mut state = self.state.lock();
        state.writes.entry(key).or_default().extend(std::iter::repeat_n(fault, writes));
    }

    /// Every write of `key` is refused from now on.
    pub fn refuse(&self, key: K) {
        self.state.lock().refused.insert(key);
    }

    /// `key` is refused no longer.
    pub fn accept(&self, key: &K) {
        self.state.lock().refused.remove(key);
    }

    /// Loads wait at the gate from now on. Not for [`InlineSpawn`](crate::seam::manual::InlineSpawn).
    pub fn hold_loads(&self) -> Gate {
        Gate::close(&self.loads)
    }

    /// Applies wait at the gate from now on. Not for [`InlineSpawn`](crate::seam::manual::InlineSpawn).
    pub fn hold_applies(&self) -> Gate {
        Gate::close(&self.applies)
    }

    /// How many calls to load have arrived.
    pub fn loads_arrived(&self) -> u64 {
        self.state.lock().loads_arrived
    }

    /// How many calls to apply have arrived.
    pub fn applies_arrived(&self) -> u64 {
        self.state.lock().applies_arrived
    }

    pub(super) fn count_load(&self) {
        self.state.lock().loads_arrived += 1;
    }

    pub(super) fn count_apply(&self) {
        self.state.lock().applies_arrived += 1;
    }

    pub(super) fn is_down(&self) -> bool {
        self.state.lock().down
    }

    pub(super) fn next_load(&self) -> Option<LoadFault> {
        let mut state = self.state.lock();
        if state.down {
            return Some(LoadFault::Error(ErrorKind::Unavailable));
        }
        state.loads.pop_front()
    }

    pub(super) fn next_apply<'a>(&self, keys: impl Iterator<Item = &'a K>) -> Plan {
        let mut state = self.state.lock();
        if state.down {
            return Plan::Call(ApplyFault::Error(ErrorKind::Unavailable));
        }
        match state.applies.pop_front() {
            Some(fault) => Plan::Call(fault),
            None => Plan::Writes(keys.map(|key| state.next_write(key)).collect()),
        }
    }
}

impl<K: Key> State<K> {
    fn next_write(&mut self, key: &K) -> Option<WriteFault> {
        if self.refused.contains(key) {
            return Some(WriteFault::Refused);
        }
        self.writes.get_mut(key)?.pop_front()
    }
}
