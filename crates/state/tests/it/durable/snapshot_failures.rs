//! Snapshots that fail: no write does, it is told, and it is tried again.

use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Ending, Fault};
use forebay_store::{Durability, ErrorKind};

use super::edits::Edit;
use super::rig::Rig;
use super::snapshots::{snapshots, write};

const CALLS: [Call; 7] = [
    Call::Create,
    Call::Write,
    Call::Sync,
    Call::Rename,
    Call::SyncDirectory,
    Call::Remove,
    Call::List,
];

#[test]
fn a_failed_snapshot_fails_no_write_and_is_told() {
    for call in CALLS {
        for fault in [Fault::Error, Fault::Full, Fault::ErrorAfter] {
            let mut rig = Rig::new(0);
            rig.place = format!("{call:?} {fault:?}");
            rig.open(false).unwrap();
            write(&mut rig, 1);
            rig.snapshot().unwrap();
            write(&mut rig, 2);
            let before = rig.state().troubles().len();
            assert_eq!(before, 0);
            // The journal has its own answers to its disk's faults; here it has nothing to do.
            rig.state().write_at(Durability::Synced, |_| Ok(())).unwrap();
            rig.is_faulty = true;
            rig.disk.fail_from(call, 1, fault);
            let failed = rig.snapshot();
            rig.disk.heal();
            rig.is_faulty = rig.state().failure().is_some();
            if rig.is_faulty {
                continue;
            }
            if failed.is_err() {
                assert_eq!(rig.state().troubles().len(), 1, "{}", rig.place);
                assert_eq!(rig.state().troubles().len(), 1, "looking does not end it");
            }
            write(&mut rig, 3);
            rig.clock.advance(Duration::from_secs(1));
            assert!(rig.state().troubles().is_empty(), "{}: it was tried again", rig.place);
            assert_eq!(snapshots(&rig).len(), 1, "{}", rig.place);
            rig.write(Durability::Synced, &[Edit::Open(9, 9)]).unwrap();
            rig.end(Ending::PowerCut);
            rig.open(true).unwrap();
        }
    }
}

#[test]
fn whichever_call_of_a_snapshot_fails_nothing_is_lost() {
    for nth in 1.. {
        let mut rig = Rig::new(0);
        rig.place = format!("call {nth} fails");
        rig.open(false).unwrap();
        (0..40).for_each(|id| write(&mut rig, id % 9));
        rig.snapshot().unwrap();
        (0..40).for_each(|id| write(&mut rig, id % 9));
        rig.is_faulty = true;
        for call in CALLS {
            rig.disk.fail(call, nth, Fault::Error);
        }
        let _: Result<_, _> = rig.snapshot();
        rig.disk.heal();
        rig.end(Ending::PowerCut);
        rig.open(true).unwrap();
        if nth == 12 {
            break;
        }
    }
}

#[test]
fn pauses_between_failures_grow() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    write(&mut rig, 1);
    rig.is_faulty = true;
    rig.disk.fail_from(Call::Create, 1, Fault::Full);
    rig.snapshot().unwrap_err();
    let times = |rig: &Rig| rig.state().troubles()[0].times;
    // From 300 seconds on they do not.
    for (seconds, expected) in [(0, 1), (1, 2), (1, 2), (1, 3), (3, 3), (1, 4), (2000, 14)] {
        rig.clock.advance(Duration::from_secs(seconds));
        assert_eq!(times(&rig), expected, "after {seconds} s more");
    }
    assert_eq!(rig.state().troubles()[0].what, "snapshot");
    assert_eq!(rig.state().troubles()[0].error.kind(), ErrorKind::Unavailable);
}
