//! How a watch ends.

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_state::{Home, State};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind};

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

#[test]
fn a_watch_says_what_the_state_has_failed_with() {
    let disk = SimulatedDisk::new(1);
    let home = Home::simulated(disk.clone(), "shop");
    let state = State::<Shop>::builder(home).seams(ManualClock::new().seams(1)).open().unwrap();
    let (_, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    let ready = watch.ready();
    for call in [Call::Sync, Call::Write, Call::Create, Call::Rename, Call::SyncDirectory] {
        disk.fail_from(call, 1, Fault::Error);
    }
    let written = state.write_at(Durability::Synced, |tx| tx.users.put("ada".into(), 1));
    assert!(written.is_err());
    assert!(ready.is_ready());
    assert_ne!(watch.try_next().unwrap_err().kind(), ErrorKind::Closed);
}
