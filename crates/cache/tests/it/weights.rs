//! What an unstored write weighs beside its value: what is noted of it in memory.

use forebay_cache::Settings;
use forebay_store::{ByteSize, Durability, Error, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, answered, by_value};

/// The bytes of what is noted.
const NOTED: u64 = 64;

fn patient() -> Settings {
    Settings { flush_delay: HOUR, ..Settings::default() }
}

#[test]
fn a_lighter_value_over_a_clean_one_leaves_no_more_counted_than_there_is() {
    let rig = Rig::<u64>::open(|it| it.weigher(by_value).write_behind(patient()));
    for key in 0..8 {
        answered(rig.cache.put(key, 100_000)).unwrap();
    }
    answered(rig.cache.flush()).unwrap();
    // The flusher knows when to come, so the others change their entries alone.
    answered(rig.cache.put(9, 1)).unwrap();
    for key in 0..8 {
        answered(rig.cache.put(key, 1)).unwrap();
        rig.cache.audit().unwrap();
    }
}

#[test]
fn what_was_just_dirtied_is_put_again_at_its_weight() {
    let rig = Rig::<u64>::open(|it| it.weigher(by_value).write_behind(patient()));
    let put = |key, value| answered(rig.cache.put(key, value)).unwrap();
    put(0, 100_000);
    answered(rig.cache.flush()).unwrap();
    // It is light, and the dirty list has nothing else yet.
    put(9, 1);
    put(0, 100_000);
    put(0, 100_000);
    rig.cache.audit().unwrap();
}

// N2
#[test]
fn an_unstored_write_weighs_what_is_noted_of_it_until_it_is_stored() {
    let rig = HeldRig::open(|it| it.write_behind(patient()));
    let weighs = || {
        rig.cache.audit().unwrap();
        (rig.cache.stats().resident_bytes, rig.cache.stats().dirty_bytes)
    };
    answered(rig.cache.put("a", 1)).unwrap();
    let (dirty, _) = weighs();
    for value in 2..10 {
        answered(rig.cache.put("a", value)).unwrap();
        assert_eq!(weighs(), (dirty, dirty));
    }
    let flush = rig.cache.flush();
    answered(rig.cache.put("a", 10)).unwrap();
    assert_eq!(weighs(), (dirty, 2 * dirty - NOTED), "a key is noted once");
    rig.held.next_apply().pass();
    answered(flush).unwrap();
    assert_eq!(weighs(), (dirty, dirty));
    drop(rig.cache.flush());
    rig.held.next_apply().pass();
    assert_eq!(weighs(), (dirty - NOTED, 0));
    answered(rig.cache.put("a", 11)).unwrap();
    assert_eq!(weighs(), (dirty, dirty));
}

// N2
#[test]
fn so_does_one_in_quarantine() {
    let rig = HeldRig::open(|it| it.write_behind(patient()));
    let weighs = || {
        rig.cache.audit().unwrap();
        let stats = rig.cache.stats();
        (stats.resident_bytes, stats.dirty_bytes, stats.quarantine_bytes)
    };
    let refused = |value| {
        answered(rig.cache.put("a", value)).unwrap();
        drop(rig.cache.flush());
        rig.held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("never"))]));
    };
    refused(1);
    let (all, ..) = weighs();
    assert_eq!(weighs(), (all, 0, all));
    assert!(rig.cache.quarantine().retry(&"a"));
    assert_eq!(weighs(), (all, all, 0));
    refused(2);
    assert_eq!(weighs(), (all, 0, all));
    answered(rig.cache.put("a", 3)).unwrap();
    assert_eq!(weighs(), (all, all, 0), "a newer write supersedes it");
    refused(4);
    assert!(rig.cache.quarantine().drop(&"a"));
    assert_eq!(weighs(), (0, 0, 0));
}

// N2
#[test]
fn memory_has_room_for_all_that_is_noted_of_what_may_be_unstored() {
    let (capacity, most) = (32 << 10, (32 << 10) / 128 * 127);
    let settings = Settings { dirty_bytes_max: Some(ByteSize::bytes(most)), ..patient() };
    let rig =
        HeldRig::<u64>::open(|it| it.capacity(ByteSize::bytes(capacity)).write_behind(settings));
    let waits = (0..10_000).map(|key| rig.cache.put(key, 0)).find(|put| !put.is_ready());
    let stats = rig.cache.stats();
    assert!(waits.is_some() && stats.dirty_bytes <= most);
    // What an entry of this size and its place in the index take at most, and what is noted.
    assert!(stats.dirty_entries * (56 + 12 + NOTED) <= capacity, "{stats:?}");
}

#[test]
fn what_could_never_have_room_with_what_is_noted_goes_through() {
    let most = 2048;
    let settings = Settings { dirty_bytes_max: Some(ByteSize::bytes(most)), ..patient() };
    let rig =
        Rig::open(|it| it.capacity(ByteSize::kib(16)).weigher(by_value).write_behind(settings));
    answered(rig.cache.put("a", 0)).unwrap();
    let least = rig.cache.stats().dirty_bytes;
    answered(rig.cache.flush()).unwrap();
    let fits = answered(rig.cache.put("a", most - least)).unwrap();
    assert_eq!(fits.rung(), Durability::Memory);
    answered(rig.cache.flush()).unwrap();
    let does_not = answered(rig.cache.put("a", most - least + 1)).unwrap();
    assert_eq!(does_not.rung(), Durability::Stored);
}
