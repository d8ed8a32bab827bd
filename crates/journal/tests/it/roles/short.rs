//! The first segment of an owner is short, so that whoever opens the journal does not wait for the
//! disk to take a whole one; the next one is begun when a quarter of it is used.

use std::sync::Arc;

use forebay_journal::{Frame, Journal, Settings};
use forebay_store::{Durability, ErrorKind, Seams};

use super::{Bench, append};

const SEGMENT: u64 = 16 << 20;
/// So long is the first one.
pub(super) const SHORT: u64 = 8 << 20;

/// Jobs wait in the queue.
pub(super) fn settings(bench: &Bench) -> Settings {
    let settings = bench.settings();
    let seams = Seams { spawn: Arc::new(bench.queue.clone()), ..settings.seams };
    Settings { segment_bytes: SEGMENT, bytes_max: 8 * SEGMENT, seams, ..settings }
}

pub(super) fn length_of(bench: &Bench, number: u64) -> u64 {
    let name = format!("{number:016x}.seg");
    bench.disk.read_live("a", &name).map_or(0, |bytes| bytes.len() as u64)
}

/// All records that are there.
pub(super) fn reopened(bench: &Bench) -> (Journal, Vec<Vec<u8>>) {
    let mut found = Vec::new();
    let opened = Journal::open(bench.disk.directory("a"), settings(bench), |_, record| {
        found.push(record.to_vec());
        Ok(())
    });
    (opened.unwrap().0, found)
}

pub(super) fn put(journal: &Journal, byte: u8, length: usize) -> u64 {
    let frame = Frame::of(&vec![byte; length]).unwrap();
    journal.make_room(frame.length()).unwrap();
    let number = journal.append(&frame).unwrap();
    journal.wait(number, Durability::Synced).unwrap();
    number
}

#[test]
fn an_opening_writes_no_whole_segment() {
    let bench = Bench::new(1);
    let _journal = bench.open_with(settings(&bench));
    let written = bench.disk.counts().bytes_written;
    assert!(written < SHORT + (64 << 10), "{written} bytes");
    assert_eq!(length_of(&bench, 1), SHORT);
}

#[test]
fn who_uses_less_than_a_quarter_of_the_segment_makes_no_other() {
    let bench = Bench::new(1);
    let journal = bench.open_with(settings(&bench));
    put(&journal, 1, 1 << 20);
    put(&journal, 2, 1 << 19);
    bench.queue.drain();
    assert_eq!(length_of(&bench, 2), 0);
    put(&journal, 3, 1 << 20);
    assert_eq!(length_of(&bench, 2), 0, "it is not waited for");
    bench.queue.drain();
    assert_eq!(length_of(&bench, 2), SEGMENT);
}

#[test]
fn what_is_queued_counts_before_it_is_written() {
    let bench = Bench::new(1);
    let journal = bench.open_with(settings(&bench));
    append(&journal, &vec![1; 3 << 20]);
    bench.queue.drain();
    assert_eq!(length_of(&bench, 2), SEGMENT);
}

/// However little is used, and although nobody waits: a frame may be longer than what is left.
#[test]
fn an_append_that_finds_no_place_has_one_made() {
    let bench = Bench::new(1);
    let journal = bench.open_with(settings(&bench));
    let frame = Frame::of(&vec![1; 12 << 20]).unwrap();
    assert_eq!(journal.append(&frame).unwrap_err().kind(), ErrorKind::Busy);
    // A job that is lost is not the last.
    bench.queue.lose();
    assert_eq!(journal.append(&frame).unwrap_err().kind(), ErrorKind::Busy);
    bench.queue.drain();
    journal.append(&frame).unwrap();
}

#[test]
fn what_does_not_fit_the_short_segment_goes_to_the_next() {
    let bench = Bench::new(1);
    let journal = bench.open_with(settings(&bench));
    for (byte, length) in [(1, 6 << 20), (2, 12 << 20), (3, 6 << 20)] {
        put(&journal, byte, length);
    }
    drop(journal);
    bench.disk.power_cut();
    let (_, found) = reopened(&bench);
    let found: Vec<_> = found.iter().map(|record| (record[0], record.len() >> 20)).collect();
    assert_eq!(found, [(1, 6), (2, 12), (3, 6)]);
}

#[test]
fn the_extent_counts_what_a_short_segment_has_and_no_more() {
    let bench = Bench::new(1);
    let journal = bench.open_with(settings(&bench));
    let (mut last, mut extent) = (0, journal.extent());
    assert!(extent <= 4096, "{extent} bytes of nothing");
    for byte in 0..20 {
        last = put(&journal, byte, 1 << 20);
        let grown = journal.extent() - extent;
        assert!((1 << 20..3 << 20).contains(&grown), "it grows by {grown} at record {byte}");
        extent = journal.extent();
    }
    journal.retire(last).unwrap();
    let left = journal.extent();
    assert!(left > 1 << 20 && left <= extent - SHORT, "{left} of {extent} bytes");
}

#[test]
fn the_reach_counts_what_a_sync_leaves_unused_and_what_was_let_go_of() {
    let bench = Bench::new(1);
    let journal = bench.open_with(settings(&bench));
    let begin = journal.reach();
    for byte in 0..10 {
        put(&journal, byte, 1);
    }
    let small = journal.reach() - begin;
    assert!((9 * 4096..=11 * 4096).contains(&small), "{small} bytes for ten syncs");
    let mut last = 0;
    for byte in 0..20 {
        last = put(&journal, byte, 1 << 20);
    }
    let before = journal.reach();
    assert!(before - begin > 20 << 20, "{} bytes for twenty MiB", before - begin);
    journal.retire(last).unwrap();
    assert_eq!(journal.reach(), before, "to let go of something takes nothing back");
}

#[test]
fn a_spare_is_used_as_long_as_it_is() {
    let bench = Bench::new(1);
    let journal = bench.open_with(settings(&bench));
    let mut last = 0;
    for byte in 0..6 {
        last = put(&journal, byte, 12 << 20);
        bench.queue.drain();
    }
    journal.retire(last).unwrap();
    journal.close().unwrap();
    drop(journal);
    assert!(bench.disk.files("a").iter().any(|name| name.starts_with("spare-")));
    let before = bench.disk.counts().bytes_written;
    drop(bench.open_with(settings(&bench)));
    let written = bench.disk.counts().bytes_written - before;
    assert!(written < 64 << 10, "{written} bytes, although a spare is there");
}

/// What there is counts as what it is, not as what a new one would be.
#[test]
fn longer_segments_of_an_owner_before_count_against_the_bound() {
    let bench = Bench::new(1);
    let journal =
        bench.open_with(Settings { segment_bytes: 1 << 20, ..bench.settings_of(4 << 20) });
    for byte in 0..6 {
        put(&journal, byte, 400 << 10);
    }
    journal.close().unwrap();
    drop(journal);
    let journal = bench.open_with(bench.settings_of(1 << 20));
    let refused = journal.append(&Frame::of(b"1").unwrap()).unwrap_err();
    assert!(refused.to_string().contains("is full"), "{refused}");
    let own = journal.append_own(&Frame::of(b"1").unwrap()).unwrap();
    journal.wait(own, Durability::Synced).unwrap();
    journal.retire(own).unwrap();
    put(&journal, 1, 1000);
}

#[test]
fn much_that_has_to_be_written_again_gets_a_whole_segment() {
    let bench = Bench::new(1);
    let journal = bench.open_with(settings(&bench));
    for byte in 0..3 {
        let number = append(&journal, &vec![byte; 1 << 20]);
        journal.wait(number, Durability::Journaled).unwrap();
    }
    drop(journal);
    bench.disk.kill();
    let (journal, found) = reopened(&bench);
    assert_eq!((found.len(), length_of(&bench, 2)), (3, SEGMENT));
    drop(journal);
    bench.disk.power_cut();
    assert_eq!(reopened(&bench).1.len(), 3);
}

#[test]
fn a_crash_at_any_step_of_such_an_opening_loses_nothing() {
    let begun = Bench::new(1);
    let journal = begun.open_with(settings(&begun));
    put(&journal, 1, 1000);
    let number = append(&journal, &[2; 1000]);
    journal.wait(number, Durability::Journaled).unwrap();
    drop(journal);
    begun.disk.kill();
    let copy = || {
        let bench = Bench { disk: begun.disk.copy(), ..Bench::new(1) };
        bench.disk.kill();
        bench
    };
    let whole = copy();
    let before = whole.disk.changes();
    drop(reopened(&whole));
    let steps = whole.disk.changes() - before;
    // In the middle the new file is filled, block by block.
    let swept = (0..20).chain((20..steps - 40).step_by(300)).chain(steps - 40..=steps);
    for step in swept {
        for cuts_power in [false, true] {
            let bench = copy();
            if cuts_power {
                bench.disk.cut_after_change(step);
            } else {
                bench.disk.kill_after_change(step);
            }
            drop(Journal::open(bench.disk.directory("a"), settings(&bench), |_, _| Ok(())));
            if cuts_power {
                bench.disk.power_cut();
            } else {
                bench.disk.kill();
            }
            bench.disk.reseed(step);
            let (_, found) = reopened(&bench);
            let firsts: Vec<_> = found.iter().map(|record| record[0]).collect();
            let least: &[u8] = if cuts_power { &[1] } else { &[1, 2] };
            assert!(firsts.starts_with(least) && firsts.len() <= 2, "step {step}: {firsts:?}");
        }
    }
}
