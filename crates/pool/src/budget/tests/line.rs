//! Who waits is served in turn.

use forebay_store::ErrorKind;

use super::rig::{PATIENCE, patient, world};
use crate::budget::{Ask, Claim, Purpose, Rank, Room, WhenFull, foreign};

#[test]
fn who_waits_is_served_in_turn_when_room_comes_back() {
    let world = world(100);
    let [first, second] =
        [60, 40].map(|bytes| world.ledger.take_now(bytes, Purpose::Resident).unwrap());
    let [large, small] = [world.insert(60), world.insert(10)];
    drop(second);
    assert!(large.waits(), "40 are not 60");
    assert!(small.waits(), "nobody passes the first");
    assert_eq!((world.ledger.standing().waiting, world.ledger.standing().lack), (2, 20));
    drop(first);
    assert!(large.has_room() && small.has_room());
    assert_eq!((world.used(), world.ledger.standing().waiting), (70, 0));
}

#[test]
fn nobody_overtakes_the_line() {
    let world = world(100);
    let all = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let waits = world.insert(90);
    drop(all);
    waits.end();
    let all = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let waits = world.insert(90);
    let part = all;
    let mut part = part;
    part.shrink_to(50);
    assert!(waits.waits());
    assert!(world.ledger.take_now(1, Purpose::Resident).is_none(), "somebody waits");
    let error = world.ledger.try_take(1, Purpose::Resident, Rank::Insert).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(world.ledger.standing().waiting, 1);
}

#[test]
fn an_ask_presses_before_it_waits() {
    let world = world(100);
    let hand = world.hand();
    hand.frees.lock().push(world.ledger.take_now(100, Purpose::Resident).unwrap());
    let wish = world.insert(50);
    assert!(wish.has_room());
    assert_eq!(hand.pressed.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[test]
fn who_does_not_wait_is_served_after_one_pressing_or_busy() {
    let world = world(100);
    let hand = world.hand();
    hand.frees.lock().push(world.ledger.take_now(100, Purpose::Resident).unwrap());
    let room = world.ledger.try_take(50, Purpose::Resident, Rank::Insert).unwrap();
    let wish = world.ask(60, Rank::Insert, WhenFull::Fail);
    assert_eq!(wish.kind(), ErrorKind::Busy);
    assert!(wish.error().retry_after().is_some());
    let none = world.ask(60, Rank::Insert, WhenFull::Wait(std::time::Duration::ZERO));
    assert_eq!(none.kind(), ErrorKind::Busy);
    assert_eq!((world.clock.timers(), world.ledger.standing().waiting), (0, 0));
    drop(room);
}

#[test]
fn an_insert_that_can_never_fit_is_refused_and_a_load_is_served_alone() {
    let world = world(100);
    let _own = world.ledger.own(10);
    assert_eq!(world.insert(91).kind(), ErrorKind::Refused);
    let small = world.insert(20);
    let large = world.load(1_000);
    assert!(large.waits());
    small.end();
    assert!(large.has_room());
    assert_eq!(world.used(), 1_010);
    assert!(world.ledger.wanted(), "it is over the budget");
}

#[test]
fn who_may_exceed_the_budget_does_so_by_no_more_than_that() {
    let world = world(100);
    let exceed = WhenFull::Exceed(forebay_store::ByteSize::bytes(20));
    let _first = world.ask(110, Rank::Insert, exceed);
    assert_eq!(world.used(), 110);
    let second = world.ask(11, Rank::Insert, exceed);
    assert!(second.waits());
    assert_eq!(world.ask(121, Rank::Insert, exceed).kind(), ErrorKind::Refused);
    world.clock.advance(PATIENCE);
    assert_eq!(second.kind(), ErrorKind::Busy);
}

#[test]
fn who_does_not_wait_may_exceed_the_budget_too() {
    let world = patient(100, WhenFull::Exceed(forebay_store::ByteSize::bytes(20)));
    let room = world.ledger.try_take(120, Purpose::Resident, Rank::Insert).unwrap();
    let error = world.ledger.try_take(1, Purpose::Resident, Rank::Insert).unwrap_err();
    assert_eq!((error.kind(), room.bytes()), (ErrorKind::Busy, 120));
}

#[test]
fn who_is_not_wanted_leaves_the_line_and_serves_the_next() {
    let world = world(100);
    let _room = world.ledger.take_now(50, Purpose::Resident).unwrap();
    let [large, small] = [world.insert(60), world.insert(50)];
    large.go();
    assert!(small.waits());
    world.ledger.purge();
    assert!(small.has_room());
    assert!(!large.waits(), "it has been answered all the same");
    assert_eq!((world.used(), world.ledger.standing().waiting), (100, 0));
}

#[test]
fn room_for_many_whom_nobody_waits_for_does_not_grow_the_stack() {
    let world = world(100);
    let room = world.ledger.take_now(100, Purpose::Resident).unwrap();
    for _ in 0..30_000 {
        world.insert(100).go();
    }
    let last = world.insert(100);
    drop(room);
    assert!(last.has_room());
}

#[test]
fn the_line_has_an_end() {
    let world = world(100);
    let room = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let waiting: Vec<_> = (0..65_536).map(|_| world.insert(1)).collect();
    let error = world.insert(1).error();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Busy, "too many wait for room")
    );
    drop(room);
    assert!(waiting[..100].iter().all(|wish| wish.has_room()));
    assert!(waiting[100].waits());
}

#[test]
fn code_of_users_that_the_pool_runs_never_stands_in_line() {
    let world = world(100);
    let _room = world.ledger.take_now(50, Purpose::Resident).unwrap();
    let (fits, waits) = foreign(|| (world.insert(50), world.insert(1)));
    assert!(fits.has_room());
    assert_eq!(waits.kind(), ErrorKind::Busy);
    let waits = world.insert(1);
    assert!(waits.waits(), "the user's own threads do");
}

#[test]
fn who_is_served_by_code_of_users_is_not_taken_for_it() {
    struct Again(forebay_store::sync::Mutex<Option<bool>>);
    impl Claim for Again {
        fn is_wanted(&self) -> bool {
            true
        }

        fn answer(self: std::sync::Arc<Self>, _: forebay_store::Result<Room>) {
            *self.0.lock() = Some(crate::budget::is_foreign());
        }
    }
    let world = world(100);
    let room = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let again = std::sync::Arc::new(Again(forebay_store::sync::Mutex::new(None)));
    let claim: std::sync::Arc<dyn Claim> = std::sync::Arc::clone(&again) as _;
    let (purpose, rank, patience) = (Purpose::Resident, Rank::Insert, WhenFull::default());
    world.ledger.take(Ask { bytes: 10, purpose, rank, patience, claim });
    foreign(|| {
        drop(room);
        assert!(crate::budget::is_foreign());
    });
    assert_eq!(*again.0.lock(), Some(false));
}
