//! Threads that read while others write.

use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::Durability;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread;

use super::rig::{count, explore, open, shown};

#[test]
fn nobody_reads_less_than_what_somebody_has_read_before() {
    let check = || {
        let state = open(&SimulatedDisk::new(1));
        let seen = Arc::new(AtomicU64::new(0));
        let writer = {
            let state = state.clone();
            thread::spawn(move || {
                for _ in 0..2 {
                    state.write_at(Durability::Memory, |tx| count(&mut tx.counts)).unwrap();
                }
            })
        };
        let readers = [0, 1].map(|_| {
            let (state, seen) = (state.clone(), Arc::clone(&seen));
            thread::spawn(move || {
                let mut reader = state.reader();
                for _ in 0..2 {
                    let before = seen.load(Ordering::SeqCst);
                    let found = shown(&state);
                    assert!(found >= before, "{found} after {before}");
                    let glanced = reader.read().counts.get(&0).copied().unwrap_or(0);
                    assert!(glanced >= found, "{glanced} after {found}");
                    seen.fetch_max(glanced, Ordering::SeqCst);
                }
            })
        });
        writer.join().unwrap();
        for reader in readers {
            reader.join().unwrap();
        }
        assert_eq!(shown(&state), 2);
    };
    explore(2000, check);
}

#[test]
fn a_held_view_stays_as_it_was_and_hides_nothing_newer() {
    let check = || {
        let state = open(&SimulatedDisk::new(1));
        let writer = {
            let state = state.clone();
            thread::spawn(move || {
                state.write_at(Durability::Memory, |tx| count(&mut tx.counts)).unwrap()
            })
        };
        let held = state.read();
        let (revision, found) = (held.revision(), held.counts.get(&0).copied());
        writer.join().unwrap();
        assert_eq!((held.revision(), held.counts.get(&0).copied()), (revision, found));
        assert_eq!(shown(&state), 1);
    };
    explore(1000, check);
}
