//! What grew without bound.

use forebay_journal::format::frame::BODY_MAX;
use forebay_journal::{Frame, Journal, Settings};
use forebay_store::{Durability, ErrorKind};

use super::{Bench, put};

/// E16: the length of a long record lost its upper bits.
#[test]
fn a_frame_that_is_too_long_for_the_format_or_the_segment_is_refused() {
    let bench = Bench::new();
    let journal = bench.open();
    let mut frame = Frame::of(b"small").unwrap();
    let error = frame.push(&vec![0; BODY_MAX]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_eq!(frame.count(), 1, "it is as it was");
    let long = Frame::of(&vec![0; 60_000]).unwrap();
    assert_eq!(journal.append(&long).unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(journal.make_room(long.length()).unwrap_err().kind(), ErrorKind::Refused);
    journal.append(&frame).unwrap();
}

/// E48: what waited for its sync had no bound.
#[test]
fn what_is_not_synced_is_bounded_and_more_is_refused_until_there_is_room() {
    let bench = Bench::new();
    let settings = Settings { buffer_max: 20_000, ..bench.settings() };
    let (journal, _) = Journal::open(bench.disk.directory("a"), settings, |_, _| Ok(())).unwrap();
    let frame = Frame::of(&[1; 900]).unwrap();
    let mut taken = 0;
    let error = loop {
        match journal.append(&frame) {
            Ok(number) => journal.wait(number, Durability::Journaled).unwrap(),
            Err(error) => break error,
        }
        taken += frame.length();
        assert!(taken <= 20_000);
    };
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    assert!(taken > 18_000, "{taken} bytes");
    journal.make_room(frame.length()).unwrap();
    put(&journal, b"goes on", Durability::Synced);
}
