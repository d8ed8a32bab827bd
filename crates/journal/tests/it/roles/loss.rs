//! What would be lost now, and for how long it has been so.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Fault};
use forebay_journal::{Frame, Journal, LossBound};
use forebay_store::Durability;

use super::{Bench, append};

fn millis(duration: Duration) -> u128 {
    duration.as_millis()
}

fn put_bytes(journal: &Journal, length: usize) {
    let number = append(journal, &vec![0; length]);
    journal.wait(number, Durability::Synced).unwrap();
}

#[test]
fn what_would_be_lost_shrinks_rung_by_rung() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let mut frame = Frame::of(b"a").unwrap();
    frame.push(b"b").unwrap();
    let length = frame.length() as u64;
    journal.append(&frame).unwrap();
    bench.clock.advance(Duration::from_millis(5));
    let bound = journal.loss_bound();
    assert_eq!(bound.killed, bound.power_cut);
    assert_eq!((bound.killed.bytes, bound.killed.records), (length, 2));
    assert_eq!(millis(bound.killed.age), 5);
    journal.wait(2, Durability::Journaled).unwrap();
    bench.clock.advance(Duration::from_millis(5));
    let bound = journal.loss_bound();
    assert_eq!((bound.killed.records, bound.killed.bytes), (0, 0));
    assert_eq!((bound.power_cut.records, millis(bound.power_cut.age)), (2, 10));
    journal.wait(2, Durability::Synced).unwrap();
    assert_eq!(journal.loss_bound(), LossBound::default());
}

#[test]
fn after_a_quiet_time_the_age_begins_anew() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    append(&journal, b"a");
    bench.pass_time();
    append(&journal, b"b");
    bench.clock.advance(Duration::from_millis(3));
    assert_eq!(millis(journal.loss_bound().power_cut.age), 3);
}

#[test]
fn after_a_quiet_time_that_follows_a_fail_over_the_age_begins_anew() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    bench.disk.fail(Call::Write, 1, Fault::Error);
    journal.wait(number, Durability::Journaled).unwrap();
    bench.pass_time();
    append(&journal, b"b");
    bench.clock.advance(Duration::from_millis(3));
    assert_eq!(millis(journal.loss_bound().power_cut.age), 3);
}

#[test]
fn what_comes_during_a_sync_is_as_old_as_the_first_that_came_during_it() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    append(&journal, b"a");
    bench.clock.advance(Duration::from_millis(20));
    let (asking, clock) = (journal.clone(), Arc::clone(&bench.clock));
    let during: Arc<Mutex<Vec<LossBound>>> = Arc::default();
    let seen = Arc::clone(&during);
    bench.disk.on_call(Box::new(move |call| {
        if call == Call::Sync {
            append(&asking, b"b");
            clock.advance(Duration::from_millis(1));
            seen.lock().unwrap().push(asking.loss_bound());
        }
    }));
    journal.wait(1, Durability::Synced).unwrap();
    bench.disk.off_call();
    let during = during.lock().unwrap()[0];
    assert_eq!((during.killed.records, millis(during.killed.age)), (1, 1));
    assert_eq!((during.power_cut.records, millis(during.power_cut.age)), (2, 21));
    bench.clock.advance(Duration::from_millis(1));
    let after = journal.loss_bound();
    assert_eq!((after.power_cut.records, millis(after.power_cut.age)), (1, 2));
    assert_eq!(after.power_cut.bytes, Frame::of(b"b").unwrap().length() as u64);
}

#[test]
fn what_a_full_segment_leaves_for_the_next_keeps_its_age() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    put_bytes(&journal, 30 << 10);
    for byte in [1, 2] {
        append(&journal, &vec![byte; 20 << 10]);
    }
    bench.clock.advance(Duration::from_millis(20));
    let (asking, clock) = (journal.clone(), Arc::clone(&bench.clock));
    let seen: Arc<Mutex<Vec<LossBound>>> = Arc::default();
    let bounds = Arc::clone(&seen);
    bench.disk.on_call(Box::new(move |call| {
        let mut bounds = bounds.lock().unwrap();
        if call == Call::Sync && bounds.is_empty() {
            append(&asking, b"c");
            clock.advance(Duration::from_millis(1));
        }
        if call == Call::Sync {
            bounds.push(asking.loss_bound());
        }
    }));
    journal.wait(3, Durability::Synced).unwrap();
    bench.disk.off_call();
    let seen: Vec<_> = seen.lock().unwrap().iter().map(|bound| bound.power_cut).collect();
    assert_eq!((seen[0].records, millis(seen[0].age)), (3, 21));
    assert_eq!(
        (seen[1].records, millis(seen[1].age)),
        (2, 21),
        "the second is as old as the first"
    );
}

#[test]
fn once_a_sync_has_failed_a_kill_may_lose_what_a_power_cut_may() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    let asking = journal.clone();
    let seen: Arc<Mutex<Vec<LossBound>>> = Arc::default();
    let bounds = Arc::clone(&seen);
    bench.disk.on_call(Box::new(move |_| bounds.lock().unwrap().push(asking.loss_bound())));
    bench.disk.fail(Call::Sync, 1, Fault::Error);
    journal.wait(number, Durability::Synced).unwrap();
    bench.disk.off_call();
    let seen = seen.lock().unwrap();
    let killed: Vec<_> = seen.iter().map(|bound| bound.killed.records).collect();
    // The write, its sync, and then whatever the fail-over needs.
    assert_eq!(killed[..2], [1, 0], "{killed:?}");
    assert!(killed[2..].iter().all(|records| *records == 1), "{killed:?}");
    assert_eq!(journal.loss_bound(), LossBound::default());
}

#[test]
fn once_the_sync_of_a_full_segment_has_failed_a_kill_may_lose_what_was_written_to_it() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, &vec![1; 40 << 10]);
    journal.wait(number, Durability::Journaled).unwrap();
    let last = append(&journal, &vec![2; 40 << 10]);
    let asking = journal.clone();
    let seen: Arc<Mutex<Vec<u64>>> = Arc::default();
    let losses = Arc::clone(&seen);
    bench.disk.on_call(Box::new(move |_| {
        losses.lock().unwrap().push(asking.loss_bound().killed.records);
    }));
    bench.disk.fail(Call::Sync, 1, Fault::Error);
    journal.wait(last, Durability::Journaled).unwrap();
    bench.disk.off_call();
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0], 1, "before the sync only the second would be lost: {seen:?}");
    assert!(seen.len() > 1 && seen[1..].iter().all(|lost| *lost == 2), "{seen:?}");
}

/// Somebody else writes when the sync fails, so what is to be written again has to wait.
#[test]
fn a_failed_sync_is_counted_before_anything_is_written_again() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    bench.disk.fail(Call::Sync, 1, Fault::Error);
    let (syncs, writes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let is_synced = Arc::new(AtomicBool::new(false));
    let (is_held, asking) = (Arc::clone(&is_synced), journal.clone());
    let most_lost = Arc::new(AtomicU64::new(0));
    let most = Arc::clone(&most_lost);
    bench.disk.on_call(Box::new(move |call| match call {
        // The write of the other one, while the failure comes.
        Call::Write if writes.fetch_add(1, Ordering::SeqCst) == 1 => {
            for _ in 0..1_000_000 {
                let lost = asking.loss_bound().killed.records;
                most.fetch_max(lost, Ordering::SeqCst);
                if lost == 2 {
                    break;
                }
                thread::yield_now();
            }
        }
        Call::Sync if syncs.fetch_add(1, Ordering::SeqCst) == 0 => {
            is_held.store(true, Ordering::SeqCst);
            while writes.load(Ordering::SeqCst) < 2 {
                thread::yield_now();
            }
        }
        _ => {}
    }));
    thread::scope(|scope| {
        scope.spawn(|| journal.wait(number, Durability::Synced).unwrap());
        while !is_synced.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        let second = append(&journal, b"b");
        journal.wait(second, Durability::Journaled).unwrap();
    });
    bench.disk.off_call();
    assert_eq!(most_lost.load(Ordering::SeqCst), 2);
}

#[test]
fn what_is_being_written_counts_for_the_bound_on_memory() {
    let bench = Bench::new(1);
    let settings = bench.settings();
    let journal = bench.open_with(forebay_journal::Settings { buffer_max: 10_000, ..settings });
    let frame = Frame::of(&[1; 9000]).unwrap();
    let number = journal.append(&frame).unwrap();
    let (asking, second) = (journal.clone(), frame.clone());
    bench.disk.on_call(Box::new(move |call| {
        if call == Call::Write {
            asking.append(&second).unwrap_err();
        }
    }));
    journal.wait(number, Durability::Journaled).unwrap();
    bench.disk.off_call();
}
