//! The first disk fails, and the second takes what comes.

use forebay_journal::disk::simulated::{Call, Ending, Fault};
use forebay_store::{Durability, ErrorKind};

use super::{FAILURES, begun, fail, mend, put, put_long, segments_in_second};
use crate::crash::history::prove;

#[test]
fn whatever_fails_in_the_first_every_write_goes_on_and_nothing_acknowledged_is_lost() {
    for (seed, failure) in (0..8).flat_map(|seed| FAILURES.map(|failure| (seed, failure))) {
        let mut rig = begun(seed);
        fail(&mut rig, failure);
        put_long(&mut rig, 9);
        assert!(rig.journal().failure().is_none(), "{}", rig.place);
        assert!(segments_in_second(&rig) >= 3, "{}: they are elsewhere", rig.place);
        let needed = rig.model.last() - 2;
        // What cannot be removed in the first stays there; the rest goes.
        let _ = rig.retire(needed);
        put_long(&mut rig, 3);
        let ending = if seed % 2 == 0 { Ending::PowerCut } else { Ending::Kill };
        rig.end(ending);
        mend(&mut rig);
        rig.open().unwrap();
        prove(&mut rig);
    }
}

#[test]
fn a_full_first_disk_is_gone_on_from_in_the_second() {
    for seed in 0..8 {
        let mut rig = begun(seed);
        rig.disk.set_room(4096);
        rig.is_faulty = true;
        put_long(&mut rig, 20);
        assert!(segments_in_second(&rig) >= 8, "{}", rig.place);
        rig.end(Ending::PowerCut);
        // It is still full when the next owner comes: that one goes on in the second at once.
        rig.open().unwrap();
        put_long(&mut rig, 4);
        rig.disk.set_room(u64::MAX);
        mend(&mut rig);
        prove(&mut rig);
    }
}

/// G11: the file whose sync has failed is left alone, and so is the disk that it is on.
#[test]
fn what_a_failed_sync_should_have_covered_is_written_to_the_second_from_memory() {
    for seed in 0..8 {
        let mut rig = begun(seed);
        rig.make_room(rig.journal().frame_max()).unwrap();
        let last = rig.append(&[500, 20]).unwrap();
        rig.wait(last, Durability::Journaled).unwrap();
        // One failure, and a disk that is well again: the next segment was ready there.
        rig.is_faulty = true;
        rig.disk.fail(Call::Sync, 1, Fault::Error);
        let before = rig.disk.changes();
        rig.wait(last, Durability::Synced).unwrap();
        assert_eq!(segments_in_second(&rig), 1, "{}", rig.place);
        // The sync that failed, and a write and a sync of a slot for the segment elsewhere.
        assert_eq!(rig.disk.changes(), before + 3, "{}: nothing is tried there again", rig.place);
        rig.disk.power_cut();
        assert_eq!(rig.journal().position().synced, last);
        rig.end(Ending::PowerCut);
        rig.is_faulty = false;
        rig.open().unwrap();
        assert_eq!(rig.model.last(), last, "{}", rig.place);
        prove(&mut rig);
    }
}

#[test]
fn when_both_fail_the_error_is_typed_and_stays() {
    for (seed, call) in (0..6).flat_map(|seed| [(seed, Call::Write), (seed, Call::Sync)]) {
        let mut rig = begun(seed);
        rig.is_forgetful = true;
        fail(&mut rig, (call, Fault::Error));
        rig.second.as_ref().unwrap().fail_from(call, 1, Fault::Error);
        let last = rig.append(&[100]).unwrap();
        let error = rig.wait(last, Durability::Synced).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unknown, "{error}");
        rig.second.as_ref().unwrap().heal();
        mend(&mut rig);
        rig.is_faulty = true;
        let refused = rig.append(&[5]).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused}");
        rig.end(Ending::PowerCut);
        rig.is_faulty = false;
        rig.open().unwrap();
        prove(&mut rig);
    }
}

#[test]
fn a_second_that_cannot_take_it_leaves_what_there_is_to_the_first() {
    // The second sync there is that of the record.
    let calls = [(Call::Create, 1), (Call::Write, 1), (Call::Sync, 2)];
    for (seed, (call, nth)) in (0..6).flat_map(|seed| calls.map(|call| (seed, call))) {
        let mut rig = begun(seed);
        rig.is_faulty = true;
        rig.second.as_ref().unwrap().fail_from(call, nth, Fault::Error);
        rig.disk.fail(Call::Sync, 1, Fault::Error);
        put(&mut rig, 400);
        let is_made = usize::from(call == Call::Sync);
        assert_eq!(segments_in_second(&rig), is_made, "{}", rig.place);
        rig.end(Ending::PowerCut);
        rig.second.as_ref().unwrap().heal();
        rig.is_faulty = false;
        rig.open().unwrap();
        prove(&mut rig);
    }
}
