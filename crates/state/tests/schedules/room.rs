//! A journal that is full: who writes waits for the snapshot that makes room, whoever else is at work.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::State;
use forebay_store::{Durability, Result};
use shuttle::thread;

use super::rig::{Counts, count, explore, open_with, shown};

/// As short as it may be.
const JOURNAL: u64 = 4 << 16;

/// Counts, with some 24 KiB beside it.
fn write(state: &State<Counts>, rung: Durability, key: u32) -> Result<u64> {
    state.write_at(rung, |tx| {
        tx.texts.put(key, "long".repeat(6 << 10))?;
        count(&mut tx.counts)
    })
}

fn has_snapshot(disk: &SimulatedDisk) -> bool {
    disk.files("s").iter().any(|name| name.starts_with("snap-"))
}

/// A state whose journal has room for one more; says how many it counts.
fn nearly_full(disk: &SimulatedDisk) -> (State<Counts>, u64) {
    let fill = |disk: &SimulatedDisk, count: u64| {
        let state = open_with(disk, JOURNAL);
        let writes = (0..count).map(|_| write(&state, Durability::Journaled, 0).unwrap());
        let written = writes.take_while(|_| !has_snapshot(disk)).count() as u64;
        (state, written)
    };
    let (_, fit) = fill(&SimulatedDisk::new(1), 100);
    let (state, written) = fill(disk, fit - 1);
    assert!(written == fit - 1 && !has_snapshot(disk));
    (state, written)
}

/// What an owner finds after this one was killed.
fn found(disk: &SimulatedDisk) -> u64 {
    let after = disk.copy();
    after.kill();
    shown(&open_with(&after, JOURNAL))
}

#[test]
fn nobody_waits_for_ever_for_room_and_nobody_is_refused() {
    let check = || {
        let disk = SimulatedDisk::new(1);
        let (state, before) = nearly_full(&disk);
        let rungs = [Durability::Journaled, Durability::Memory, Durability::Synced];
        let writers = [1_u32, 2].map(|key| {
            let state = state.clone();
            thread::spawn(move || {
                for rung in rungs {
                    let mine = write(&state, rung, key).unwrap();
                    assert!(shown(&state) >= mine);
                }
            })
        });
        for writer in writers {
            writer.join().unwrap();
        }
        assert!(has_snapshot(&disk), "there was room for all");
        assert_eq!(shown(&state), before + 6);
        drop(state);
        assert_eq!(found(&disk), before + 6);
    };
    explore(500, check);
}

#[test]
fn who_waits_for_room_is_answered_whoever_asks_for_a_snapshot_or_closes() {
    let check = || {
        let disk = SimulatedDisk::new(1);
        let (state, before) = nearly_full(&disk);
        let other = state.clone();
        let writer = thread::spawn(move || {
            (0..4)
                .map(|_| write(&other, Durability::Journaled, 1))
                .take_while(Result::is_ok)
                .count()
        });
        let asked = state.snapshot();
        let closed = state.close().wait();
        drop(asked.wait());
        let written = writer.join().unwrap() as u64;
        closed.unwrap();
        assert_eq!(shown(&state), before + written);
        drop(state);
        assert_eq!(found(&disk), before + written);
    };
    explore(500, check);
}
