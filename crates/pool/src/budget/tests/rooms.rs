//! What is taken goes back.

use forebay_store::{ByteSize, ErrorKind};

use super::rig::world;
use crate::budget::Purpose;

#[test]
fn room_goes_back_when_it_is_dropped() {
    let world = world(100);
    let room = world.ledger.take_now(60, Purpose::Resident).unwrap();
    assert_eq!((world.used(), world.ledger.standing().resident), (60, 60));
    assert!(world.ledger.take_now(41, Purpose::Resident).is_none());
    drop(room);
    assert_eq!(world.used(), 0);
}

#[test]
fn parts_of_a_room_are_as_much_as_the_room() {
    let world = world(100);
    let mut room = world.ledger.take_now(60, Purpose::Reserved).unwrap();
    let part = room.split(ByteSize::bytes(20)).unwrap();
    assert_eq!((room.bytes(), part.bytes(), world.used()), (40, 20, 60));
    let error = room.split(ByteSize::bytes(41)).unwrap_err();
    assert_eq!((error.kind(), room.bytes()), (ErrorKind::Invalid, 40));
    room.join(part);
    assert_eq!((room.bytes(), world.used()), (60, 60));
    room.shrink_to(10);
    assert_eq!((room.bytes(), world.used()), (10, 10));
    drop(room);
    assert_eq!(world.used(), 0);
}

#[test]
fn a_room_of_another_purpose_is_taken_in_as_the_purpose_of_who_takes_it() {
    let world = world(100);
    let mut room = world.ledger.take_now(10, Purpose::Loading).unwrap();
    room.turn_into(Purpose::Resident);
    room.join(world.ledger.take_now(5, Purpose::Reserved).unwrap());
    let books = world.ledger.standing();
    assert_eq!((books.resident, books.loading, books.reserved), (15, 0, 0));
}

#[test]
fn a_press_is_wanted_above_the_low_mark_once_and_above_the_budget_always() {
    let world = world(100);
    let _first = world.ledger.take_now(80, Purpose::Resident).unwrap();
    assert!(!world.ledger.wanted());
    let _second = world.ledger.take_now(1, Purpose::Resident).unwrap();
    assert!(world.ledger.wanted());
    world.ledger.begin_pressing();
    assert!(!world.ledger.wanted());
    let third = world.ledger.exceed(20, Purpose::Resident);
    world.ledger.begin_pressing();
    assert!(world.ledger.wanted());
    drop(third);
    assert!(!world.ledger.wanted());
}

#[test]
fn room_that_no_machine_has_is_counted_without_overflow() {
    let world = world(100);
    let rooms = [(); 3].map(|()| world.ledger.exceed(u64::MAX, Purpose::Passing));
    assert!(world.used() > 1 << 48);
    drop(rooms);
    assert_eq!(world.used(), 0);
}
