//! The process is killed at every step.

use forebay_journal::disk::simulated::Ending;

use super::cuts::end_everywhere;
use super::rig::Rig;
use super::seeds::all_hold;

#[test]
fn what_was_journaled_survives_a_kill_at_every_step() {
    let name = "what_was_journaled_survives_a_kill_at_every_step";
    all_hold(name, 3, |seed| {
        let kill = |rig: &Rig, step| rig.disk.kill_after(step);
        end_everywhere(seed, kill, Ending::Kill, &[Ending::Kill]);
    });
}

#[test]
fn what_a_killed_owner_left_survives_power_cuts_from_the_next_open_on() {
    let name = "what_a_killed_owner_left_survives_power_cuts_from_the_next_open_on";
    all_hold(name, 3, |seed| {
        let kill = |rig: &Rig, step| rig.disk.kill_after(step);
        end_everywhere(seed, kill, Ending::Kill, &[Ending::Kill, Ending::PowerCut]);
    });
}
