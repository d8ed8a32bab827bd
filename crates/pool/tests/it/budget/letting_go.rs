//! Whoever only lets go of something runs nothing that belongs to others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use forebay_pool::{BlobCodec, ByteSize, Handle, Object, Sink, Source};
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

struct Bytewise;

impl BlobCodec<Counted> for Bytewise {
    fn id(&self) -> u16 {
        1010
    }

    fn name(&self) -> &'static str {
        "bytewise"
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
