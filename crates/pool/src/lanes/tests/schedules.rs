//! Lanes under a schedule explorer.

use std::sync::Arc;

use forebay_store::seam::{Job, Spawn};

use super::rig::{Fates, lanes};
use crate::lanes::Lane;

/// Every job on a thread of the explorer.
struct Threads;

impl Spawn for Threads {
    fn run(&self, job: Job) {
        shuttle::thread::spawn(job);
    }
}

#[test]
fn all_work_is_done_and_never_more_at_once_than_there_are_places() {
    shuttle::check_random(
        || {
            let (lanes, fates) = (lanes(2, 1, &Arc::new(Threads)), Arc::new(Fates::default()));
            let handed = {
                let (lanes, fates) = (Arc::clone(&lanes), Arc::clone(&fates));
                shuttle::thread::spawn(move || {
                    (0..3).for_each(|_| {
                        lanes.run(Lane::Read, fates.work(shuttle::thread::yield_now))
                    });
                })
            };
            let helping = {
                let lanes = Arc::clone(&lanes);
                shuttle::thread::spawn(move || {
                    lanes.help(Lane::Read);
                    drop(lanes.enter(Lane::Read));
                })
            };
            handed.join().unwrap();
            helping.join().unwrap();
            lanes.idle().wait().unwrap();
            assert_eq!(fates.both(), (3, 0));
            assert!(fates.most() <= 2);
        },
        2_000,
    );
}
