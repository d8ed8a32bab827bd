//! Somebody who does not wait.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::{ErrorKind, Result};

use super::rig::{Fake, World, world};
use crate::budget::{Ledger, Purpose, Rank, Room};
use crate::press::tests::stepped::stepped;

fn try_take(ledger: &Arc<Ledger>, bytes: u64) -> Result<Room> {
    ledger.try_take(bytes, Purpose::Resident, Rank::Insert)
}

/// How often somebody wanted to evict one of them.
fn looks(all: &[Arc<Fake>]) -> usize {
    all.iter().map(|object| object.desk.lock().looks).sum()
}

/// So many objects that fill the pool, saved and held.
fn held(world: &World, count: usize) -> Vec<Arc<Fake>> {
    let held: Vec<_> = (0..count).map(|_| world.object(1, true)).collect();
    for object in &held {
        object.hold();
    }
    held
}

#[test]
fn who_does_not_wait_is_served_beside_who_presses() {
    let world = world(200);
    let (first, second) = (world.object(100, true), world.object(100, true));
    let (ledger, taken) = (Arc::clone(&world.inner.ledger), Arc::new(Mutex::new(None)));
    let outcome = Arc::clone(&taken);
    // Somebody presses, and has not come further.
    first.hook(move || *outcome.lock() = Some(try_take(&ledger, 100)));
    let wish = world.insert(100);
    assert!(wish.has_room(), "he came first");
    assert!(taken.lock().take().unwrap().is_ok());
    assert!(!first.is_here() && !second.is_here());
}

#[test]
fn who_does_not_wait_has_what_was_touched_leave_however_many_there_are() {
    let (world, _jobs) = stepped(5_000);
    let saved: Vec<_> = (0..5_000).map(|_| world.object(1, true)).collect();
    for object in &saved {
        object.touch();
    }
    assert!(try_take(&world.inner.ledger, 1).is_ok());
}

#[test]
fn an_attempt_in_vain_has_an_end() {
    let (world, _jobs) = stepped(100_000);
    let held = held(&world, 100_000);
    assert_eq!(try_take(&world.inner.ledger, 1).unwrap_err().kind(), ErrorKind::Busy);
    let looks = looks(&held);
    assert_eq!(looks, 4_096 + 65_536, "one pressing, and the attempt itself");
}

/// Whenever somebody wants to evict it a millisecond goes by.
fn slow_down(fake: &Arc<Fake>, clock: &Arc<ManualClock>) {
    let (me, clock) = (Arc::downgrade(fake), Arc::clone(clock));
    fake.hook(move || {
        clock.advance(Duration::from_millis(1));
        if let Some(fake) = me.upgrade() {
            slow_down(&fake, &clock);
        }
    });
}

#[test]
fn after_an_attempt_at_many_in_vain_those_who_come_next_look_at_fewer_for_a_while() {
    let (world, _jobs) = stepped(1_500);
    let held = held(&world, 1_500);
    slow_down(&held[0], &world.clock);
    let mut before = 0;
    let mut attempt = || {
        assert_eq!(try_take(&world.inner.ledger, 1).unwrap_err().kind(), ErrorKind::Busy);
        let looks = looks(&held);
        looks - std::mem::replace(&mut before, looks)
    };
    let (first, second) = (attempt(), attempt());
    assert_eq!((first, second), (3_001 + 4_500, 3_001), "the pressing, and the attempt itself");
    world.clock.advance(Duration::from_millis(100));
    assert_eq!(attempt(), first);
}

#[test]
fn those_who_are_refused_one_after_the_other_do_not_look_at_everybody_each() {
    let world = world(1_500);
    let held = held(&world, 1_500);
    let asked = || held.iter().map(|object| object.desk.lock().asked).sum::<usize>();
    for _ in 0..10 {
        assert!(try_take(&world.inner.ledger, 1).is_err());
    }
    assert_eq!(asked(), 1_500);
    world.clock.advance(Duration::from_secs(1));
    assert!(try_take(&world.inner.ledger, 1).is_err());
    assert_eq!(asked(), 3_000, "what was found is not true for ever");
}
