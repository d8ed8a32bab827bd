//! The end of a state, in order.

use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Ending, Fault};
use forebay_state::State;
use forebay_store::{Durability, ErrorKind};

use super::edits::Edit;
use super::ledger::Ledger;
use super::model::Content;
use super::rig::Rig;

#[test]
fn what_was_accepted_at_any_rung_survives_a_power_cut_after_a_close() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Memory, &[Edit::Open(1, 1)]).unwrap();
    rig.submit(Durability::Journaled, &[Edit::Open(2, 1)]).unwrap();
    let state = rig.state().clone();
    let report = state.close().wait().unwrap();
    assert_eq!(report.revision, state.revision());
    assert_eq!(state.read().accounts.len(), 2, "what was under way is shown by then");
    rig.model.acknowledge(2, Durability::Synced);
    rig.end(Ending::PowerCut);
    rig.open(true).unwrap();
    assert_eq!(rig.model.last(), 2);
    assert!(rig.state().report().recovery.as_ref().unwrap().was_clean);
}

#[test]
fn a_closed_state_takes_nothing_and_is_read_all_the_same() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Journaled, &[Edit::Open(1, 1)]).unwrap();
    for state in [rig.state().clone(), State::memory()] {
        state.close().wait().unwrap();
        let written = state.write(|tx| Edit::Open(2, 1).make(tx, &mut Content::default()));
        assert_eq!(written.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(state.close().wait().unwrap_err().kind(), ErrorKind::Closed);
        assert!(!state.read().accounts.contains(&2));
    }
    assert!(rig.state().read().accounts.contains(&1));
}

#[test]
fn a_closed_state_is_opened_by_the_next_owner_though_views_of_it_are_held() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Journaled, &[Edit::Open(1, 1)]).unwrap();
    let (state, view) = (rig.state().clone(), rig.state().read());
    state.close().wait().unwrap();
    rig.open(false).unwrap();
    rig.write(Durability::Journaled, &[Edit::Close(1)]).unwrap();
    assert!(view.accounts.contains(&1));
}

#[test]
fn a_close_that_nobody_waits_for_is_carried_out() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Memory, &[Edit::Open(1, 1)]).unwrap();
    drop(rig.state().close());
    rig.model.acknowledge(1, Durability::Synced);
    rig.end(Ending::PowerCut);
    rig.open(true).unwrap();
    assert_eq!(rig.model.last(), 1);
}

#[test]
fn a_close_that_cannot_sync_says_so() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Memory, &[Edit::Open(1, 1)]).unwrap();
    for call in [Call::Sync, Call::Write, Call::Create] {
        rig.disk.fail_from(call, 1, Fault::Error);
    }
    let error = rig.state().close().wait().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unknown | ErrorKind::Unavailable), "{error}");
    assert!(rig.state().failure().is_some(), "it stays");
    assert!(error.to_string().contains("its journal was not closed"), "both are told: {error}");
}

#[test]
fn whoever_asks_for_the_failure_waits_for_no_transaction() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let state = rig.state();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let asked = state.write(|tx| {
            scope.spawn(move || tell.send(state.failure()));
            let told = told.recv_timeout(Duration::from_secs(10));
            assert!(told.is_ok_and(|failure| failure.is_none()), "it waits for this transaction");
            Edit::Open(1, 1).make(tx, &mut Content::default())
        });
        asked.unwrap();
    });
}

#[test]
fn everything_shown_is_synced_when_a_sync_answers() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Memory, &[Edit::Open(1, 1)]).unwrap();
    rig.submit(Durability::Journaled, &[Edit::Open(2, 1)]).unwrap();
    rig.state().sync().wait().unwrap();
    rig.look();
    assert_eq!(rig.state().read().accounts.len(), 2);
    rig.model.acknowledge(2, Durability::Synced);
    rig.end(Ending::PowerCut);
    rig.open(true).unwrap();
    let memory = State::<Ledger>::memory().sync().wait();
    assert_eq!(memory.unwrap_err().kind(), ErrorKind::Unsupported);
}
