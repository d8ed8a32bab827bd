//! A state that shares its journal with a cache, and transactions with writes of both.

use forebay_sim::StateLives;

use super::rig::{all_hold, all_hold_at_every_step};

fn beside(name: &'static str) -> StateLives {
    StateLives { beside: true, snapshots: true, ..StateLives::new(name) }
}

#[test]
fn a_mail_is_there_if_its_transaction_is() {
    all_hold(&beside("a_mail_is_there_if_its_transaction_is"), 60);
}

#[test]
fn a_mail_is_there_if_its_transaction_is_whatever_the_disk_does() {
    let name = "a_mail_is_there_if_its_transaction_is_whatever_the_disk_does";
    let lives = StateLives { sync_faults: 40, write_faults: 40, name_faults: 40, ..beside(name) };
    all_hold(&lives, 60);
}

#[test]
fn a_mail_is_there_if_its_transaction_is_in_a_small_journal() {
    let name = "a_mail_is_there_if_its_transaction_is_in_a_small_journal";
    let lives = StateLives { segments: 6, long: true, operations: 40, ..beside(name) };
    all_hold(&lives, 15);
}

#[test]
fn a_mail_is_there_if_its_transaction_is_at_every_step() {
    let name = "a_mail_is_there_if_its_transaction_is_at_every_step";
    all_hold_at_every_step(&StateLives { lives: 2, operations: 12, ..beside(name) }, 1);
}
