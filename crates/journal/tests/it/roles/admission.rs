//! How much is taken before there is another segment.

use std::sync::Arc;

use forebay_journal::Frame;
use forebay_journal::disk::simulated::Call;
use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;
use forebay_store::{Durability, Result};

use super::Bench;

/// Appends records of these lengths until one is refused; says how many bytes their frames had.
fn fill(append: impl Fn(&Frame) -> Result<u64>, mut length: impl FnMut() -> usize) -> usize {
    let mut taken = 0;
    loop {
        let frame = Frame::of(&vec![1; length()]).unwrap();
        if append(&frame).is_err() {
            return taken;
        }
        taken += frame.length();
    }
}

fn has_second_segment(bench: &Bench) -> bool {
    bench.disk.files("a").contains(&"0000000000000002.seg".to_owned())
}

#[test]
fn small_frames_are_taken_until_the_segment_is_nearly_full() {
    let bench = Bench::new(1);
    // The job that would prepare the next segment waits for ever.
    let journal = bench.open_undrained();
    let taken = fill(|frame| journal.append(frame), || 1);
    // Its header, the part kept for the owner, and a block that a sync may leave unused.
    assert!(taken > (64 - 4 - 4 - 4 - 1) << 10, "{taken} bytes of 64 KiB were taken");
}

#[test]
fn whatever_is_taken_fits_what_there_is_however_syncs_come_between() {
    for seed in 0..200 {
        let bench = Bench::new(seed);
        let journal = bench.open_undrained();
        let dice = Arc::new(SeededRandom::new(seed));
        let roll = move |end: u64| usize::try_from(dice.next_u64() % end).unwrap();
        let (asking, rolling) = (journal.clone(), roll.clone());
        bench.disk.on_call(Box::new(move |call| {
            // What comes while others are written and synced, too.
            if matches!(call, Call::Write | Call::Sync) {
                for _ in 0..rolling(4) {
                    let _ = asking.append_own(&Frame::of(&vec![2; rolling(6000)]).unwrap());
                }
            }
        }));
        for _ in 0..60 {
            let _ = journal.append_own(&Frame::of(&vec![1; roll(3000)]).unwrap());
            let last = journal.position().appended;
            let rung = [Durability::Memory, Durability::Journaled, Durability::Synced][roll(3)];
            journal.wait(last, rung).unwrap();
        }
        let last = journal.position().appended;
        fill(|frame| journal.append_own(frame), || roll(200));
        journal.wait(last, Durability::Synced).unwrap();
        bench.disk.off_call();
        journal.wait(journal.position().appended, Durability::Synced).unwrap();
        assert!(!has_second_segment(&bench), "seed {seed}: more was taken than fits");
    }
}
