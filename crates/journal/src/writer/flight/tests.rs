//! Who gives way, and when he does not.

use forebay_store::sync::atomic::Ordering;

use super::Flight;

#[test]
fn while_somebody_waits_for_the_files_whoever_fills_gives_way_to_nobody() {
    let flight = Flight::default();
    let _flying = flight.begin();
    flight.waiting.fetch_add(1, Ordering::AcqRel);
    // It would wait for the end of a sync that does not end.
    flight.give_way();
}
