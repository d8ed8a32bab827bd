//! One presses at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::atomic::{AtomicUsize, Ordering};

use super::rig::{Fake, Hook, world};
use crate::budget::Purpose;
use crate::inner::Inner;
use crate::lanes::trampoline;
use crate::press::tests::stepped::stepped;

#[test]
fn a_kick_is_one_job_however_often_it_is_asked_for() {
    let (world, spawn) = stepped(100);
    let saved = world.object(100, true);
    for _ in 0..10 {
        world.inner.presser.kick();
    }
    assert_eq!(spawn.len(), 1);
    assert!(saved.is_here(), "nothing is evicted on the thread that kicks");
    assert!(spawn.step());
    world.inner.presser.kick();
    assert_eq!(spawn.len(), 1, "after it there may be another");
}

#[test]
fn who_presses_looks_once_more_for_a_kick_and_no_job_is_sent_for() {
    let (world, spawn) = stepped(100);
    let (held, next) = (world.object(50, true), world.object(50, true));
    held.hold();
    let (inner, released) = (Arc::clone(&world.inner), Arc::clone(&held));
    // The first has been looked at by then.
    next.hook(move || {
        released.desk.lock().guards = 0;
        inner.presser.kick();
    });
    let wish = world.insert(100);
    assert!(wish.has_room() && spawn.len() == 0);
}

#[test]
fn who_presses_is_not_kept_for_ever_by_those_who_kick() {
    let (world, spawn) = stepped(100);
    let held = world.object(100, true);
    held.hold();
    let rounds = Arc::new(AtomicUsize::new(0));
    kick_each_time(&world.inner, &held, &rounds);
    let _wish = world.insert(50);
    assert_eq!(spawn.len(), 1, "a job goes on");
    // In each the only one is named three times.
    assert!(rounds.load(Ordering::SeqCst) <= 16, "{rounds:?}");
    held.desk.lock().hook = Hook::default();
    while spawn.step() {}
}

/// Kicks whenever somebody looks at it.
fn kick_each_time(inner: &Arc<Inner>, held: &Arc<Fake>, rounds: &Arc<AtomicUsize>) {
    let (again, weak, counted) = (Arc::clone(inner), Arc::downgrade(held), Arc::clone(rounds));
    held.hook(move || {
        let Some(held) = weak.upgrade() else { return };
        if counted.fetch_add(1, Ordering::SeqCst) < 1_000 {
            kick_each_time(&again, &held, &counted);
        }
        again.presser.kick();
    });
}

#[test]
fn a_round_that_panics_leaves_nothing_taken_and_is_made_up_for() {
    let (world, spawn) = stepped(100);
    let (unsaved, bad) = (world.object(50, false), world.object(50, true));
    bad.hook(|| panic!("in the middle of a round"));
    assert!(catch_unwind(AssertUnwindSafe(|| world.insert(100))).is_err());
    let flight = world.inner.presser.flight();
    assert_eq!((flight.batches, flight.leaving), (0, 0));
    assert!(unsaved.is_here() && bad.is_here());
    for _ in 0..3 {
        world.clock.advance(Duration::from_millis(32));
        while spawn.step() {}
    }
    assert!(!unsaved.is_here() && !bad.is_here(), "the timer looks again");
}

#[test]
fn a_round_that_was_held_up_is_followed_by_no_long_rest() {
    let world = world(100);
    let held = world.object(100, true);
    held.hold();
    let clock = Arc::clone(&world.clock);
    held.hook(move || clock.advance(Duration::from_secs(5)));
    let wish = world.insert(50);
    world.release(&held);
    assert!(wish.waits());
    world.clock.advance(Duration::from_millis(1));
    assert!(wish.has_room());
}

#[test]
fn a_pool_that_is_gone_is_not_pressed() {
    let world = world(100);
    let presser = Arc::clone(&world.inner.presser);
    drop(world);
    crate::budget::Press::press(&*presser);
    presser.kick();
    presser.wrote(&Ok(()));
}

#[test]
fn a_look_that_was_thrown_away_is_made_up_for_although_nobody_waits() {
    let (world, spawn) = stepped(100);
    let saved = world.object(50, true);
    let _grown = world.inner.ledger.exceed(70, Purpose::Resident);
    world.inner.presser.kick();
    spawn.lose();
    assert!(saved.is_here() && spawn.len() == 0);
    world.clock.advance(Duration::from_millis(1));
    spawn.lose();
    world.clock.advance(Duration::from_millis(2));
    assert!(spawn.step());
    assert!(!saved.is_here());
    assert_eq!(world.clock.timers(), 0, "that is enough");
}

#[test]
fn a_batch_that_is_thrown_away_has_a_job_press() {
    let (world, spawn) = stepped(200);
    let (_unsaved, held) = (world.object(100, false), world.object(100, true));
    held.hold();
    let wish = world.insert(100);
    assert_eq!(spawn.len(), 1, "the write");
    held.desk.lock().guards = 0;
    spawn.lose();
    assert!(held.is_here(), "this may be the thread of anybody who lets go of something");
    assert!(spawn.step() && wish.has_room());
}

#[test]
fn a_kick_is_claimed_when_its_job_is_sent_and_not_before() {
    let (world, spawn) = stepped(100);
    let (presser, jobs) = (Arc::clone(&world.inner.presser), Arc::clone(&spawn));
    let (sent, seen) = std::sync::mpsc::channel();
    trampoline::run(move || {
        // What this thread does first may take long, ...
        presser.kick();
        sent.send(jobs.len()).unwrap();
        // ... and another one must not count on it.
        std::thread::scope(|scope| scope.spawn(|| presser.kick()).join().unwrap());
        sent.send(jobs.len()).unwrap();
    });
    assert_eq!(seen.iter().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(spawn.len(), 1, "the first has found that a job is on its way");
}
