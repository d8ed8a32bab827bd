//! States on a disk that fails.

use forebay_sim::StateLives;

use super::rig::all_hold;

#[test]
fn syncs_of_a_state_fail() {
    let name = "syncs_of_a_state_fail";
    let lives = StateLives { sync_faults: 60, snapshots: true, ..StateLives::new(name) };
    all_hold(&lives, 60);
}

#[test]
fn writes_of_a_state_fail() {
    let name = "writes_of_a_state_fail";
    let lives = StateLives { write_faults: 60, snapshots: true, ..StateLives::new(name) };
    all_hold(&lives, 60);
}

#[test]
fn names_of_a_state_cannot_be_changed_at_times() {
    let name = "names_of_a_state_cannot_be_changed_at_times";
    let lives = StateLives { name_faults: 120, snapshots: true, ..StateLives::new(name) };
    all_hold(&lives, 60);
}

#[test]
fn the_disk_of_a_state_is_full_at_times() {
    let name = "the_disk_of_a_state_is_full_at_times";
    let lives = StateLives { fills: true, snapshots: true, long: true, ..StateLives::new(name) };
    all_hold(&lives, 25);
}

#[test]
fn everything_happens_at_once_to_a_state() {
    let name = "everything_happens_at_once_to_a_state";
    let lives = StateLives {
        sync_faults: 30,
        write_faults: 30,
        name_faults: 30,
        meanwhile: 200,
        snapshots: true,
        ..StateLives::new(name)
    };
    all_hold(&lives, 60);
}
