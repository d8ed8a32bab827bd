//! The presser under a schedule explorer.

use std::sync::Arc;

use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Spawn};

use super::rig::{World, world_on};

const SCHEDULES: usize = 2_000;

/// Every job on a thread of the explorer.
struct Threads;

impl Spawn for Threads {
    fn run(&self, job: Job) {
        shuttle::thread::spawn(job);
    }
}

fn shared(memory: u64) -> Arc<World> {
    Arc::new(world_on(memory, ManualClock::new(), Arc::new(Threads)))
}

fn rest(world: &World) {
    world.inner.lanes.idle().wait().unwrap();
    shuttle::thread::yield_now();
}

#[test]
fn a_guard_given_back_beside_a_press_lets_who_waits_go_on() {
    shuttle::check_random(
        || {
            let world = shared(100);
            let held = world.object(100, true);
            held.hold();
            let releasing = (Arc::clone(&world), Arc::clone(&held));
            let release = shuttle::thread::spawn(move || releasing.0.release(&releasing.1));
            let wish = world.insert(50);
            release.join().unwrap();
            // A guard that falls between the look and the line is found by the look-again.
            while !wish.has_room() {
                world.clock.advance(std::time::Duration::from_millis(32));
                shuttle::thread::yield_now();
            }
        },
        SCHEDULES,
    );
}

#[test]
fn two_who_wait_for_unsaved_objects_are_both_served() {
    shuttle::check_random(
        || {
            let world = shared(100);
            let unsaved = [world.object(50, false), world.object(50, false)];
            let insert = || {
                let world = Arc::clone(&world);
                shuttle::thread::spawn(move || world.insert(50))
            };
            let both = [insert(), insert()].map(|thread| thread.join().unwrap());
            rest(&world);
            while both.iter().any(|wish| !wish.has_room()) {
                world.clock.advance(std::time::Duration::from_millis(32));
                rest(&world);
            }
            assert!(unsaved.iter().all(|object| object.is_saved() && !object.is_here()));
            assert!(unsaved.iter().all(|object| object.desk.lock().writes == 1));
        },
        SCHEDULES,
    );
}
