//! A snapshot while a transaction goes out in parts.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::Durability;
use shuttle::thread;

use super::rig::{explore, open};

#[test]
fn a_snapshot_never_comes_between_the_parts_of_a_transaction() {
    let check = || {
        let disk = SimulatedDisk::new(1);
        let state = open(&disk);
        let other = state.clone();
        let writer = thread::spawn(move || {
            let long = "long".repeat(10 << 10);
            other.write_at(Durability::Synced, |tx| {
                (0..4).try_for_each(|key| tx.texts.put(key, long.clone()))
            })
        });
        state.snapshot().wait().unwrap();
        writer.join().unwrap().unwrap();
        drop(state);
        let after = disk.copy();
        after.kill();
        let found = open(&after);
        assert_eq!(found.read().texts.len(), 4);
    };
    explore(100, check);
}
