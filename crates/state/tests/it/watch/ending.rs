//! How a watch ends.

use std::sync::mpsc;

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_state::{Home, State};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Done, Durability, ErrorKind};

use crate::shop::Shop;

#[test]
fn a_watch_gives_out_what_is_left_and_then_says_that_the_state_is_closed() {
    let state = State::<Shop>::memory();
    let (_, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    state.write(|tx| tx.users.put("ada".into(), 1)).unwrap();
    state.close().wait().unwrap();
    assert!(watch.wait().is_ok());
    assert_eq!(watch.try_next().unwrap_err().kind(), ErrorKind::Closed);
}

#[test]
fn a_watch_outlives_the_state_and_wakes_up_when_it_is_gone() {
    let state = State::<Shop>::memory();
    let (_, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    let ready = watch.ready();
    assert!(!ready.is_ready());
    drop(state);
    assert!(ready.is_ready());
    assert_eq!(watch.try_next().unwrap_err().kind(), ErrorKind::Closed);
}

fn open() -> (State<Shop>, SimulatedDisk) {
    let disk = SimulatedDisk::new(1);
    let home = Home::simulated(disk.clone(), "shop");
    (State::builder(home).seams(ManualClock::new().seams(1)).open().unwrap(), disk)
}

fn fail(state: &State<Shop>, disk: &SimulatedDisk) {
    for call in [Call::Sync, Call::Write, Call::Create, Call::Rename, Call::SyncDirectory] {
        disk.fail_from(call, 1, Fault::Error);
    }
    state.write_at(Durability::Synced, |tx| tx.users.put("ada".into(), 1)).unwrap_err();
}

#[test]
fn who_is_told_of_the_end_may_ask_the_state_for_something() {
    // Within the turn it would be a write inside a write.
    for (end, kind) in [("closed", ErrorKind::Closed), ("failed", ErrorKind::Unavailable)] {
        let (state, disk) = open();
        let (_, watch) = state.watch(Shop::USERS).begin().unwrap();
        let (tell, told) = mpsc::channel();
        let other = state.clone();
        watch.ready().forward(Done::call(move |_| {
            let written = other.write(|tx| tx.users.put("bob".into(), 2));
            tell.send(written.unwrap_err().kind()).unwrap();
        }));
        match end {
            "closed" => drop(state.close().wait().unwrap()),
            _ => fail(&state, &disk),
        }
        assert_eq!(told.try_recv(), Ok(kind), "{end}");
    }
}

#[test]
fn a_watch_says_what_the_state_has_failed_with() {
    let (state, disk) = open();
    let (_, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    let ready = watch.ready();
    fail(&state, &disk);
    assert!(ready.is_ready());
    assert_ne!(watch.try_next().unwrap_err().kind(), ErrorKind::Closed);
}
