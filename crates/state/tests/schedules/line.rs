//! Those who wait for the turn, and those who do not.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::Durability;
use shuttle::thread;

use super::rig::{count, explore, open, shown};

#[test]
fn nobody_in_the_line_is_forgotten() {
    let check = || {
        let state = open(&SimulatedDisk::new(1));
        let async_writers = [0, 1].map(|_| {
            let state = state.clone();
            thread::spawn(move || {
                let ops = [Durability::Memory, Durability::Journaled]
                    .map(|rung| state.write_async(rung, |tx| count(&mut tx.counts)));
                for op in ops {
                    let mine = op.wait().unwrap();
                    assert!(shown(&state) >= mine);
                }
            })
        });
        state.write(|tx| count(&mut tx.counts)).unwrap();
        for writer in async_writers {
            writer.join().unwrap();
        }
        assert_eq!(shown(&state), 5);
    };
    explore(check);
}
