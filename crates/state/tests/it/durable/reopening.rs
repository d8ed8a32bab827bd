//! What is there after a state was closed by nobody and opened again.

use forebay_journal::disk::simulated::Ending;
use forebay_state::{Home, Revision, State};
use forebay_store::{Durability, ErrorKind};

use super::edits::Edit;
use super::ledger::{Account, Entry, Ledger};
use super::rig::Rig;

#[test]
fn a_state_on_a_real_disk_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("deep/ledger.state");
    let account = Account { owner: "alice".into(), balance: 5 };
    let before = {
        let state = State::<Ledger>::open(&home).unwrap();
        state.write(|tx| tx.accounts.put(7, account.clone())).unwrap();
        state
            .write_at(Durability::Synced, |tx| tx.entries.put((7, "a".into()), Entry::Opened))
            .unwrap();
        state.revision()
    };
    // A job of the journal may keep the directory for a moment.
    let state = loop {
        match State::<Ledger>::open(Home::from(&home)) {
            Err(error) if error.kind() == ErrorKind::Unavailable => std::thread::yield_now(),
            opened => break opened.unwrap(),
        }
    };
    assert_eq!(state.read().accounts.get(&7), Some(&account));
    assert_eq!(state.read().entries.len(), 1);
    assert_eq!((state.report().transactions, state.report().changes), (2, 2));
    assert_eq!(state.report().last, before);
    assert!(state.revision() > before);
}

#[test]
fn a_written_transaction_survives_a_kill_and_a_synced_one_a_power_cut() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Journaled, &[Edit::Open(1, 1)]).unwrap();
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
    assert_eq!(rig.model.last(), 1);
    rig.write(Durability::Synced, &[Edit::Open(2, 1)]).unwrap();
    rig.end(Ending::PowerCut);
    rig.open(true).unwrap();
    assert_eq!(rig.model.last(), 2);
}

#[test]
fn a_revision_that_died_with_its_process_is_not_given_again() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Memory, &[Edit::Open(1, 1)]).unwrap();
    let seen = rig.state().revision();
    rig.end(Ending::PowerCut);
    // Nothing of it is there, and yet this owner's revisions are higher.
    rig.open(true).unwrap();
    assert_eq!(rig.state().report().transactions, 0);
    rig.write(Durability::Memory, &[Edit::Open(1, 1)]).unwrap();
    assert!(rig.state().revision() > seen);
    assert_ne!(seen, Revision::default());
}

#[test]
fn layouts_are_told_by_each_owner_anew_and_only_once() {
    let mut rig = Rig::new(0);
    let mut lengths = Vec::new();
    for _ in 0..2 {
        rig.open(false).unwrap();
        for id in 0..3 {
            let before = bytes(&rig);
            rig.write(Durability::Journaled, &[Edit::Open(id, 1)]).unwrap();
            lengths.push(bytes(&rig) - before);
        }
        rig.end(Ending::Kill);
    }
    let [first, second, third, again, ..] = lengths[..] else { panic!("there are six") };
    assert!(first > second + 20, "the names of the fields are told with the first: {lengths:?}");
    assert_eq!(second, third);
    assert_eq!(first, again);
}

fn bytes(rig: &Rig) -> u64 {
    let names = rig.disk.files("s/journal-00000001");
    let used = names.iter().map(|name| {
        let bytes = rig.disk.read_live("s/journal-00000001", name).unwrap();
        bytes.iter().filter(|byte| **byte != 0).count() as u64
    });
    used.sum()
}

#[test]
fn a_key_that_is_written_a_thousand_times_in_a_transaction_is_one_change_on_disk() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let often: Vec<_> = (0..1000).map(|balance| Edit::Open(7, balance)).collect();
    rig.write(Durability::Journaled, &often).unwrap();
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
    assert_eq!(rig.state().report().changes, 2);
}

#[test]
fn nobody_else_opens_a_state_that_has_an_owner() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let error = rig.builder().open().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    rig.write(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
    rig.drop_state();
    rig.open(false).unwrap();
}

#[test]
fn a_rung_that_a_state_does_not_have_is_unsupported_and_nothing_happens() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let memory = State::<Ledger>::memory();
    let wanted = [(rig.state(), Durability::Stored), (&memory, Durability::Journaled)];
    for (state, rung) in wanted {
        let error = state.write_at(rung, |tx| tx.entries.put((1, String::new()), Entry::Opened));
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Unsupported);
        assert!(state.read().entries.is_empty());
    }
}

#[test]
fn what_asked_for_a_sync_is_not_shown_with_what_was_only_written() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.submit(Durability::Journaled, &[Edit::Open(1, 1)]).unwrap();
    rig.submit(Durability::Synced, &[Edit::Open(2, 1)]).unwrap();
    rig.wait(0).unwrap();
    let view = rig.state().read();
    assert!(view.accounts.contains(&1) && !view.accounts.contains(&2));
}

#[test]
fn a_transaction_behind_one_that_asked_for_more_is_shown_with_it_and_not_before() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.submit(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
    rig.submit(Durability::Memory, &[Edit::Pay(1, 1)]).unwrap();
    assert!(rig.state().read().accounts.is_empty());
    rig.pending.swap(0, 1);
    rig.wait(0).unwrap();
    assert_eq!(rig.state().read().accounts.get(&1).unwrap().balance, 2);
    rig.end(Ending::PowerCut);
    rig.open(true).unwrap();
    assert_eq!(rig.model.last(), 2);
}
