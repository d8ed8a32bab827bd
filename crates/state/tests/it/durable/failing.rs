//! The disk fails for good, and the journal with it.

use forebay_journal::disk::simulated::{Call, Ending, Fault};
use forebay_store::{Durability, ErrorKind};

use super::edits::Edit;
use super::model::Content;
use super::rig::Rig;

const EVERYTHING: [Call; 3] = [Call::Sync, Call::Write, Call::Create];

/// A state with one synced account, and one more of each rung under way when the disk fails.
fn failing(seed: u64) -> Rig {
    let mut rig = Rig::new(seed);
    rig.open(false).unwrap();
    rig.write(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
    rig.is_faulty = true;
    for call in EVERYTHING {
        rig.disk.fail_from(call, 1, Fault::Error);
    }
    rig.submit(Durability::Synced, &[Edit::Open(2, 1)]).unwrap();
    rig.submit(Durability::Memory, &[Edit::Pay(2, 3)]).unwrap();
    rig.submit(Durability::Journaled, &[Edit::Open(3, 1), Edit::Close(1)]).unwrap();
    rig
}

#[test]
fn what_is_told_to_be_unknown_is_not_there_now() {
    let mut rig = failing(0);
    for (_, _, op) in std::mem::take(&mut rig.pending).into_iter().rev() {
        assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Unknown);
        rig.look();
    }
    let keys: Vec<u32> = rig.state().read().accounts.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, [1]);
    rig.end(Ending::PowerCut);
    rig.disk.heal();
    rig.open(true).unwrap();
}

#[test]
fn whoever_comes_after_a_failure_is_told_and_nothing_happens() {
    let mut rig = failing(0);
    assert!(rig.wait(0).is_err());
    rig.disk.heal();
    for rung in [Durability::Memory, Durability::Journaled, Durability::Synced] {
        let error = rig
            .state()
            .write_at(rung, |tx| tx.accounts.delete(&1).then_some(()).ok_or_else(|| panic!()));
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(std::error::Error::source(&error).is_some(), "the cause is told");
    }
    let told = rig.state().failure().unwrap().to_string();
    assert_eq!(rig.state().failure().unwrap().to_string(), told, "looking does not clear it");
    assert!(rig.state().read().accounts.contains(&1));
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
}

#[test]
fn what_reached_its_rung_before_the_failure_is_shown() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.is_faulty = true;
    rig.submit(Durability::Journaled, &[Edit::Open(1, 1)]).unwrap();
    let (_, _, journaled) = rig.pending.pop().unwrap();
    rig.submit(Durability::Synced, &[Edit::Open(2, 1)]).unwrap();
    rig.disk.fail_from(Call::Sync, 1, Fault::Error);
    rig.disk.fail_from(Call::Create, 1, Fault::Error);
    assert!(rig.wait(0).is_err());
    journaled.wait().unwrap();
    let keys: Vec<u32> = rig.state().read().accounts.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, [1], "it was written before the sync failed");
}

#[test]
fn a_write_that_the_journal_does_not_take_is_not_there_now_nor_after_a_restart() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let refused = rig.state().write(|tx| {
        Edit::Open(1, 1).make(tx, &mut Content::default())?;
        tx.entries.put((1, "long".repeat(32 << 10)), super::ledger::Entry::Opened)
    });
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Refused, "no key is as long");
    rig.look();
    rig.write(Durability::Journaled, &[Edit::Open(2, 1)]).unwrap();
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
    assert_eq!(rig.model.last(), 1);
}
