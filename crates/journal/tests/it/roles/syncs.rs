//! A sync beside whatever else is under way.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use forebay_journal::disk::simulated::{Call, Fault, Remains, SimulatedDisk};
use forebay_journal::{Journal, Leader};
use forebay_store::{Done, Durability};

use super::{Bench, append};

/// Holds the first sync back until the second write from now on has begun, and gives the failure of
/// that sync time to be met before the write goes on.
fn hold_the_first_sync(disk: &SimulatedDisk) -> Arc<AtomicBool> {
    let is_held = Arc::new(AtomicBool::new(false));
    let (held, writes, syncs) = (Arc::clone(&is_held), AtomicU64::new(0), AtomicU64::new(0));
    disk.on_call(Box::new(move |call| match call {
        Call::Write if writes.fetch_add(1, Ordering::SeqCst) == 1 => {
            (0..1_000).for_each(|_| thread::yield_now());
        }
        Call::Sync if syncs.fetch_add(1, Ordering::SeqCst) == 0 => {
            held.store(true, Ordering::SeqCst);
            while writes.load(Ordering::SeqCst) < 2 {
                thread::yield_now();
            }
        }
        _ => {}
    }));
    is_held
}

#[test]
fn what_a_failed_sync_should_have_covered_is_not_acknowledged_by_a_full_segment() {
    for seed in 0..20 {
        let bench = Bench::new(seed);
        let journal = bench.open_queued();
        let number = append(&journal, &vec![1; 25 << 10]);
        bench.disk.fail(Call::Sync, 1, Fault::Error);
        let is_held = hold_the_first_sync(&bench.disk);
        let is_acknowledged = thread::scope(|scope| {
            let syncing = scope.spawn(|| journal.wait(number, Durability::Synced).is_ok());
            while !is_held.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            append(&journal, &vec![2; 20 << 10]);
            let last = append(&journal, &vec![3; 20 << 10]);
            journal.wait(last, Durability::Journaled).unwrap();
            syncing.join().unwrap()
        });
        bench.disk.off_call();
        bench.disk.heal();
        drop(journal);
        bench.disk.power_cut_leaving(Remains::Nothing);
        let mut is_found = false;
        let opened = Journal::open(bench.disk.directory("a"), bench.settings(), |_, record| {
            is_found |= record[0] == 1;
            Ok(())
        });
        opened.unwrap();
        assert!(is_found || !is_acknowledged, "seed {seed}: it was acknowledged, and is gone");
    }
}

#[test]
fn an_answer_may_wait_for_the_sync_that_it_is_given_under() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    let (armed, asking) = (AtomicBool::new(true), journal.clone());
    let (told, waited) = mpsc::channel();
    bench.disk.on_call(Box::new(move |call| {
        if call == Call::Write && armed.swap(false, Ordering::SeqCst) {
            let (waiting, told) = (asking.clone(), told.clone());
            asking.when(number, Durability::Journaled).forward(Done::call(move |_| {
                told.send(waiting.wait(number, Durability::Synced)).unwrap();
            }));
        }
    }));
    journal.wait(number, Durability::Synced).unwrap();
    bench.queue.drain();
    waited.try_recv().expect("the answer was given").unwrap();
}

#[test]
fn asking_for_journaled_syncs_nothing_on_the_thread_that_asks() {
    let bench = Bench::new(3);
    let journal = bench.open_queued();
    for byte in [1, 2] {
        let number = append(&journal, &vec![byte; 40 << 10]);
        let before = bench.disk.counts().syncs;
        drop(journal.when(number, Durability::Journaled));
        assert_eq!(bench.disk.counts().syncs, before, "record {number}");
    }
}

#[test]
fn who_does_a_sync_is_called_once_when_it_is_done_and_by_no_sync_that_fails() {
    let bench = Bench::new(4);
    let journal = bench.open_queued();
    for (byte, fails) in [(1, false), (2, true), (3, false)] {
        let number = append(&journal, &[byte]);
        if fails {
            bench.disk.fail(Call::Sync, 1, Fault::Error);
        }
        let mut synced = Vec::new();
        journal.wait_synced_with(number, &mut || synced.push(journal.position().synced)).unwrap();
        assert_eq!(synced, if fails { vec![] } else { vec![number] });
        let nobody = &mut || panic!("there is nothing left to sync");
        journal.wait_synced_with(number, nobody).unwrap();
    }
}

/// Notes what a thread is called for that does a sync, and what is synced by then.
struct Noted<'a> {
    journal: &'a Journal,
    meanwhile: Vec<(u64, u64)>,
    first: Vec<u64>,
}

impl Leader for Noted<'_> {
    fn meanwhile(&mut self, last: u64) {
        self.meanwhile.push((last, self.journal.position().synced));
        // It is told to nobody.
        resume_unwind(Box::new("on purpose"));
    }

    fn first(&mut self) {
        self.first.push(self.journal.position().synced);
    }
}

#[test]
fn who_does_a_sync_of_much_is_called_while_the_device_takes_it() {
    let bench = Bench::new(4);
    let journal = bench.open_queued();
    for (length, is_much) in [(1 << 10, false), (24 << 10, false), (33 << 10, true), (9, false)] {
        let before = journal.position().synced;
        let number = append(&journal, &vec![1; length]);
        let mut noted = Noted { journal: &journal, meanwhile: Vec::new(), first: Vec::new() };
        journal.wait_synced_with(number, &mut noted).unwrap();
        assert_eq!(noted.first, [number]);
        assert_eq!(noted.meanwhile, if is_much { vec![(number, before)] } else { vec![] });
    }
}
