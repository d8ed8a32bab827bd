//! How much the quarantine takes.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Mode, Settings, State};
use forebay_store::Result;

use super::shapes::{builder, disk, held, second};
use crate::durable::strict::contents;

fn open(disk: &SimulatedDisk, most: u64) -> Result<State<second::Shop>> {
    let base = builder::<second::Shop>(disk).mode(Mode::Recover);
    base.quarantine_bytes_max(most).open()
}

#[test]
fn what_the_quarantine_cannot_hold_is_not_dropped() {
    assert_eq!(Settings::default().quarantine_bytes_max, 256 << 20);
    for is_snapshot in [false, true] {
        let disk = disk(&["Plato", "Ada Lovelace", "Socrates"], is_snapshot);
        let bytes = {
            let disk = disk.copy();
            disk.kill();
            open(&disk, u64::MAX).unwrap().read().quarantine().bytes()
        };
        let before = contents(&disk);
        for _ in 0..2 {
            let error = open(&disk, bytes - 1).unwrap_err().to_string();
            assert!(error.contains("even the quarantine cannot hold them"), "{error}");
            assert!(contents(&disk) == before);
        }
        let state = open(&disk, bytes).unwrap();
        assert_eq!(held(&state), [1, 3]);
    }
}
