//! A journal that is full: who writes waits for the snapshot that makes room.

use std::time::Duration;

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Call, Ending, Fault, SimulatedDisk};
use forebay_state::{Home, State};
use forebay_store::{Durability, ErrorKind};

use super::edits::Edit;
use super::ledger::{Account, Ledger};
use super::rig::{Rig, SEGMENT};
use super::snapshots::{snapshots, write};

#[test]
fn in_a_full_journal_a_transaction_waits_for_the_snapshot_that_makes_room() {
    let mut rig = Rig::new(0);
    rig.segments = 4;
    rig.open(false).unwrap();
    for id in 0..400 {
        write(&mut rig, id % 9);
    }
    assert_eq!(snapshots(&rig).len(), 1, "it was full");
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
}

#[test]
fn who_would_not_wait_is_told_that_the_journal_is_full_and_it_makes_room_all_the_same() {
    let mut rig = Rig::new(0);
    rig.segments = 4;
    rig.room_wait = Duration::ZERO;
    rig.is_faulty = true;
    rig.open(false).unwrap();
    let mut refused = 0;
    for id in 0..400 {
        let edits = [Edit::Open(id % 9, 1), Edit::Pay(id % 9, 400)];
        if let Err(error) = rig.write(Durability::Journaled, &edits) {
            assert_eq!(error.kind(), ErrorKind::Busy);
            refused += 1;
            rig.write(Durability::Journaled, &edits).unwrap();
        }
    }
    assert!(refused > 0, "it was full");
    assert!(refused < 40, "{refused}");
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
}

#[test]
fn a_snapshot_that_fails_is_the_reason_why_there_is_no_room() {
    let mut rig = Rig::new(0);
    rig.segments = 4;
    rig.is_faulty = true;
    rig.open(false).unwrap();
    // What a snapshot before has left is removed first; the journal removes nothing.
    rig.disk.fail_from(Call::Remove, 1, Fault::Error);
    let edits = [Edit::Open(1, 1), Edit::Pay(1, 400)];
    let error = loop {
        if let Err(error) = rig.write(Durability::Journaled, &edits) {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::Busy);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("make a snapshot"), "{cause}");
    assert_eq!(rig.state().troubles().len(), 1);
    // While that is so nobody makes another one for every transaction.
    let changes = rig.disk.changes();
    assert_eq!(rig.write(Durability::Journaled, &edits).unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(rig.disk.changes(), changes);
    rig.disk.heal();
    rig.clock.advance(Duration::from_secs(2));
    assert!(rig.state().troubles().is_empty());
    rig.write(Durability::Journaled, &edits).unwrap();
}

#[test]
fn many_threads_write_more_than_the_journal_holds_and_none_is_refused() {
    let disk = SimulatedDisk::new(1);
    let journal = JournalSettings {
        segment_bytes: SEGMENT,
        bytes_max: 6 * SEGMENT,
        ..JournalSettings::default()
    };
    let open = || {
        let home = Home::simulated(disk.clone(), "s");
        State::<Ledger>::builder(home).journal(journal.clone()).open().unwrap()
    };
    let state = open();
    std::thread::scope(|scope| {
        for thread in 0..4_u32 {
            let state = &state;
            scope.spawn(move || {
                for round in 0..150_u32 {
                    let account = Account { owner: "o".repeat(3000), balance: round.into() };
                    let rung =
                        [Durability::Memory, Durability::Journaled][usize::from(round % 2 == 0)];
                    state.write_at(rung, |tx| tx.accounts.put(thread, account)).unwrap();
                }
            });
        }
    });
    assert!(snapshots_on(&disk) > 0);
    state.close().wait().unwrap();
    drop(state);
    let balances: Vec<_> =
        open().read().accounts.iter().map(|(_, account)| account.balance).collect();
    assert_eq!(balances, [149; 4]);
}

fn snapshots_on(disk: &SimulatedDisk) -> usize {
    disk.files("s").iter().filter(|name| name.starts_with("snap-")).count()
}
