//! The first disk works again.

use std::sync::atomic::Ordering;
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Ending, Fault};

use super::{
    FAILURES, begun, begun_with, creations, fail, mend, put_long, segments_in_first,
    segments_in_second,
};
use crate::crash::history::prove;

#[test]
fn when_the_first_works_again_new_segments_are_made_there() {
    for (seed, failure) in (0..4).flat_map(|seed| FAILURES.map(|failure| (seed, failure))) {
        let mut rig = begun(seed);
        fail(&mut rig, failure);
        put_long(&mut rig, 5);
        mend(&mut rig);
        // What was prepared meanwhile is used up first.
        put_long(&mut rig, 4);
        let (in_first, in_second) = (segments_in_first(&rig), segments_in_second(&rig));
        put_long(&mut rig, 6);
        assert_eq!(segments_in_second(&rig), in_second, "{}", rig.place);
        assert!(segments_in_first(&rig) >= in_first + 3, "{}", rig.place);
        let last = rig.model.last();
        rig.retire(last).unwrap();
        assert_eq!(segments_in_second(&rig), 0, "{}: what was there is retired", rig.place);
        prove(&mut rig);
    }
}

#[test]
fn a_first_disk_that_fails_is_tried_less_and_less_often() {
    let mut rig = begun_with(1, 1000);
    let mut tries = Vec::new();
    fail(&mut rig, (Call::Create, Fault::Full));
    let created = creations(&rig.disk);
    for tenth in 1..=70_u32 {
        let before = created.load(Ordering::Relaxed);
        // Each makes one segment or two.
        put_long(&mut rig, 3);
        if created.load(Ordering::Relaxed) > before {
            tries.push(tenth);
        }
        rig.clock.advance(Duration::from_millis(100));
    }
    assert_eq!(tries, [1, 2, 4, 8, 16, 32, 64]);
    // It works for a while, and what it did before is forgotten.
    mend(&mut rig);
    put_long(&mut rig, 5);
    fail(&mut rig, (Call::Create, Fault::Full));
    put_long(&mut rig, 3);
    let before = created.load(Ordering::Relaxed);
    rig.clock.advance(Duration::from_millis(100));
    put_long(&mut rig, 3);
    assert!(created.load(Ordering::Relaxed) > before);
}

#[test]
fn a_second_that_fails_is_left_for_the_first() {
    for (seed, call) in (0..6).flat_map(|seed| [(seed, Call::Sync), (seed, Call::Write)]) {
        let mut rig = begun(seed);
        fail(&mut rig, (Call::Sync, Fault::Error));
        put_long(&mut rig, 3);
        rig.disk.heal();
        rig.second.as_ref().unwrap().fail_from(call, 1, Fault::Error);
        put_long(&mut rig, 5);
        rig.second.as_ref().unwrap().heal();
        mend(&mut rig);
        prove(&mut rig);
    }
}

#[test]
fn spares_stay_where_they_are_and_are_used_again_there() {
    let mut rig = begun(1);
    rig.make_room(rig.journal().frame_max()).unwrap();
    rig.disk.set_room(0);
    rig.is_faulty = true;
    put_long(&mut rig, 8);
    let last = rig.model.last();
    rig.retire(last).unwrap();
    let second = rig.second.clone().unwrap();
    let spares = || second.files("b").iter().filter(|name| name.starts_with("spare-")).count();
    // One has become the next segment already.
    assert_eq!(spares(), 1);
    let created = creations(&second);
    put_long(&mut rig, 2);
    assert_eq!((spares(), created.load(Ordering::Relaxed)), (0, 0), "no file is made anew");
}

#[test]
fn attempts_to_make_a_segment_leave_nothing_that_fills_the_first_disk() {
    for call in [Call::Rename, Call::SyncDirectory] {
        let mut rig = begun_with(1, 100);
        fail(&mut rig, (call, Fault::Error));
        let before = rig.disk.files("a").len();
        for _ in 0..8 {
            rig.clock.advance(Duration::from_secs(11));
            put_long(&mut rig, 3);
        }
        let names = rig.disk.files("a");
        assert!(names.len() <= before + 1, "{names:?}");
    }
}

#[test]
fn what_was_retired_in_the_second_goes_even_if_its_owner_could_not_remove_it() {
    let mut rig = begun(1);
    rig.disk.set_room(0);
    rig.is_faulty = true;
    put_long(&mut rig, 14);
    let second = rig.second.clone().unwrap();
    second.fail_from(Call::Rename, 1, Fault::Error);
    second.fail_from(Call::Remove, 1, Fault::Error);
    let last = rig.model.last();
    rig.retire(last).unwrap_err();
    assert!(segments_in_second(&rig) > 3);
    rig.end(Ending::Kill);
    second.heal();
    rig.open().unwrap();
    // The one with the last record, that of this owner and the next.
    assert!(segments_in_second(&rig) <= 3, "{:?}", second.files("b"));
    assert!(second.files("b").iter().all(|name| !name.starts_with("new-")));
}
