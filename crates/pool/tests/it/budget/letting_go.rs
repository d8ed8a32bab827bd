//! Whoever only lets go of something runs nothing that belongs to others.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use forebay_pool::{BlobCodec, ByteSize, Handle, Object, Offer, Sink, Source};
use forebay_store::Result;

use super::{SIZE, WEIGHT, room_for};
use crate::rig::{World, bytes};
use crate::slot::poll;

/// Counts what is done with it.
#[derive(Default)]
struct Counts {
    drops: AtomicU32,
    clones: AtomicU32,
}

impl Counts {
    fn both(&self) -> (u32, u32) {
        (self.drops.load(Ordering::SeqCst), self.clones.load(Ordering::SeqCst))
    }
}

#[derive(Default)]
struct Counted {
    bytes: Vec<u8>,
    counts: Arc<Counts>,
}

impl Counted {
    fn new(counts: &Arc<Counts>) -> Self {
        Self { bytes: vec![7; SIZE], counts: Arc::clone(counts) }
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.counts.clones.fetch_add(1, Ordering::SeqCst);
        Self::new(&self.counts)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.counts.drops.fetch_add(1, Ordering::SeqCst);
    }
}

thread_local! {
    /// So often the codec was asked on this thread.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

struct Bytewise;

impl BlobCodec<Counted> for Bytewise {
    fn id(&self) -> u16 {
        1010
    }

    fn name(&self) -> &'static str {
        "bytewise"
    }

    fn needs_whole(&self) -> bool {
        ASKED.set(ASKED.get() + 1);
        false
    }

    fn encode(&self, value: &Counted, out: &mut dyn Sink) -> Result<()> {
        out.put(&value.bytes)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Counted>) -> Result<Counted> {
        let mut bytes = vec![0; SIZE];
        from.fill(&mut bytes)?;
        Ok(Counted { bytes, counts: Arc::default() })
    }
}

impl Object for Counted {
    const NAME: &'static str = "counted";
    const CODEC: &'static dyn BlobCodec<Self> = &Bytewise;

    fn heap_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}

/// A pool of so many values whose jobs wait.
fn stepped(values: u64) -> World {
    World::build(room_for(values), true, |builder| builder)
}

/// So many objects that are saved and in memory.
fn saved(world: &World, count: u8) -> Vec<Handle<Vec<u8>>> {
    let held: Vec<_> =
        (0..count).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    for handle in &held {
        handle.write_now().wait().unwrap();
    }
    held
}

/// Time goes on, and so do jobs.
fn go_on(world: &World) {
    for _ in 0..4 {
        world.jobs.run();
        world.clock.advance(Duration::from_secs(1));
    }
    world.jobs.run();
}

#[test]
fn a_room_that_serves_an_insert_drops_nothing_of_others() {
    let world = stepped(4);
    let held = saved(&world, 3);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let room = world.pool.reserve(ByteSize::bytes(WEIGHT)).wait().unwrap();
    let [first, second] = [3, 4].map(|name| world.pool.insert(bytes(name, SIZE)));
    drop(guards);
    assert!(!first.is_ready());
    drop(room);
    assert!(first.is_ready() && !second.is_ready());
    assert!(held.iter().all(Handle::is_resident), "a job makes room");
    go_on(&world);
    assert!(second.is_ready());
    drop((held, first, second));
    world.jobs.run();
}

#[test]
fn a_room_that_serves_a_replacement_does_not_drop_the_old_value() {
    let world = stepped(4);
    let counts = Arc::default();
    let mut changed = world.pool.insert(Counted::new(&counts)).wait().unwrap();
    let held = saved(&world, 2);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let room = world.pool.reserve(ByteSize::bytes(WEIGHT)).wait().unwrap();
    let looked_at = changed.get().wait().unwrap();
    let mut replace = changed.replace(Counted::new(&counts));
    assert!(poll(&mut replace).is_none());
    drop(looked_at);
    drop(room);
    assert_eq!(counts.both(), (0, 0), "others' code is for a job");
    go_on(&world);
    poll(&mut replace).unwrap().unwrap();
    assert_eq!(counts.both(), (1, 0));
    drop(replace);
    drop((guards, held, changed));
    world.jobs.run();
}

#[test]
fn a_room_that_serves_a_copy_does_not_clone() {
    let world = stepped(4);
    let counts = Arc::default();
    let mut changed = world.pool.insert(Counted::new(&counts)).wait().unwrap();
    let other = changed.clone();
    let held = saved(&world, 2);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let looked_at = changed.get().wait().unwrap();
    let room = world.pool.reserve(ByteSize::bytes(WEIGHT)).wait().unwrap();
    let mut copy = changed.make_mut();
    assert!(poll(&mut copy).is_none());
    drop(room);
    assert_eq!(counts.both(), (0, 0), "others' code is for a job");
    go_on(&world);
    drop(poll(&mut copy).unwrap().unwrap());
    assert_eq!(counts.both(), (0, 1));
    drop(copy);
    drop((guards, held, other, looked_at, changed));
    world.jobs.run();
}

#[test]
fn the_end_of_a_change_that_lets_an_object_be_evicted_drops_nothing_of_others() {
    let world = stepped(4);
    let mut changed = saved(&world, 1).pop().unwrap();
    let weak = changed.downgrade();
    let guard = changed.get_mut().wait().unwrap();
    let mut evict = weak.upgrade().unwrap().evict();
    assert!(poll(&mut evict).is_none());
    let held = saved(&world, 3);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let offer = world.pool.insert(bytes(9, 3 * SIZE));
    assert!(!offer.is_ready());
    drop(guards);
    drop(guard);
    assert!(poll(&mut evict).unwrap().unwrap(), "its own value may leave");
    assert!(held.iter().all(Handle::is_resident), "a job makes room");
    go_on(&world);
    assert!(offer.is_ready());
    drop((held, offer, changed));
    world.jobs.run();
}

#[test]
fn the_end_of_a_change_that_many_wait_for_drops_nothing_of_others() {
    let world = stepped(4);
    let mut all = saved(&world, 4);
    let held = all.split_off(2);
    assert!(all[0].evict().wait().unwrap());
    let more = world.pool.insert(bytes(8, SIZE)).wait().unwrap();
    more.write_now().wait().unwrap();
    let mut changed = all.pop().unwrap();
    let weak = changed.downgrade();
    let guard = changed.get_mut().wait().unwrap();
    all.push(weak.upgrade().unwrap());
    let mut many = world.pool.get_many(&all);
    assert!(poll(&mut many).is_none());
    drop(guard);
    assert!(held.iter().chain([&more]).all(Handle::is_resident), "a job makes room");
    go_on(&world);
    assert_eq!(poll(&mut many).unwrap().unwrap().len(), 2);
    drop((held, all, changed, more, many));
    world.jobs.run();
}

#[test]
fn a_timer_that_gives_a_load_up_drops_nothing_of_others() {
    let world = stepped(4);
    let away = saved(&world, 1).pop().unwrap();
    assert!(away.evict().wait().unwrap());
    let held = saved(&world, 4);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let mut get = away.get();
    assert!(poll(&mut get).is_none());
    world.clock.advance(Duration::from_secs(20));
    let offer = world.pool.insert(bytes(9, SIZE));
    drop(guards);
    world.clock.advance(Duration::from_secs(10));
    assert!(poll(&mut get).unwrap().is_err());
    assert!(held.iter().all(Handle::is_resident), "a job makes room");
    go_on(&world);
    assert!(offer.is_ready());
    drop((held, offer, away));
    world.jobs.run();
}

/// A pool without room, and a room that is there to be given back.
fn without_room(world: &World) -> (Vec<Handle<Vec<u8>>>, impl Sized, forebay_pool::Room) {
    let held = saved(world, 3);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let room = world.pool.reserve(ByteSize::bytes(WEIGHT)).wait().unwrap();
    (held, guards, room)
}

#[test]
fn a_room_that_serves_an_insert_asks_no_codec() {
    let world = stepped(4);
    let all = without_room(&world);
    let offer = world.pool.insert(Counted::new(&Arc::default()));
    let asked = ASKED.get();
    drop(all.2);
    assert!(offer.is_ready());
    assert_eq!(ASKED.get(), asked);
    drop((all.0, all.1, offer));
    world.jobs.run();
}

/// Goes away when it is woken.
struct Leaving(Mutex<Option<Offer<Counted, Handle<Counted>>>>);

impl Wake for Leaving {
    fn wake(self: Arc<Self>) {
        drop(self.0.lock().unwrap().take());
    }
}

#[test]
fn a_room_that_serves_an_insert_given_up_at_this_moment_does_not_drop_its_value() {
    let world = stepped(4);
    let (counts, all) = (Arc::default(), without_room(&world));
    let leaving = Arc::new(Leaving(Mutex::new(None)));
    let mut offer = world.pool.insert(Counted::new(&counts));
    let waker = Waker::from(Arc::clone(&leaving));
    assert!(Pin::new(&mut offer).poll(&mut Context::from_waker(&waker)).is_pending());
    *leaving.0.lock().unwrap() = Some(offer);
    drop(all.2);
    assert!(leaving.0.lock().unwrap().is_none(), "it was served, and given up");
    assert_eq!(counts.both(), (0, 0), "others' code is for a job");
    go_on(&world);
    assert_eq!(counts.both(), (1, 0));
    drop((all.0, all.1));
    world.jobs.run();
}

#[test]
fn a_write_that_is_thrown_away_drops_nothing_of_others() {
    let world = stepped(4);
    let held = saved(&world, 3);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let unsaved = world.pool.insert(bytes(8, SIZE)).wait().unwrap();
    let looked_at = unsaved.get().wait().unwrap();
    let mut write = unsaved.write_now();
    assert!(poll(&mut write).is_none());
    let offer = world.pool.insert(bytes(9, SIZE));
    drop(guards);
    world.jobs.lose();
    assert!(poll(&mut write).unwrap().is_err());
    assert!(held.iter().all(Handle::is_resident), "a job makes room");
    go_on(&world);
    assert!(offer.is_ready());
    drop((held, looked_at, unsaved, offer));
    world.jobs.run();
}

#[test]
fn whoever_lets_go_of_what_somebody_waits_for_sends_for_a_job() {
    let world = stepped(4);
    let mut held = saved(&world, 4);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    served_by(&world, || drop(guards));
    let pins: Vec<_> = held.iter().map(|handle| handle.pin().wait().unwrap()).collect();
    served_by(&world, || drop(pins));
    // One of them was read last, and lets the others leave.
    let first = held[0].get().wait().unwrap();
    let others: Vec<_> = held[2..].iter().map(|handle| handle.get().wait().unwrap()).collect();
    let lent = held[1].get_mut().wait().unwrap();
    served_by(&world, || drop(lent));
    drop((first, others));
    world.jobs.run();
}

/// Somebody waits for room until this has happened, and a job has run: no time passes.
fn served_by(world: &World, let_go: impl FnOnce()) {
    let offer = world.pool.insert(bytes(9, SIZE));
    world.jobs.run();
    assert!(!offer.is_ready());
    let_go();
    assert!(!offer.is_ready());
    world.jobs.run();
    assert!(offer.is_ready());
    drop(offer);
    world.jobs.run();
}
