//! Blobs that an archive gives names.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::fault::{Call, Scripted};
use forebay_pool::{ByteSize, DirMedium, Medium, PlainMemory, Quota, Tiers};
use forebay_store::seam::manual::ManualClock;

use super::rig::{LONG, named};
use crate::medium::rig::{SPILL, is_all, write};

fn directory() -> DirMedium {
    let directory = SimulatedDisk::new(1).directory(SPILL);
    let builder = DirMedium::builder().directory(directory, Quota::unbounded());
    builder.small_max(ByteSize::kib(4)).seams(ManualClock::new().seams(1)).open().unwrap()
}

fn tiers(fast: impl Medium, slow: impl Medium) -> Tiers {
    let builder = Tiers::builder(fast, slow).fast_max(ByteSize::mib(1));
    builder.seams(ManualClock::new().seams(1)).build()
}

#[test]
fn one_that_was_linked_is_not_moved() {
    let tiers = tiers(directory(), PlainMemory::default());
    let mut places = vec![write(&tiers, 0, LONG).unwrap()];
    let linked = tiers.file(places[0]);
    assert!(linked.is_some());
    places.extend((1..20).map(|name| write(&tiers, name, LONG).unwrap()));
    assert!(tiers.file(places[0]).is_some(), "it is above, where files are");
    assert!(tiers.file(places[1]).is_none(), "it is below");
    for (name, place) in named(places) {
        assert!(is_all(&tiers, place, name, LONG));
        tiers.free(place);
    }
    assert_eq!(tiers.usage().blobs, 0);
}

#[test]
fn one_that_has_moved_can_be_linked_if_its_payload_begins_where_it_did() {
    let from_files = tiers(directory(), directory());
    let from_memory = tiers(PlainMemory::default(), directory());
    for (tiers, is_linkable) in [(from_files, true), (from_memory, false)] {
        let places: Vec<_> = (0..20).map(|name| write(&tiers, name, LONG).unwrap()).collect();
        assert_eq!(tiers.file(places[0]).is_some(), is_linkable);
        for (name, place) in named(places) {
            assert!(is_all(&tiers, place, name, LONG));
            tiers.free(place);
        }
    }
}

#[test]
fn one_whose_file_cannot_be_linked_moves_all_the_same() {
    let slow = Scripted::default();
    let tiers = tiers(PlainMemory::default(), slow.clone());
    let first = write(&tiers, 0, LONG).unwrap();
    assert!(tiers.file(first).is_none());
    let places: Vec<_> = (1..11).map(|name| write(&tiers, name, LONG).unwrap()).collect();
    let before = slow.count(Call::Reading);
    assert!(is_all(&tiers, first, 0, LONG));
    assert_eq!(slow.count(Call::Reading), before + 1, "it is below");
    for place in places.into_iter().chain([first]) {
        tiers.free(place);
    }
}
