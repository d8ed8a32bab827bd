//! Nothing can leave.

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use forebay_pool::{AllPinned, ByteSize, Error, ErrorKind, Event, Pool, Watcher};
use forebay_store::seam::manual::ManualClock;

use super::{SIZE, WEIGHT, room_for};
use crate::rig::{World, bytes};

/// The typed cause of an error.
fn all_pinned(error: &Error) -> AllPinned {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<AllPinned>());
    cause.unwrap_or_else(|| panic!("{error:?} does not say who is in the way")).clone()
}

#[derive(Debug, Default)]
struct Stuck(Arc<Mutex<Vec<Arc<AllPinned>>>>);

impl Watcher for Stuck {
    fn on(&self, event: &Event) {
        if let Event::Stuck(why) = event {
            self.0.lock().unwrap().push(Arc::clone(why));
        }
    }
}

#[test]
fn all_pinned_is_a_typed_error_that_names_the_holders() {
    let stuck = Stuck::default();
    let heard = Arc::clone(&stuck.0);
    let world = World::with(room_for(5), |builder| builder.watch(stuck));
    let room = world.pool.reserve(ByteSize::bytes(WEIGHT)).wait().unwrap();
    let handles: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let guards = [0, 0, 1].map(|at: usize| handles[at].get().wait().unwrap());
    let pins = [2, 3].map(|at: usize| handles[at].pin().wait().unwrap());
    handles[0].label("the first");
    let offer = world.pool.insert(bytes(4, SIZE));
    world.clock.advance(Duration::from_secs(30));
    let rejected = offer.wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Busy);
    let why = all_pinned(&rejected.error);
    assert_eq!(why.resident, ByteSize::bytes(4 * WEIGHT));
    assert_eq!(why.reserved, ByteSize::bytes(WEIGHT));
    assert_eq!(why.looked_at.len(), 4);
    let first = why.looked_at.iter().find(|holder| holder.label.is_some()).unwrap();
    assert_eq!((first.label.as_deref(), first.guards, first.pins), (Some("the first"), 2, 0));
    assert_eq!(why.looked_at.iter().map(|holder| holder.pins).sum::<u32>(), 2);
    let said = why.to_string();
    assert!(said.contains("`the first` (20024 B) has 2 guards;"), "{said}");
    assert!(said.contains("has 0 guards and 1 pin") || said.contains("has 1 guard"), "{said}");
    assert_eq!(heard.lock().unwrap().len(), 1, "it is told once");
    drop((guards, pins, room));
}

#[test]
fn without_a_medium_it_says_that_nothing_can_be_saved() {
    let clock = ManualClock::new();
    let pool = Pool::builder().memory(room_for(2)).seams(clock.seams(1)).build().unwrap();
    let _handles = [1, 2].map(|name| pool.insert(bytes(name, SIZE)).wait().unwrap());
    let offer = pool.insert(bytes(3, SIZE));
    clock.advance(Duration::from_secs(30));
    let rejected = offer.wait().unwrap_err();
    let said = rejected.error.to_string();
    assert!(said.starts_with("no room for 20024 B in 30s in a pool of "), "{said}");
    let why = all_pinned(&rejected.error);
    assert_eq!(why.unsavable, ByteSize::bytes(2 * WEIGHT));
    assert!(why.to_string().ends_with(", 40048 B cannot be saved"), "{why}");
}

#[test]
fn a_load_that_finds_all_pinned_leaves_its_object_to_be_tried_again() {
    let world = World::with(room_for(4), |builder| builder);
    let spilled = world.pool.insert(bytes(9, SIZE)).wait().unwrap();
    assert!(spilled.evict().wait().unwrap());
    let handles: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let guards: Vec<_> = handles.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let mut get = spilled.get();
    assert!(crate::slot::poll(&mut get).is_none());
    world.clock.advance(Duration::from_secs(30));
    let error = get.wait().unwrap_err();
    assert_eq!(all_pinned(&error).looked_at.len(), 4);
    drop(guards);
    assert_eq!(*spilled.get().wait().unwrap(), bytes(9, SIZE));
}

#[test]
fn a_small_load_passes_a_large_insert_that_waits_for_what_is_looked_at() {
    let world = World::with(room_for(4), |builder| builder);
    let spilled = world.pool.insert(bytes(9, 100)).wait().unwrap();
    assert!(spilled.evict().wait().unwrap());
    let held = [0, 1, 2].map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap());
    let guards = held.each_ref().map(|handle| handle.get().wait().unwrap());
    let offer = world.pool.insert(bytes(4, 3 * SIZE));
    assert!(!offer.is_ready());
    assert_eq!(*spilled.get().wait().unwrap(), bytes(9, 100));
    drop(guards);
    offer.wait().unwrap();
}
