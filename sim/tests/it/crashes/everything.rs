//! Everything that can be switched on, at once, over lives that end in a power cut or are killed, on a disk that
//! fails.

use std::time::Duration;

use forebay_sim::{Crashes, Scenario, Ways};

use super::rig::all_hold;

fn all_on(name: &'static str) -> Crashes {
    let crashes = Crashes::new(name);
    let scenario = Scenario {
        everything: true,
        expiry: true,
        jumps: true,
        scans: true,
        marks: true,
        absence: Duration::from_millis(100),
        operations: 30,
        ..crashes.scenario.clone()
    };
    Crashes { scenario, ..crashes }
}

#[test]
fn with_everything_on_over_lives() {
    all_hold(&all_on("with_everything_on_over_lives"), 100);
}

#[test]
fn with_everything_on_over_lives_on_a_failing_disk() {
    let name = "with_everything_on_over_lives_on_a_failing_disk";
    let on = all_on(name);
    // What comes meanwhile is on the thread of whoever makes a file, so nobody may write to the journal there.
    let scenario = Scenario { ways: Ways::Patient, ..on.scenario.clone() };
    let crashes = Crashes { scenario, sync_faults: 20, write_faults: 20, meanwhile: 100, ..on };
    all_hold(&crashes, 40);
}
