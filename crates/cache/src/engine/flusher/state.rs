//! What the flusher knows.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64};
use forebay_store::{Capabilities, Moment};

use crate::engine::flight::{Flight, Ref};
use crate::engine::mode::Mode;
use crate::engine::pace::{Pace, Promise};
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
    /// Somebody looks every now and then whether what was promised is kept.
    pub(super) is_watched: AtomicBool,
    pub(in crate::engine) pace: Pace,
    pub(in crate::engine) is_atomic: bool,
}

#[derive(Debug)]
pub(crate) struct State<K, V> {
    pub(crate) in_flight: usize,
    pub(crate) number: u64,
    pub(crate) is_stopped: bool,
    /// The number of the pause in which nothing is sent.
    pub(super) paused: Option<u64>,
    pub(in crate::engine) parking: Parking<K, V>,
    pub(in crate::engine) mode: Mode,
    pub(in crate::engine) flying: BTreeMap<u64, Flying>,
    /// How long no write is to stay unstored, and how that stands.
    pub(in crate::engine) promise: Option<Promise>,
    pub(super) turn: usize,
    pub(super) shard: usize,
}

/// A flight that has not come back.
#[derive(Debug)]
pub(crate) struct Flying {
    pub(in crate::engine) refs: Vec<Ref>,
    pub(in crate::engine) since: Moment,
    /// When the oldest of its writes behind was dirtied.
    pub(in crate::engine) oldest: Option<Moment>,
    /// It failed before while the store took others (G8).
    pub(in crate::engine) is_sick: bool,
}

impl<K, V> State<K, V> {
    pub(super) fn took_off(&mut self, flight: &Flight<K, V>, now: Moment, patience: Moment) {
        self.in_flight += 1;
        let flying = Flying {
            refs: flight.refs.clone(),
            since: now,
            oldest: oldest(&flight.refs),
            is_sick: flight.is_sick,
        };
        self.flying.insert(flight.number, flying);
        self.mode.sent(flight.number, patience);
        if let Some(promise) = &mut self.promise {
            promise.took_off(now);
        }
    }

    /// A flight is with the store no more, but has not ended: its writes are to be seen to.
    pub(in crate::engine) fn landed(&mut self, number: u64) -> Option<Flying> {
        self.mode.returned(number);
        self.flying.remove(&number)
    }

    pub(in crate::engine) fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// When the oldest write was dirtied that is with the store, or waits until the store is back. What fails
    /// while the store takes others is told apart: it is nobody's delay but its own (G8).
    pub(super) fn oldest_away(&self) -> Option<Moment> {
        let is_doubtful = self.mode.is_doubtful();
        let flying = self.flying.values().filter(|flying| is_doubtful || !flying.is_sick);
        let parked = self.parking.oldest(is_doubtful);
        flying.filter_map(|flying| flying.oldest).chain(parked).min()
    }
}

/// When the oldest write behind of these was dirtied.
pub(in crate::engine) fn oldest(refs: &[Ref]) -> Option<Moment> {
    refs.iter().filter(|item| !item.is_through).map(|item| item.dirtied_at).min()
}

impl<K, V> Flusher<K, V> {
    pub(crate) fn new(
        capabilities: &Capabilities,
        settings: &Settings,
        promised: Option<Duration>,
    ) -> Self {
        Self {
            state: Mutex::new(State {
                in_flight: 0,
                number: 0,
                is_stopped: false,
                paused: None,
                parking: Parking::default(),
                mode: Mode::default(),
                flying: BTreeMap::new(),
                promise: promised.map(Promise::new),
                turn: 0,
                shard: 0,
            }),
            urgent: Mutex::default(),
            signals: AtomicU64::new(0),
            armed: AtomicU64::new(u64::MAX),
            is_called: AtomicBool::new(false),
            is_watched: AtomicBool::new(false),
            pace: Pace::new(capabilities, settings, promised),
            is_atomic: capabilities.atomic_batch,
        }
    }
}
