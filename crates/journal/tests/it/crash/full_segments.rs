//! What filled a segment is durable before the next one is begun, and the next one proves it.

use forebay_journal::disk::simulated::{Ending, Remains};
use forebay_store::Durability;

use super::damage_rig::{AtRest, Outcome, is_segment};
use super::rig::Rig;

/// Three frames that fit into a segment and one that does not, with no sync between them.
fn rolled_over(seed: u64) -> Rig {
    let mut rig = Rig::new(seed);
    rig.place = format!("seed {seed}");
    rig.open().unwrap();
    for length in [20_000, 15_000, 4000] {
        let last = rig.append(&[length, 10]).unwrap();
        rig.wait(last, Durability::Journaled).unwrap();
    }
    let last = rig.append(&[25_000]).unwrap();
    rig.wait(last, Durability::Journaled).unwrap();
    rig.look();
    rig
}

#[test]
fn a_sync_of_the_next_segment_speaks_for_the_full_one_too() {
    let all = [Remains::Nothing, Remains::Prefix, Remains::Last, Remains::Writes];
    for (seed, remains) in (0..8).flat_map(|seed| all.map(|remains| (seed, remains))) {
        let mut rig = rolled_over(seed);
        let last = rig.model.last();
        rig.wait(last, Durability::Synced).unwrap();
        rig.drop_journal();
        rig.disk.power_cut_leaving(remains);
        rig.open().unwrap();
        assert_eq!(rig.model.last(), last, "{remains:?}");
    }
}

#[test]
fn a_wrong_bit_in_a_full_segment_is_never_a_torn_tail() {
    let mut rig = rolled_over(0);
    assert_eq!(rig.model.synced(), 6, "the first three frames filled the segment");
    rig.end(Ending::Kill);
    let rest = AtRest::of(rig).end();
    let first = &rest.names()[0];
    // The last of the three: its header, the beginning and the end of its body.
    let at = 4096 + (40 + 3 + 20_000 + 11) + (40 + 3 + 15_000 + 11);
    for byte in (at..at + 60).chain(at + 4000..at + 4050) {
        let what = format!("byte {byte} of {first}");
        let outcome = rest.damaged(&what, |disk| assert!(disk.flip_bit("a", first, byte * 8)));
        let is_refused = matches!(outcome, Outcome::Refused);
        assert!(is_refused, "{what}: {outcome:?}");
    }
}

#[test]
fn what_the_identity_calls_durable_is_never_a_torn_tail() {
    let mut rig = Rig::new(0);
    rig.open().unwrap();
    let last = rig.append(&[50]).unwrap();
    rig.wait(last, Durability::Journaled).unwrap();
    rig.end(Ending::Kill);
    assert_eq!(rig.open().unwrap().replaced, 1);
    let rest = AtRest::of(rig).end();
    let outcome = rest.damaged("the record and its copy", |disk| {
        for name in rest.names().iter().filter(|name| is_segment(name)) {
            assert!(disk.flip_bit("a", name, 8 * (4096 + 45)));
        }
    });
    assert!(matches!(outcome, Outcome::Refused), "{outcome:?}");
}

#[test]
fn a_new_journal_is_there_once_something_in_it_is_synced() {
    for seed in 0..8 {
        let mut rig = Rig::new(seed);
        rig.open().unwrap();
        let last = rig.append(&[100]).unwrap();
        rig.wait(last, Durability::Synced).unwrap();
        rig.drop_journal();
        rig.disk.power_cut_leaving(Remains::Nothing);
        rig.open().unwrap();
        assert_eq!(rig.model.last(), last, "seed {seed}");
    }
}
