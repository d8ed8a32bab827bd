//! Operations that wait for a sync are answered by whatever overtakes that sync.

use forebay_journal::disk::simulated::{Call, Fault};
use forebay_store::Durability;

use super::{Bench, append};

#[test]
fn an_operation_for_synced_is_answered_when_a_failed_write_was_failed_over() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    let op = journal.when(number, Durability::Synced);
    bench.disk.fail(Call::Write, 1, Fault::Error);
    journal.wait(number, Durability::Journaled).unwrap();
    assert_eq!(journal.position().synced, 1, "it was failed over");
    bench.pass_time();
    assert!(op.is_ready(), "the record is synced, and who waits for that is not told");
    op.wait().unwrap();
}

#[test]
fn an_operation_for_synced_is_told_when_a_write_has_failed_for_good() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    let op = journal.when(number, Durability::Synced);
    bench.disk.fail_from(Call::Write, 1, Fault::Error);
    journal.wait(number, Durability::Journaled).unwrap_err();
    bench.pass_time();
    assert!(op.is_ready(), "the journal has failed, and who waits for it is not told");
    op.wait().unwrap_err();
}

#[test]
fn an_operation_for_synced_is_answered_when_a_full_segment_was_synced() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, &vec![0; 25 << 10]);
    let op = journal.when(number, Durability::Synced);
    for byte in [1, 2] {
        let later = append(&journal, &vec![byte; 20 << 10]);
        journal.wait(later, Durability::Journaled).unwrap();
    }
    assert!(journal.position().synced >= number, "the segment was full: {:?}", journal.position());
    bench.queue.drain();
    assert!(op.is_ready(), "it is synced, and who waits for that is not told before the timer");
    op.wait().unwrap();
}

/// However many operations wait for a write that nobody can do at once, one job is begun for them.
#[test]
fn operations_that_wait_to_be_written_share_one_job() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    bench.queue.drain();
    let first = append(&journal, &vec![1; 40 << 10]);
    journal.wait(first, Durability::Journaled).unwrap();
    bench.queue.drain();
    // It does not fit what the segment has left, so writing it would sync.
    let second = append(&journal, &vec![2; 40 << 10]);
    let before = bench.queue.len();
    let waiting: Vec<_> = (0..50).map(|_| journal.when(second, Durability::Journaled)).collect();
    assert_eq!(bench.queue.len() - before, 1);
    bench.queue.drain();
    assert!(waiting.into_iter().all(|op| op.wait().is_ok()));
}
