//! A disk that has no room for another segment is not filled again and again.

use std::time::Duration;

use forebay_journal::Journal;
use forebay_store::Durability;

use super::{Bench, append, put_long};

/// A journal with half a segment left, on a disk that has none for another.
fn on_a_full_disk(bench: &Bench) -> Journal {
    let journal = bench.open_undrained();
    let number = append(&journal, &vec![0; 30_000]);
    journal.wait(number, Durability::Journaled).unwrap();
    let files = bench.disk.files("a");
    let length = |name: &String| bench.disk.read_live("a", name).unwrap().len();
    let taken: usize = files.iter().map(|name| length(name).next_multiple_of(4096)).sum();
    bench.disk.set_room(taken as u64 + 8192);
    bench.queue.drain();
    journal
}

/// How many bytes this writes.
fn written(bench: &Bench, what: impl FnOnce()) -> u64 {
    let before = bench.disk.counts().bytes_written;
    what();
    bench.queue.drain();
    bench.disk.counts().bytes_written - before
}

fn put(journal: &Journal) {
    let number = append(journal, b"a");
    journal.wait(number, Durability::Journaled).unwrap();
}

#[test]
fn a_full_disk_is_not_filled_again_by_every_write() {
    let bench = Bench::new(1);
    let journal = on_a_full_disk(&bench);
    put(&journal);
    assert_eq!(bench.queue.len(), 0, "a job is begun that may not do anything");
    let one = written(&bench, || put(&journal));
    assert!(one <= 4096, "{one} bytes for a record of one");
    let room = written(&bench, || drop(journal.make_room(50_000).unwrap_err()));
    assert_eq!(room, 0, "asking for room a moment after that fills the disk again");
}

#[test]
fn a_full_disk_is_tried_again_after_a_while_and_then_after_a_longer_one() {
    let bench = Bench::new(1);
    let journal = on_a_full_disk(&bench);
    let mut tries = Vec::new();
    for tenth in 1..=70_u32 {
        let bytes = written(&bench, || {
            bench.clock.advance(Duration::from_millis(100));
            bench.queue.drain();
            let _ = journal.make_room(50_000);
        });
        // The timer also syncs once, and leaves a witness.
        if bytes > 4096 {
            tries.push(tenth);
        }
    }
    assert_eq!(tries, [1, 3, 7, 15, 31, 63]);
    bench.disk.set_room(u64::MAX);
    bench.clock.advance(Duration::from_secs(10));
    journal.make_room(50_000).unwrap();
    put_long(&journal, 1);
}

#[test]
fn what_was_retired_may_be_the_room_that_was_missing() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    for byte in 0..4 {
        put_long(&journal, byte);
        bench.queue.drain();
    }
    bench.disk.set_room(0);
    while journal.make_room(25 << 10).is_ok() {
        put_long(&journal, 9);
    }
    bench.queue.drain();
    let last = journal.position().synced;
    journal.retire(last).unwrap();
    journal.make_room(25 << 10).unwrap();
}
