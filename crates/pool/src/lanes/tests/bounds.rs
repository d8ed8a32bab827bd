//! So many at once, the rest in turn.

use std::sync::Arc;

use forebay_store::seam::manual::InlineSpawn;
use forebay_store::sync::Mutex;

use super::rig::{Fates, Stepped, lanes};
use crate::budget::{foreign, is_foreign};
use crate::lanes::{Lane, Lanes, trampoline};

#[test]
fn no_more_workers_are_sent_for_than_a_lane_has_places() {
    let (spawn, fates) = (Arc::new(Stepped::default()), Arc::new(Fates::default()));
    let lanes = lanes(3, 2, &spawn);
    for _ in 0..10 {
        lanes.run(Lane::Write, fates.work(|| {}));
    }
    assert_eq!(spawn.len(), 2);
    for _ in 0..10 {
        lanes.run(Lane::Read, fates.work(|| {}));
    }
    assert_eq!(spawn.len(), 5, "a lane has places of its own");
    while spawn.step() {}
    assert_eq!(fates.both(), (20, 0));
    assert!(lanes.is_idle());
}

#[test]
fn work_is_done_in_the_order_in_which_it_came() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    let log: Arc<Mutex<Vec<u32>>> = Arc::default();
    for number in 0..5 {
        let log = Arc::clone(&log);
        lanes.run(Lane::Read, fates.work(move || log.lock().push(number)));
    }
    while spawn.step() {}
    assert_eq!(*log.lock(), [0, 1, 2, 3, 4]);
}

#[test]
fn who_waits_anyway_takes_a_place_or_there_is_none() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(2, 1, &spawn), Arc::new(Fates::default()));
    let [first, second] = [lanes.enter(Lane::Read), lanes.enter(Lane::Read)];
    assert!(first.is_some() && second.is_some() && lanes.enter(Lane::Read).is_none());
    lanes.run(Lane::Read, fates.work(|| {}));
    assert_eq!(spawn.len(), 0, "both places are taken");
    drop(first);
    assert_eq!(spawn.len(), 1, "whose place is free goes on with the next");
    while spawn.step() {}
    assert_eq!(fates.both(), (1, 0));
    drop(second);
    assert!(lanes.is_idle());
}

#[test]
fn who_waits_anyway_does_what_no_worker_has_begun() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    lanes.run(Lane::Write, fates.work(|| {}));
    assert!(lanes.help(Lane::Write));
    assert_eq!(fates.both(), (1, 0));
    assert!(!lanes.help(Lane::Write), "nothing is left");
    assert!(spawn.step(), "the worker comes late");
    assert!(lanes.is_idle());
    lanes.run(Lane::Write, fates.work(|| {}));
    let permit = lanes.enter(Lane::Write).unwrap();
    assert!(!lanes.help(Lane::Write), "a helper takes a place, too");
    assert!(spawn.step());
    assert_eq!(fates.both(), (1, 0), "nor has the worker found one");
    drop(permit);
    assert!(spawn.step(), "so one is sent for again");
    assert_eq!(fates.both(), (2, 0));
}

#[test]
fn work_that_panics_takes_nothing_along() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    lanes.run(Lane::Read, fates.work(|| panic!("the work fails, as this test wants")));
    lanes.run(Lane::Read, fates.work(|| {}));
    while spawn.step() {}
    assert_eq!(fates.both(), (2, 0));
    assert!(lanes.is_idle());
}

#[test]
fn a_write_frees_no_more_than_so_much_of_what_waits() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    (0..200).for_each(|_| lanes.run(Lane::Free, fates.work(|| {})));
    lanes.free_first(|| true);
    assert_eq!(fates.both(), (64, 0));
    while spawn.step() {}
    assert_eq!(fates.both(), (200, 0));
}

#[test]
fn work_that_code_of_users_does_while_it_waits_is_not_its_own() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    let seen: Arc<Mutex<Vec<bool>>> = Arc::default();
    for _ in 0..2 {
        let seen = Arc::clone(&seen);
        lanes.run(Lane::Read, fates.work(move || seen.lock().push(is_foreign())));
    }
    assert!(foreign(|| lanes.help(Lane::Read) && is_foreign()));
    foreign(|| while spawn.step() {});
    assert_eq!(*seen.lock(), [false; 2]);
}

#[test]
fn a_panic_that_panics_when_it_is_dropped_goes_no_further() {
    struct Twice;
    impl Drop for Twice {
        fn drop(&mut self) {
            std::panic::panic_any("the second panic, as this test wants");
        }
    }
    trampoline::run(|| std::panic::panic_any(Twice));
    trampoline::caught(|| std::panic::panic_any(Twice));
}

#[test]
fn a_thread_that_ends_runs_its_jobs_all_the_same() {
    struct Last(Arc<Fates>);
    impl Drop for Last {
        fn drop(&mut self) {
            let work = self.0.work(|| {});
            trampoline::run(move || work.run());
        }
    }
    std::thread_local! {
        static LAST: std::cell::RefCell<Option<Last>> = const { std::cell::RefCell::new(None) };
    }
    let fates = Arc::new(Fates::default());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            LAST.with(|last| *last.borrow_mut() = Some(Last(Arc::clone(&fates))));
            // Made later, so it is gone sooner or later than the other: both ways it runs.
            trampoline::run(|| {});
        });
    });
    while fates.both() != (1, 0) {
        std::thread::yield_now();
    }
}

#[test]
fn idle_is_answered_when_the_last_work_has_ended() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    assert!(lanes.idle().is_ready());
    lanes.run(Lane::Read, fates.work(|| {}));
    lanes.run(Lane::Free, fates.work(|| {}));
    let op = lanes.idle();
    assert!(spawn.step() && !op.is_ready());
    assert!(spawn.step());
    op.wait().unwrap();
}

#[test]
fn work_that_makes_work_where_it_is_handed_in_does_not_grow_the_stack() {
    fn again(lanes: &Arc<Lanes>, fates: &Arc<Fates>, left: u32) {
        let (more, others) = (Arc::clone(lanes), Arc::clone(fates));
        let then = move || {
            if left > 0 {
                again(&more, &others, left - 1);
            }
        };
        lanes.run(Lane::Read, fates.work(then));
    }
    let (lanes, fates) = (lanes(4, 1, &Arc::new(InlineSpawn)), Arc::new(Fates::default()));
    again(&lanes, &fates, 50_000);
    assert_eq!(fates.both(), (50_001, 0));
    assert_eq!(fates.most(), 1, "each ran after the other");
    assert!(lanes.is_idle());
}
