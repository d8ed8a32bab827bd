//! How long a job that is ready may have to wait.

use std::sync::Arc;
use std::time::Duration;

use forebay_sim::World;
use forebay_store::seam::{Clock, Spawn};
use forebay_store::sync::atomic::{AtomicBool, Ordering};

/// In how many of many worlds a job that is ready runs before a timer that is due after `delay`.
fn worlds_in_which_the_job_is_first(delay: Duration) -> usize {
    let is_first = |seed: &u64| {
        let world = World::new(*seed);
        let has_run = Arc::new(AtomicBool::new(false));
        let was_first = Arc::new(AtomicBool::new(false));
        let (seen, first) = (Arc::clone(&has_run), Arc::clone(&was_first));
        let look = move || first.store(seen.load(Ordering::SeqCst), Ordering::SeqCst);
        world.after(delay, Box::new(look));
        world.run(Box::new(move || has_run.store(true, Ordering::SeqCst)));
        while world.step() {}
        was_first.load(Ordering::SeqCst)
    };
    (0..1000).filter(is_first).count()
}

#[test]
fn a_ready_job_may_have_to_wait_but_not_for_minutes() {
    assert_eq!(worlds_in_which_the_job_is_first(Duration::from_secs(600)), 1000);
    assert!(worlds_in_which_the_job_is_first(Duration::from_secs(10)) < 1000);
}
