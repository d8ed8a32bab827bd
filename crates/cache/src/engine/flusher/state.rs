//! What the flusher knows.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64};
use forebay_store::{Capabilities, Moment};

use crate::engine::pace::{Pace, Promise};
use crate::engine::pressure::{Landing, Room};
use crate::engine::storing::{Breaker, Flight, Parking, Ref};
use crate::settings::Settings;

#[derive(Debug)]
pub(crate) struct Flusher<K, V> {
    pub(in crate::engine) state: Mutex<State<K, V>>,
    /// What is to be stored now: who waits for it has been told nothing yet.
    pub(super) urgent: Mutex<VecDeque<Urgent<K, V>>>,
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

/// What goes at once.
#[derive(Debug)]
pub(super) enum Urgent<K, V> {
    /// An entry of a shard.
    Entry(usize, u32),
    /// Writes that the store takes as a whole.
    Group(Box<Flight<K, V>>),
}

#[derive(Debug)]
pub(crate) struct State<K, V> {
    pub(crate) in_flight: usize,
    pub(crate) number: u64,
    pub(crate) is_stopped: bool,
    /// How many pauses there have been.
    pub(super) pauses: u64,
    /// The number of the pause in which nothing is sent.
    pub(super) paused: Option<u64>,
    pub(in crate::engine) parking: Parking<K, V>,
    pub(in crate::engine) breaker: Breaker,
    pub(in crate::engine) flying: BTreeMap<u64, Flying>,
    /// Before this no flight goes that failed while the store took others.
    pub(in crate::engine) sick_after: Moment,
    /// What the store took last, and how fast.
    pub(in crate::engine) landing: Option<Landing>,
    /// When the store last took a write, or refused it.
    pub(in crate::engine) answered_at: Moment,
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
    /// The room that its writes behind hold.
    room: Room,
    /// It failed before while the store took others (G8).
    pub(in crate::engine) is_sick: bool,
}

impl<K, V> State<K, V> {
    /// A flight goes. Not if a pause has begun while it was gathered, unless somebody waits for a write-through
    /// in it: that was accepted before.
    pub(super) fn took_off(
        &mut self,
        flight: &Flight<K, V>,
        now: Moment,
        patience: Moment,
    ) -> bool {
        let is_through = flight.refs.first().is_some_and(|item| item.is_through);
        if self.is_paused() && !is_through {
            return false;
        }
        self.in_flight += 1;
        let flying = Flying {
            refs: flight.refs.clone(),
            since: now,
            oldest: oldest(&flight.refs),
            room: room(&flight.refs),
            is_sick: flight.is_sick,
        };
        self.flying.insert(flight.number, flying);
        self.breaker.sent(flight.number, patience);
        if let Some(promise) = &mut self.promise {
            promise.took_off(now);
        }
        true
    }

    /// A flight is with the store no more, but has not ended: its writes are to be seen to.
    pub(in crate::engine) fn landed(&mut self, number: u64) -> Option<Flying> {
        self.breaker.returned(number);
        self.flying.remove(&number)
    }

    /// The bytes of room that the writes behind hold that are with the store, or will be when it takes writes again. What fails
    /// while it takes others may never be stored.
    pub(super) fn bytes_away(&self) -> u64 {
        let flying = self.flying.values().map(|flying| flying.room);
        let away = flying.chain([self.parking.room()]);
        away.map(|room| room.charged().bytes).sum()
    }

    pub(in crate::engine) fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// From when on a flight may go that failed while the store took others; `None` is not now. If a time was
    /// promised, all of them together have one place, and that for a fifth of the time, however long each holds
    /// it (G8).
    pub(in crate::engine) fn sick_from(&self) -> Option<Moment> {
        if self.promise.is_none() || self.breaker.is_down() {
            return Some(Moment::default());
        }
        let is_free = !self.flying.values().any(|flying| flying.is_sick);
        is_free.then_some(self.sick_after)
    }

    /// Whether what fails may be the store's fault, although it failed while others were taken: the store is
    /// down, or has taken nothing for as long as was promised.
    pub(super) fn is_doubtful(&self, now: Moment) -> bool {
        self.breaker.is_doubtful() || self.is_late(now)
    }

    /// Whether the store has taken nothing since something failed, or for as long as was promised.
    pub(in crate::engine) fn is_silent(&self, now: Moment) -> bool {
        self.breaker.is_unheard() || self.is_late(now)
    }

    fn is_late(&self, now: Moment) -> bool {
        let promise = self.promise.as_ref();
        promise.is_some_and(|promise| now.since(self.answered_at) > promise.span())
    }

    /// When the oldest write was dirtied that is with the store, or waits until the store is back. What fails
    /// while the store takes others is told apart: it is nobody's delay but its own (G8).
    pub(super) fn oldest_away(&self, now: Moment) -> Option<Moment> {
        let is_doubtful = self.is_doubtful(now);
        let flying = self.flying.values().filter(|flying| is_doubtful || !flying.is_sick);
        let parked = self.parking.oldest(is_doubtful);
        flying.filter_map(|flying| flying.oldest).chain(parked).min()
    }
}

/// When the oldest write behind of these was dirtied.
pub(in crate::engine) fn oldest(refs: &[Ref]) -> Option<Moment> {
    refs.iter().filter(|item| !item.is_through).map(|item| item.dirtied_at).min()
}

/// The room that the writes behind of these hold.
pub(in crate::engine) fn room(refs: &[Ref]) -> Room {
    let behind = refs.iter().filter(|item| !item.is_through);
    behind.fold(Room::default(), |mut room, item| {
        room.add(Room { bytes: item.weight.into(), entries: 1 });
        room
    })
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
                pauses: 0,
                paused: None,
                parking: Parking::default(),
                breaker: Breaker::default(),
                flying: BTreeMap::new(),
                sick_after: Moment::default(),
                landing: None,
                answered_at: Moment::default(),
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
