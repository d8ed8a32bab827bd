//! Slots that can be saved and evicted, and a presser over them.

use std::sync::{Arc, Weak};
use std::time::Duration;

use forebay_store::seam::Spawn;
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU32, Ordering};
use forebay_store::{ByteSize, Error, Moment, Result};

use crate::budget::{Ask, Claim, Ledger, Press, Purpose, Rank, Room, WhenFull};
use crate::error::Holder;
use crate::event::{Event, Watch, Watcher};
use crate::inner::Inner;
use crate::lanes::{Lanes, Work};
use crate::medium::{Medium, PlainMemory};
use crate::order::{Entrance, Note, Order, Queue, Ticket};
use crate::settings::Settings;
use crate::slot::{Eviction, Look, Standing, Stored, WriteJob};

pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A pool without handles.
pub(super) struct World {
    pub(super) clock: Arc<ManualClock>,
    pub(super) inner: Arc<Inner>,
    pub(super) heard: Arc<Heard>,
    /// What the medium answers.
    pub(super) refusal: Arc<Mutex<Option<Error>>>,
}

#[derive(Debug, Default)]
pub(super) struct Heard(pub(super) Mutex<Vec<Event>>);

#[derive(Debug)]
struct Ear(Arc<Heard>);

impl Watcher for Ear {
    fn on(&self, event: &Event) {
        self.0.0.lock().push(event.clone());
    }
}

pub(super) fn world(memory: u64) -> World {
    let clock = ManualClock::new();
    let spawn = Arc::clone(&clock.seams(1).spawn);
    world_on(memory, clock, spawn)
}

pub(super) fn world_on(memory: u64, clock: Arc<ManualClock>, spawn: Arc<dyn Spawn>) -> World {
    let settings = Settings {
        memory: ByteSize::bytes(memory),
        low: 0.8,
        high: 0.95,
        order: Order::Sieve,
        when_full: WhenFull::Wait(PATIENCE),
        reads: 4,
        writes: 2,
        objects_max: 1 << 20,
    };
    let mut seams = clock.seams(1);
    seams.spawn = Arc::clone(&spawn);
    let ledger = Ledger::new(&settings, &seams);
    // The buffers of writes are taken from a ledger of their own, so that the numbers here are round.
    let lanes = Lanes::new(4, 2, spawn, &Ledger::new(&settings, &seams));
    let heard = Arc::new(Heard::default());
    let watch = Watch(Some(Arc::new(Ear(Arc::clone(&heard)))));
    let medium: Arc<dyn Medium> = Arc::new(PlainMemory::default());
    let queue = Queue::new(settings.order);
    let inner = Inner::of(ledger, queue, lanes, Some(medium), seams, watch, settings);
    World { clock, inner, heard, refusal: Arc::default() }
}

impl World {
    /// An object in memory, in room that is there.
    pub(super) fn object(&self, weight: u64, is_saved: bool) -> Arc<Fake> {
        let room = self.inner.ledger.take_now(weight, Purpose::Resident).expect("room is there");
        self.object_in(room, is_saved)
    }

    pub(super) fn object_in(&self, room: Room, is_saved: bool) -> Arc<Fake> {
        let weight = room.bytes();
        let fake = Arc::new_cyclic(|me: &Weak<Fake>| {
            let ticket = self.inner.queue.admit(me.clone());
            let (inner, refusal) = (Arc::downgrade(&self.inner), Arc::clone(&self.refusal));
            let desk = Desk { room: Some(room), is_saved, ..Desk::default() };
            let (stamp, me) = (AtomicU32::new(0), me.clone());
            Fake { me, inner, refusal, ticket, weight, stamp, desk: Mutex::new(desk) }
        });
        self.inner.queue.note(fake.ticket, 1, Note::Here(Entrance::New, weight));
        fake
    }

    pub(super) fn insert(&self, bytes: u64) -> Arc<Wish> {
        let wish = Arc::new(Wish::default());
        let claim = Arc::clone(&wish) as Arc<dyn Claim>;
        let patience = WhenFull::Wait(PATIENCE);
        let (purpose, rank) = (Purpose::Resident, Rank::Insert);
        self.inner.ledger.take(Ask { bytes, purpose, rank, patience, claim });
        wish
    }

    pub(super) fn press(&self) {
        self.inner.presser.press();
    }

    pub(super) fn used(&self) -> u64 {
        self.inner.ledger.standing().used()
    }

    pub(super) fn heard(&self, is_meant: impl Fn(&Event) -> bool) -> usize {
        self.heard.0.lock().iter().filter(|event| is_meant(event)).count()
    }

    /// A guard is given back.
    pub(super) fn release(&self, fake: &Fake) {
        fake.desk.lock().guards = 0;
        if self.inner.ledger.wanted() {
            self.inner.presser.kick();
        }
    }
}

/// Somebody who asks for room.
#[derive(Default)]
pub(super) struct Wish(Mutex<Option<Result<Room>>>);

impl Claim for Wish {
    fn is_wanted(&self) -> bool {
        true
    }

    fn answer(self: Arc<Self>, room: Result<Room>) {
        let before = self.0.lock().replace(room);
        assert!(before.is_none(), "answered once");
    }
}

impl Wish {
    pub(super) fn has_room(&self) -> bool {
        matches!(&*self.0.lock(), Some(Ok(_)))
    }

    pub(super) fn waits(&self) -> bool {
        self.0.lock().is_none()
    }

    pub(super) fn error(&self) -> Error {
        self.0.lock().as_ref().expect("answered").as_ref().expect_err("no room").clone()
    }
}

/// A slot with the states that a presser cares for.
#[derive(Debug)]
pub(super) struct Fake {
    me: Weak<Self>,
    inner: Weak<Inner>,
    refusal: Arc<Mutex<Option<Error>>>,
    ticket: Ticket,
    weight: u64,
    stamp: AtomicU32,
    pub(super) desk: Mutex<Desk>,
}

#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) room: Option<Room>,
    pub(super) is_saved: bool,
    pub(super) is_writing: bool,
    pub(super) is_unsavable: bool,
    pub(super) guards: usize,
    pub(super) writes: usize,
    /// So often somebody wanted to evict it, ...
    pub(super) looks: usize,
    /// ... or to know who holds it.
    pub(super) asked: usize,
    /// Is called when somebody wants to evict it next.
    pub(super) hook: Hook,
}

/// Is called once.
#[derive(Default)]
pub(super) struct Hook(pub(super) Option<Box<dyn FnOnce() + Send>>);

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Hook").field(&self.0.is_some()).finish()
    }
}

impl Fake {
    pub(super) fn is_here(&self) -> bool {
        self.desk.lock().room.is_some()
    }

    pub(super) fn is_saved(&self) -> bool {
        self.desk.lock().is_saved
    }

    /// Calls `hook` when somebody wants to evict it next.
    pub(super) fn hook(&self, hook: impl FnOnce() + Send + 'static) {
        self.desk.lock().hook = Hook(Some(Box::new(hook)));
    }

    pub(super) fn hold(&self) {
        self.desk.lock().guards += 1;
    }

    pub(super) fn touch(&self) {
        let epoch = self.inner.upgrade().expect("the pool is there").queue.epoch();
        self.stamp.store(epoch, Ordering::Relaxed);
    }

    /// Takes the value out, if it may leave.
    fn leave(&self) -> Option<Room> {
        let room = {
            let mut desk = self.desk.lock();
            if desk.guards > 0 || !desk.is_saved { None } else { desk.room.take() }
        }?;
        if let Some(inner) = self.inner.upgrade() {
            inner.queue.note(self.ticket, 2, Note::Away);
        }
        Some(room)
    }

    fn end_write(&self, evict_after: bool, outcome: Result<()>) {
        let Some(inner) = self.inner.upgrade() else { return };
        inner.presser.wrote(&outcome);
        {
            let mut desk = self.desk.lock();
            desk.is_writing = false;
            desk.writes += 1;
            desk.is_saved = outcome.is_ok();
            desk.is_unsavable |= outcome.is_err_and(|error| !error.is_retryable());
        }
        if evict_after {
            drop(self.leave());
        }
    }
}

impl Stored for Fake {
    fn ticket(&self) -> Ticket {
        self.ticket
    }

    fn stamp(&self) -> u32 {
        self.stamp.load(Ordering::Relaxed)
    }

    fn look(&self) -> Look {
        let desk = self.desk.lock();
        let standing = match (desk.room.is_some(), desk.is_writing, desk.is_saved) {
            (false, ..) => Standing::Spilled,
            (_, true, _) => Standing::Writing,
            (.., true) => Standing::Saved,
            _ => Standing::Unsaved,
        };
        let not_before = desk.is_unsavable.then_some(Moment(u64::MAX));
        Look { standing, weight: self.weight, guards: desk.guards, pins: 0, not_before }
    }

    fn try_evict(&self) -> Eviction {
        let hook = {
            let mut desk = self.desk.lock();
            desk.looks += 1;
            desk.hook.0.take()
        };
        if let Some(hook) = hook {
            hook();
        }
        let (is_saved, guards) = {
            let desk = self.desk.lock();
            (desk.is_saved, desk.guards)
        };
        if !is_saved {
            return Eviction::Unsaved;
        }
        if guards > 0 {
            return Eviction::LookedAt;
        }
        self.leave().map_or(Eviction::Away, |room| Eviction::Freed(room.bytes()))
    }

    fn begin_write(self: Arc<Self>, evict_after: bool) -> Option<WriteJob> {
        let mut desk = self.desk.lock();
        if desk.is_saved || desk.is_writing || desk.is_unsavable || desk.room.is_none() {
            return None;
        }
        desk.is_writing = true;
        let fake = self.me.upgrade()?;
        Some(WriteJob {
            weight: self.weight,
            work: Box::new(Write { fake: Some(fake), evict_after }),
        })
    }

    fn holder(&self) -> Option<Holder> {
        let guards = {
            let mut desk = self.desk.lock();
            desk.asked += 1;
            desk.guards
        };
        let (bytes, label) = (ByteSize::bytes(self.weight), None);
        (guards > 0).then_some(Holder {
            label,
            type_name: "fake",
            key: None,
            bytes,
            guards,
            pins: 0,
        })
    }
}

struct Write {
    fake: Option<Arc<Fake>>,
    evict_after: bool,
}

impl Work for Write {
    fn run(mut self: Box<Self>) {
        if let Some(fake) = self.fake.take() {
            let refusal = fake.refusal.lock().clone();
            fake.end_write(self.evict_after, refusal.map_or(Ok(()), Err));
        }
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        if let Some(fake) = self.fake.take() {
            let kind = forebay_store::ErrorKind::Aborted;
            fake.end_write(false, Err(Error::new(kind, "the write was thrown away")));
        }
    }
}

impl Wish {
    /// The room that it was given.
    pub(super) fn room(&self) -> Room {
        self.0.lock().take().expect("answered").expect("room")
    }
}
