//! Everything that can be switched on, at once: a time to live and an idle time with jitter, refreshing ahead
//! and after the end, values that stand in for errors, known absences, misses that gather, a promise and those
//! who hear of it, warming up, lookups filled by hand, writes around memory, of many keys, conditional, merged, and in
//! transactions, which are judged as wholes, times without writes, pauses and drains, the quarantine with all that can be done
//! in it, expiry from the value, dates that jump, stores that hang, fail and refuse. G2 to G10 hold, and the cache's
//! own books agree after every step; in `crashes::everything` over restarts, too, with G1, G11 and G12.

use std::time::Duration;

use forebay_sim::{Scenario, Ways};

use crate::seeds::all_hold;

fn all_on(name: &'static str) -> Scenario {
    Scenario {
        ways: Ways::Mixed,
        everything: true,
        shards: 2,
        expiry: true,
        jumps: true,
        scans: true,
        marks: true,
        absence: Duration::from_millis(100),
        operations: 40,
        ..Scenario::new(name)
    }
}

#[test]
fn with_everything_on_in_huge_memory() {
    all_hold(&all_on("with_everything_on_in_huge_memory"), 150);
}

#[test]
fn with_everything_on_in_tiny_memory() {
    all_hold(&all_on("with_everything_on_in_tiny_memory").tiny(), 150);
}

#[test]
fn with_everything_on_and_somebody_else_who_writes() {
    let name = "with_everything_on_and_somebody_else_who_writes";
    all_hold(&Scenario { foreign_keys: 2, jumps: false, ..all_on(name) }, 150);
}

#[test]
fn with_everything_on_and_a_close_in_the_middle() {
    let name = "with_everything_on_and_a_close_in_the_middle";
    all_hold(&Scenario { closes: true, dirty_entries_max: Some(3), ..all_on(name) }, 150);
}
