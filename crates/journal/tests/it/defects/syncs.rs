//! How many syncs there are, and when.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use forebay_journal::Frame;
use forebay_journal::disk::simulated::Call;
use forebay_store::Durability;

use super::{Bench, put};

/// E7: every write made somebody sync.
#[test]
fn nothing_is_synced_before_somebody_asks_or_the_time_is_over() {
    let bench = Bench::with_segments_of(1 << 20);
    let journal = bench.open();
    let before = bench.disk.counts().syncs;
    for each in 0..200_u8 {
        put(&journal, &[each; 20], Durability::Journaled);
    }
    assert_eq!(bench.disk.counts().syncs, before);
    bench.clock.advance(bench.settings().sync_after / 2);
    assert_eq!(bench.disk.counts().syncs, before);
    bench.clock.advance(bench.settings().sync_after / 2);
    assert_eq!(bench.disk.counts().syncs, before + 1);
    assert_eq!(journal.position().synced, 201);
    bench.clock.advance(100 * bench.settings().sync_after);
    assert_eq!(bench.disk.counts().syncs, before + 1, "there is nothing more to sync");
}

/// E17: each durable write had a sync of its own.
#[test]
fn sixteen_threads_share_two_syncs() {
    const THREADS: u64 = 16;
    let bench = Bench::with_segments_of(1 << 20);
    let journal = bench.open();
    for round in 0..5 {
        let before = bench.disk.counts().syncs;
        let all = journal.position().appended + THREADS;
        let looked_at = journal.clone();
        // The first sync takes until everybody has appended.
        bench.disk.on_call(Box::new(move |call| {
            while call == Call::Sync && looked_at.position().appended < all {
                thread::yield_now();
            }
        }));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| put(&journal, b"shared", Durability::Synced));
            }
        });
        bench.disk.off_call();
        let syncs = bench.disk.counts().syncs - before;
        assert!((1..=2).contains(&syncs), "round {round}: {syncs} syncs for {THREADS} writes");
    }
}

/// The same for one thread with many writes in flight.
#[test]
fn operations_of_one_thread_share_a_sync() {
    let bench = Bench::with_segments_of(1 << 20);
    let journal = bench.open();
    let before = bench.disk.counts().syncs;
    let record = Frame::of(b"one of many").unwrap();
    let numbers: Vec<_> = (0..64).map(|_| journal.append(&record).unwrap()).collect();
    let all = numbers.into_iter().map(|number| journal.when(number, Durability::Synced));
    let all: Vec<_> = all.collect();
    for op in all {
        op.wait().unwrap();
    }
    assert_eq!(bench.disk.counts().syncs, before + 1);
}

/// E8: a flush that took longer than a fixed time was given up.
#[test]
fn who_waits_for_a_sync_is_answered_when_it_is_over_and_not_before() {
    let bench = Bench::with_segments_of(1 << 20);
    let journal = bench.open();
    let (turns, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let (seen, over) = (Arc::clone(&turns), Arc::clone(&is_over));
    bench.disk.on_call(Box::new(move |call| {
        while call == Call::Sync && !over.load(Ordering::SeqCst) {
            seen.fetch_add(1, Ordering::SeqCst);
            thread::yield_now();
        }
    }));
    thread::scope(|scope| {
        let waits =
            || put(&journal, b"slowly", Durability::Synced) > 0 && is_over.load(Ordering::SeqCst);
        let waiting = [scope.spawn(waits), scope.spawn(waits)];
        while turns.load(Ordering::SeqCst) < 10_000 {
            thread::yield_now();
        }
        assert!(waiting.iter().all(|thread| !thread.is_finished()));
        assert_eq!(journal.position().synced, 1);
        is_over.store(true, Ordering::SeqCst);
        for thread in waiting {
            assert!(thread.join().unwrap(), "it was answered before the sync was over");
        }
    });
}
