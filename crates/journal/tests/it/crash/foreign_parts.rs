//! Segments that are where they do not belong.

use forebay_store::Durability;

use super::damage_rig::{AtRest, Outcome, is_segment};
use super::rig::Rig;

/// A closed journal of two full segments and a bit.
fn journal(seed: u64) -> AtRest {
    let mut rig = Rig::new(seed);
    rig.open().unwrap();
    for _ in 0..5 {
        rig.make_room(30_000).unwrap();
        let last = rig.append(&[25_000]).unwrap();
        rig.wait(last, Durability::Synced).unwrap();
    }
    AtRest::of(rig).close()
}

#[test]
fn a_segment_of_another_journal_is_refused() {
    let (rest, other) = (journal(0), journal(1));
    for name in rest.names().iter().filter(|name| is_segment(name)) {
        let bytes = other.bytes(name);
        let outcome = rest.damaged(name, |disk| {
            let file = disk.directory("a").open(name, true).unwrap();
            assert_eq!(file.write_at(&bytes, 0).unwrap(), bytes.len());
        });
        assert!(matches!(outcome, Outcome::Refused), "{name}: {outcome:?}");
    }
}

#[test]
fn segments_that_have_each_others_names_are_refused() {
    let rest = journal(0);
    let names: Vec<_> = rest.names().into_iter().filter(|name| is_segment(name)).collect();
    for two in names.windows(2) {
        let outcome = rest.damaged("swapped", |disk| {
            let directory = disk.directory("a");
            directory.rename(&two[0], "aside").unwrap();
            directory.rename(&two[1], &two[0]).unwrap();
            directory.rename("aside", &two[1]).unwrap();
        });
        assert!(matches!(outcome, Outcome::Refused), "{two:?}: {outcome:?}");
    }
}
