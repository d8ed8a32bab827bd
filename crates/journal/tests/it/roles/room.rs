//! Room in memory and on the disk: whoever asks is answered, and nothing is tried for ever.

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Fault};
use forebay_journal::{Frame, Journal, Settings};
use forebay_store::{Durability, Seams};

use super::{Bench, append, put_long};

#[test]
fn making_room_says_that_a_journal_is_full_for_a_frame_longer_than_the_buffer() {
    let bench = Bench::new(1);
    let settings = bench.settings();
    let journal =
        bench.open_with(Settings { bytes_max: 256 << 10, buffer_max: 10 << 10, ..settings });
    let frame = Frame::of(&vec![0; 40 << 10]).unwrap();
    while let Ok(number) = journal.append(&frame) {
        journal.wait(number, Durability::Synced).unwrap();
    }
    journal.make_room(frame.length()).unwrap_err();
}

#[test]
fn a_witness_in_memory_does_not_refuse_a_frame_as_long_as_the_buffer() {
    let bench = Bench::new(1);
    let journal = bench.open_with(Settings { buffer_max: 10 << 10, ..bench.settings() });
    let frame = Frame::of(&[0; 10 << 10]).unwrap();
    let number = journal.append(&frame).unwrap();
    journal.wait(number, Durability::Synced).unwrap();
    // Nobody writes for a while, and so the end gets its witness.
    for _ in 0..2 {
        bench.clock.advance(Duration::from_secs(1));
    }
    journal.make_room(frame.length()).unwrap();
    journal.append(&frame).unwrap();
}

#[test]
fn an_unproven_frame_longer_than_the_new_segments_does_not_fill_the_disk() {
    let bench = Bench::new(1);
    let journal = bench.open_with(Settings { segment_bytes: 256 << 10, ..bench.settings() });
    let number = append(&journal, &vec![1; 100 << 10]);
    journal.wait(number, Durability::Journaled).unwrap();
    bench.disk.kill();
    drop(journal);
    // One that would go on for ever meets the end of the disk instead.
    bench.disk.set_room(8 << 20);
    Journal::open(bench.disk.directory("a"), bench.settings(), |_, _| Ok(())).unwrap_err();
    let files = bench.disk.files("a");
    assert!(files.len() < 10, "{files:?}");
}

#[test]
fn a_spare_that_cannot_be_used_does_not_stop_the_journal() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    for byte in 0..8 {
        put_long(&journal, byte);
        bench.queue.drain();
    }
    journal.retire(8).unwrap();
    bench.disk.fail(Call::Rename, 1, Fault::ErrorAfter);
    let mut failures = 0;
    for byte in 0..20 {
        if journal.make_room(25 << 10).is_err() {
            failures += 1;
            continue;
        }
        let number = append(&journal, &vec![byte; 25 << 10]);
        journal.wait(number, Durability::Synced).unwrap();
    }
    assert!(failures <= 1, "one rename failed, and {failures} calls for room");
}

#[test]
fn at_the_bound_no_append_begins_a_job_that_can_do_nothing() {
    let bench = Bench::new(1);
    let settings = bench.settings();
    let seams = Seams { spawn: Arc::new(bench.queue.clone()), ..settings.seams };
    let journal = bench.open_with(Settings { segment_bytes: 256 << 10, seams, ..settings });
    for _ in 0..7 {
        journal.make_room(100 << 10).unwrap();
        let number = append(&journal, &vec![1; 100 << 10]);
        journal.wait(number, Durability::Synced).unwrap();
        bench.queue.drain();
    }
    let segments = || bench.disk.files("a").iter().filter(|name| name.contains(".seg")).count();
    assert_eq!(segments(), 4, "there may be no more");
    let mut jobs = 0;
    for _ in 0..1000 {
        append(&journal, b"1");
        jobs += bench.queue.len();
        bench.queue.drain();
    }
    assert!(jobs < 5, "{jobs} jobs");
    // Once something has gone, the next one is begun by itself again.
    journal.retire(3).unwrap();
    assert_eq!(segments(), 3);
    bench.queue.drain();
    assert_eq!(segments(), 4);
}
