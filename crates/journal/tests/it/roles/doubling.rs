//! The segments of an owner double until they are whole, so that its first writes do not wait at the
//! end of a short one.

use forebay_journal::{Frame, Settings};
use forebay_store::{Durability, ErrorKind};

use super::short::{SHORT, length_of, put, reopened, settings};
use super::{Bench, append};

/// Segments of 64 MiB, of which the first three are short: 8, 16 and 32 MiB.
fn doubling(bench: &Bench) -> Settings {
    Settings { segment_bytes: 64 << 20, bytes_max: 256 << 20, ..settings(bench) }
}

#[test]
fn segments_double_until_they_are_whole() {
    let bench = Bench::new(1);
    let journal = bench.open_with(doubling(&bench));
    let (begin, extent) = (journal.reach(), journal.extent());
    for byte in 0..62 {
        put(&journal, byte, 1 << 20);
        bench.queue.drain();
        let (reach, extent) = (journal.reach() - begin, journal.extent() - extent);
        let put = (u64::from(byte) + 1) << 20;
        // Each record leaves less than a block, and each segment less than two records.
        assert!((put..put + (put >> 8) + (8 << 20)).contains(&reach), "{reach} of {put}");
        assert_eq!(extent, reach);
    }
    let lengths: Vec<_> = (1..6).map(|number| length_of(&bench, number) >> 20).collect();
    assert_eq!(lengths, [8, 16, 32, 64, 0]);
}

#[test]
fn a_frame_longer_than_the_next_segment_gets_one_in_which_it_fits() {
    for waits in [false, true] {
        let bench = Bench::new(1);
        let journal = bench.open_with(doubling(&bench));
        put(&journal, 1, 3 << 20);
        bench.queue.drain();
        assert_eq!(length_of(&bench, 2), 16 << 20);
        let frame = Frame::of(&vec![2; (16 << 20) - 4096]).unwrap();
        if waits {
            journal.make_room(frame.length()).unwrap();
        } else {
            assert_eq!(journal.append(&frame).unwrap_err().kind(), ErrorKind::Busy);
            bench.queue.drain();
        }
        let number = journal.append(&frame).unwrap();
        journal.wait(number, Durability::Synced).unwrap();
        let last = put(&journal, 3, 1);
        drop(journal);
        bench.disk.power_cut();
        let (journal, found) = reopened(&bench);
        let found: Vec<_> = found.iter().map(|record| (record[0], record.len() >> 20)).collect();
        assert_eq!(found, [(1, 3), (2, 15), (3, 0)], "the empty one between is passed by");
        journal.retire(last).unwrap();
        assert_eq!(length_of(&bench, 2), 0, "it goes with the others");
    }
}

#[test]
fn a_frame_longer_than_twice_the_first_segment_gets_a_whole_one_at_once() {
    let bench = Bench::new(1);
    let journal = bench.open_with(doubling(&bench));
    journal.make_room((16 << 20) - 4096).unwrap();
    assert_eq!((length_of(&bench, 2), length_of(&bench, 3)), (64 << 20, 0));
}

#[test]
fn short_segments_of_owners_before_count_as_what_they_are() {
    let bench = Bench::new(1);
    for owner in 0..3 {
        let journal = bench.open_with(doubling(&bench));
        let extent = journal.extent();
        let most = owner * SHORT + (1 << 20);
        assert!(extent < most, "{extent} bytes after {owner} records");
        put(&journal, 1, 1000);
        journal.close().unwrap();
    }
}

/// The bound is one of bytes: short segments leave room for more of them.
#[test]
fn short_segments_take_no_more_of_the_bound_than_they_have() {
    let bench = Bench::new(1);
    let journal = bench.open_with(doubling(&bench));
    let mut taken = 0;
    while journal.make_room(1 << 20).is_ok() {
        put(&journal, 1, (1 << 20) - 100);
        taken += 1;
    }
    // 8 + 16 + 32 + 64 + 64 of 256 MiB; another whole one would be beyond it.
    assert!((180..=256).contains(&taken), "{taken} MiB");
    let all: u64 = (1..10).map(|number| length_of(&bench, number)).sum();
    assert!(all <= 256 << 20, "{all} bytes");
}

#[test]
fn a_short_segment_does_not_take_the_place_of_a_spare() {
    let bench = Bench::new(1);
    let journal = bench.open_with(doubling(&bench));
    let mut last = 0;
    for byte in 0..58 {
        last = put(&journal, byte, 1 << 20);
    }
    journal.retire(last).unwrap();
    let files = bench.disk.files("a");
    assert!(!files.iter().any(|name| name.starts_with("spare-")), "{files:?}");
}

#[test]
fn a_copy_takes_a_frame_that_fills_a_short_segment() {
    let bench = Bench::new(1);
    let journal = bench.open_with(doubling(&bench));
    // It is accepted because it fits the next one.
    journal.make_room(usize::try_from(SHORT).unwrap()).unwrap();
    let number = append(&journal, &vec![1; usize::try_from(SHORT).unwrap() - 6000]);
    journal.wait(number, Durability::Synced).unwrap();
    journal.close().unwrap();
    drop(journal);
    // Whoever comes next gives up the longer one, which is empty.
    bench.open_with(doubling(&bench)).close().unwrap();
    assert!((1..9).all(|each| length_of(&bench, each) <= SHORT));
    let (from, to) = (bench.disk.directory("a"), bench.disk.directory("b"));
    let copied = forebay_journal::copy(from, to, settings(&bench).seams).unwrap();
    assert_eq!((copied.frames, copied.left_out.frames), (1, 0));
}

#[test]
fn one_that_stayed_behind_counts_as_what_it_is_for_the_next_owners() {
    let bench = Bench::new(1);
    let small = || Settings { segment_bytes: 32 << 20, bytes_max: 128 << 20, ..settings(&bench) };
    let journal = bench.open_with(small());
    put(&journal, 1, 3 << 20);
    bench.queue.drain();
    put(&journal, 2, (16 << 20) - 4096);
    journal.close().unwrap();
    drop(journal);
    let lengths: Vec<_> = (1..5).map(|number| length_of(&bench, number) >> 20).collect();
    assert_eq!(lengths, [8, 16, 32, 0], "the second is empty");
    // With those of eight owners that is 120 of 128 MiB.
    for _ in 0..8 {
        bench.disk.kill();
        let journal = bench.open_with(small());
        append(&journal, b"1");
        journal.wait(journal.position().appended, Durability::Synced).unwrap();
    }
}
