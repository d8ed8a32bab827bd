//! Jobs in the background that are lost, or come late.

use std::time::Duration;

use forebay_journal::Journal;

use super::{Bench, append};

#[test]
fn a_preparation_on_its_way_does_not_undo_a_close() {
    let bench = Bench::new(1);
    let journal = bench.open_undrained();
    append(&journal, b"a");
    journal.close().unwrap();
    bench.queue.drain();
    drop(journal);
    let opened = Journal::open(bench.disk.directory("a"), bench.settings(), |_, _| Ok(()));
    assert!(opened.unwrap().1.was_clean, "it was closed in order");
}

#[test]
fn a_lost_job_of_the_timer_is_not_the_last() {
    let bench = Bench::new(3);
    let journal = bench.open_queued();
    append(&journal, b"a");
    bench.clock.advance(Duration::from_secs(1));
    bench.queue.lose();
    append(&journal, b"b");
    bench.pass_time();
    assert_eq!(journal.position().synced, 2, "the time of the timer has passed ten times");
}
