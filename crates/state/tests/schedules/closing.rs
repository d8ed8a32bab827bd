//! A close while others write.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::{Durability, ErrorKind};
use shuttle::thread;

use super::rig::{count, explore, on_the_device, open, shown};

#[test]
fn a_write_beside_a_close_is_synced_by_it_or_closed() {
    let check = || {
        let disk = SimulatedDisk::new(1);
        let state = open(&disk);
        let writers = [Durability::Memory, Durability::Journaled].map(|rung| {
            let state = state.clone();
            thread::spawn(move || match state.write_at(rung, |tx| count(&mut tx.counts)) {
                Ok(_) => 1,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
                    0
                }
            })
        });
        state.close().wait().unwrap();
        let good: u64 = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
        assert_eq!((shown(&state), on_the_device(&disk)), (good, good));
    };
    explore(check);
}
