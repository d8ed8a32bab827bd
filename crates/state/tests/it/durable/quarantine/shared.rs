//! A state in a journal that it shares has a quarantine as any other.

use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Settings as JournalSettings, SharedJournal};
use forebay_state::{Home, Mode, State, Tables};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Result};

use super::shapes::{first, held, mended, second, user};
use crate::durable::rig::SEGMENT;

/// The only tenant of a journal.
fn open<T: Tables>(disk: &SimulatedDisk, mode: Mode) -> Result<State<T>> {
    let clock = ManualClock::new();
    let seams = || Arc::clone(&clock).seams(disk.steps());
    let settings =
        JournalSettings { segment_bytes: SEGMENT, seams: seams(), ..JournalSettings::default() };
    let builder = State::builder(Home::simulated(disk.clone(), "s")).mode(mode).seams(seams());
    let (state,) = SharedJournal::in_directory(disk.directory("j"), settings)
        .open((builder.tenant("shop"),))?;
    Ok(state)
}

#[test]
fn a_tenant_keeps_what_it_cannot_read() {
    for is_snapshot in [false, true] {
        let disk = SimulatedDisk::new(1);
        let state = open::<first::Shop>(&disk, Mode::Strict).unwrap();
        for (id, name) in (1..).zip(["Ada Lovelace", "Plato"]) {
            state.write_at(Durability::Synced, |tx| tx.users.put(id, user(name))).unwrap();
        }
        if is_snapshot {
            state.snapshot().wait().unwrap();
        }
        drop(state);
        disk.kill();
        let error = open::<second::Shop>(&disk, Mode::Strict).unwrap_err().to_string();
        assert!(error.contains("one name"), "{error}");
        disk.kill();
        let state = open::<second::Shop>(&disk, Mode::Recover).unwrap();
        assert_eq!((held(&state), state.read().users.len()), (vec![2], 1));
        drop(state);
        disk.power_cut();
        let state = open::<mended::Shop>(&disk, Mode::Strict).unwrap();
        assert_eq!(held(&state), [2]);
        assert_eq!(state.retry_quarantine(|_| true).wait().unwrap().back, 1);
        state.sync().wait().unwrap();
        drop(state);
        disk.power_cut();
        let state = open::<mended::Shop>(&disk, Mode::Strict).unwrap();
        assert_eq!((held(&state).len(), state.read().users.len()), (0, 2));
    }
}
