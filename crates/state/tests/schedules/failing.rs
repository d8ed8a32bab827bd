//! The disk fails while several write.

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::{Durability, ErrorKind};
use shuttle::thread;

use super::rig::{count, explore, open, shown};

#[test]
fn after_a_failure_what_is_shown_is_what_was_acknowledged() {
    let check = || {
        let disk = SimulatedDisk::new(1);
        let state = open(&disk);
        disk.fail_from(Call::Sync, 1, Fault::Error);
        disk.fail_from(Call::Create, 1, Fault::Error);
        let rungs = [Durability::Memory, Durability::Journaled, Durability::Synced];
        let writers = rungs.map(|rung| {
            let state = state.clone();
            thread::spawn(move || match state.write_at(rung, |tx| count(&mut tx.counts)) {
                Ok(_) => 1,
                Err(error) => {
                    let kinds = [ErrorKind::Unknown, ErrorKind::Unavailable];
                    assert!(kinds.contains(&error.kind()), "{error}");
                    assert!(state.failure().is_some());
                    0
                }
            })
        });
        let good: u64 = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
        assert_eq!(shown(&state), good);
    };
    explore(check);
}
