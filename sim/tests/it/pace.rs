//! Each write is stored in time, whatever becomes of the writes of one key (G8).

use forebay_sim::{Scenario, Sickness, Ways};

use crate::seeds::all_hold;

#[test]
fn a_healthy_store_gets_everything_in_time() {
    let name = "a_healthy_store_gets_everything_in_time";
    all_hold(&Scenario { ways: Ways::Mixed, ..Scenario::new(name) }.paced(None), 200);
}

#[test]
fn a_key_that_is_refused_does_not_delay_the_others() {
    let name = "a_key_that_is_refused_does_not_delay_the_others";
    all_hold(&Scenario::new(name).paced(Some(Sickness::Refused)), 200);
}

#[test]
fn a_key_whose_batches_are_refused_does_not_delay_the_others() {
    let name = "a_key_whose_batches_are_refused_does_not_delay_the_others";
    all_hold(&Scenario::new(name).paced(Some(Sickness::RefusedWholly)), 200);
}

#[test]
fn a_key_that_is_retried_does_not_delay_the_others() {
    let name = "a_key_that_is_retried_does_not_delay_the_others";
    all_hold(&Scenario::new(name).paced(Some(Sickness::Retried)), 200);
}

#[test]
fn a_key_of_unknown_outcome_does_not_delay_the_others() {
    let name = "a_key_of_unknown_outcome_does_not_delay_the_others";
    all_hold(&Scenario::new(name).paced(Some(Sickness::Unknown)), 200);
}

#[test]
fn a_key_whose_batches_fail_does_not_delay_the_others() {
    let name = "a_key_whose_batches_fail_does_not_delay_the_others";
    all_hold(&Scenario::new(name).paced(Some(Sickness::Poisons)), 200);
}
