//! What the flusher knows.

use std::collections::{BTreeMap, VecDeque};

use forebay_store::Capabilities;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64};

use crate::engine::flight::Ref;
use crate::engine::mode::Mode;
use crate::engine::pace::Pace;
use crate::engine::parked::Parking;
use crate::settings::Settings;

#[derive(Debug)]
pub(crate) struct Flusher<K, V> {
    pub(in crate::engine) state: Mutex<State<K, V>>,
    /// Entries that want to be stored now: who waits for them has been told nothing yet.
    pub(super) urgent: Mutex<VecDeque<(usize, u32)>>,
    /// Reasons to run that nobody has seen to yet.
    pub(super) signals: AtomicU64,
    /// When the earliest timer is due; `u64::MAX` if none is set.
    pub(super) armed: AtomicU64,
    /// It is about to run on another thread.
    pub(super) is_called: AtomicBool,
    pub(in crate::engine) pace: Pace,
    pub(in crate::engine) is_atomic: bool,
}

#[derive(Debug)]
pub(crate) struct State<K, V> {
    pub(crate) in_flight: usize,
    pub(crate) number: u64,
    pub(crate) is_stopped: bool,
    pub(in crate::engine) parking: Parking<K, V>,
    pub(in crate::engine) mode: Mode,
    /// The writes of each flight.
    pub(in crate::engine) flying: BTreeMap<u64, Vec<Ref>>,
    pub(super) turn: usize,
    pub(super) shard: usize,
}

impl<K, V> State<K, V> {
    pub(super) fn took_off(&mut self, number: u64, refs: Vec<Ref>) {
        self.in_flight += 1;
        self.flying.insert(number, refs);
        self.mode.sent(number);
    }

    /// A flight is with the store no more, but has not ended: its writes are to be seen to.
    pub(in crate::engine) fn landed(&mut self, number: u64) {
        self.flying.remove(&number);
        self.mode.returned(number);
    }
}

impl<K, V> Flusher<K, V> {
    pub(crate) fn new(capabilities: &Capabilities, settings: &Settings) -> Self {
        Self {
            state: Mutex::new(State {
                in_flight: 0,
                number: 0,
                is_stopped: false,
                parking: Parking::default(),
                mode: Mode::default(),
                flying: BTreeMap::new(),
                turn: 0,
                shard: 0,
            }),
            urgent: Mutex::default(),
            signals: AtomicU64::new(0),
            armed: AtomicU64::new(u64::MAX),
            is_called: AtomicBool::new(false),
            pace: Pace::new(capabilities, settings),
            is_atomic: capabilities.atomic_batch,
        }
    }
}
