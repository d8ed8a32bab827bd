//! States on a disk that does what it may.

use forebay_sim::StateLives;

use super::rig::all_hold;

#[test]
fn what_was_acknowledged_is_there_in_its_order() {
    all_hold(&StateLives::new("what_was_acknowledged_is_there_in_its_order"), 60);
}

#[test]
fn snapshots_come_by_themselves_over_lives() {
    let name = "snapshots_come_by_themselves_over_lives";
    all_hold(&StateLives { snapshots: true, ..StateLives::new(name) }, 60);
}

#[test]
fn some_transactions_are_longer_than_a_frame_over_lives() {
    let name = "some_transactions_are_longer_than_a_frame_over_lives";
    all_hold(&StateLives { long: true, ..StateLives::new(name) }, 15);
}

#[test]
fn a_journal_is_full_and_a_snapshot_makes_room_over_lives() {
    let name = "a_journal_is_full_and_a_snapshot_makes_room_over_lives";
    let lives = StateLives { long: true, segments: 6, operations: 30, ..StateLives::new(name) };
    all_hold(&lives, 15);
}

#[test]
fn copies_of_a_state_outlive_it() {
    let name = "copies_of_a_state_outlive_it";
    all_hold(&StateLives { copies: true, snapshots: true, ..StateLives::new(name) }, 25);
}

#[test]
fn transactions_begin_while_others_are_written_and_synced() {
    let name = "transactions_begin_while_others_are_written_and_synced";
    let lives = StateLives { meanwhile: 300, snapshots: true, ..StateLives::new(name) };
    all_hold(&lives, 60);
}
