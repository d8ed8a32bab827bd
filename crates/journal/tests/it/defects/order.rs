//! The order of records, and frames that are whole.

use std::thread;

use forebay_journal::Frame;
use forebay_journal::disk::simulated::Call;
use forebay_store::Durability;

use super::{Bench, put};

/// E33: a durable write overtook an older one that was being written, and was undone by it.
#[test]
fn a_synced_record_never_overtakes_an_older_one() {
    let bench = Bench::new();
    let journal = bench.open();
    let looked_at = journal.clone();
    // The write of the old value takes until the new one is there.
    bench.disk.on_call(Box::new(move |call| {
        while call == Call::Write && looked_at.position().appended < 3 {
            thread::yield_now();
        }
    }));
    let old = journal.append(&Frame::of(b"old").unwrap()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| journal.wait(old, Durability::Journaled).unwrap());
        scope.spawn(|| put(&journal, b"new", Durability::Synced));
    });
    drop(journal);
    bench.disk.off_call();
    assert_eq!(bench.after_a_power_cut()[1..], [b"old", b"new"]);
}

/// E14: after a crash a part of a transaction was there.
#[test]
fn a_frame_is_there_whole_or_not_at_all() {
    let (mut whole, mut gone) = (0, 0);
    for seed in 0..60 {
        let bench = Bench::new();
        let journal = bench.open();
        let mut frame = Frame::new();
        for part in 0..3 {
            frame.push(&[part; 3000]).unwrap();
        }
        let number = journal.append(&frame).unwrap();
        journal.wait(number, Durability::Journaled).unwrap();
        drop(journal);
        bench.disk.reseed(seed);
        match bench.after_a_power_cut().len() {
            1 => gone += 1,
            4 => whole += 1,
            other => panic!("seed {seed}: {} of 3 parts are there", other - 1),
        }
    }
    assert!(gone > 0 && whole > 0, "{gone} gone, {whole} whole");
}
