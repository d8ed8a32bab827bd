//! Writers of all rungs at once.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::Durability;
use shuttle::thread;

use super::rig::{count, explore, on_the_device, open, shown};

#[test]
fn writers_of_all_rungs_lose_nothing_and_see_what_they_wrote() {
    let check = || {
        let disk = SimulatedDisk::new(1);
        let state = open(&disk);
        let rungs = [Durability::Memory, Durability::Journaled, Durability::Synced];
        let writers = rungs.map(|rung| {
            let (state, disk) = (state.clone(), disk.clone());
            thread::spawn(move || {
                let mine = state.write_at(rung, |tx| count(&mut tx.counts)).unwrap();
                assert!(shown(&state) >= mine, "it is shown before it is answered");
                if rung == Durability::Synced {
                    assert!(on_the_device(&disk) >= mine, "it was acknowledged, and is gone");
                }
            })
        });
        for writer in writers {
            writer.join().unwrap();
        }
        assert_eq!(shown(&state), 3);
    };
    explore(check);
}

#[test]
fn receipts_that_are_dropped_are_shown_all_the_same() {
    let check = || {
        let disk = SimulatedDisk::new(1);
        let state = open(&disk);
        let other = state.clone();
        let writer = thread::spawn(move || {
            let ticket = other.submit(Durability::Synced, |tx| count(&mut tx.counts)).unwrap();
            drop(ticket.receipt);
        });
        let ticket = state.submit(Durability::Journaled, |tx| count(&mut tx.counts)).unwrap();
        writer.join().unwrap();
        ticket.receipt.shown().wait().unwrap();
        state.sync().wait().unwrap();
        assert_eq!((shown(&state), on_the_device(&disk)), (2, 2));
    };
    explore(check);
}
