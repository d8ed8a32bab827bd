//! A cache is a backing store itself: it keeps the contract, alone and in tiers.

use std::sync::Arc;

use forebay_cache::{ByteSize, Cache, Settings, WhenRefused};
use forebay_store::conformance::assert_conforms;
use forebay_store::{IntoStore, MemoryStore, Seams, SharedStore};

use crate::rig::{HOUR, Rig, SECOND, answered};

type Bytes = Cache<String, Vec<u8>>;

fn open<Kind>(
    store: impl IntoStore<String, Vec<u8>, Kind> + Send + 'static,
    is_behind: bool,
) -> Bytes {
    let weigh = |key: &String, value: &Vec<u8>| key.len() + value.len();
    let builder = Cache::builder(store).capacity(ByteSize::mib(4)).weigher(weigh);
    let settings = Settings::default();
    let builder =
        if is_behind { builder.write_behind(settings) } else { builder.write_through(settings) };
    builder.open().wait().unwrap()
}

fn shared(cache: Bytes) -> SharedStore<String, Vec<u8>> {
    Arc::new(cache)
}

#[test]
fn a_cache_that_writes_through_conforms() {
    assert_conforms(|| shared(open(MemoryStore::new(), false)));
}

#[test]
fn a_cache_that_writes_behind_conforms() {
    assert_conforms(|| shared(open(MemoryStore::new(), true)));
}

#[test]
fn a_cache_over_a_cache_conforms_whichever_way_each_writes() {
    for (lower, upper) in [(false, false), (false, true), (true, false), (true, true)] {
        assert_conforms(move || shared(open(open(MemoryStore::new(), lower), upper)));
    }
}

#[test]
fn a_cache_that_remembers_absence_conforms() {
    assert_conforms(|| {
        let builder = Cache::builder(MemoryStore::new().into_store(&Seams::real()));
        shared(builder.cache_absence(HOUR).open().wait().unwrap())
    });
}

// N3
#[test]
fn an_upper_tier_that_forgets_a_value_finds_the_newest_below() {
    let lower = Rig::<u64>::behind();
    let upper: Cache<u64, u64> = answered(
        Cache::builder(lower.cache.clone())
            .capacity(ByteSize::kib(4))
            .write_behind(Settings::default())
            .seams(lower.clock.seams(2))
            .open(),
    )
    .unwrap();
    for key in 0..500 {
        answered(lower.cache.put(key, 1)).unwrap();
        answered(upper.put(key, 2)).unwrap();
    }
    assert!(upper.stats().evictions > 400, "{:?}", upper.stats());
    for key in 0..500 {
        assert_eq!(answered(upper.get(&key)).unwrap(), Some(2), "key {key}");
    }
}

#[test]
fn what_an_upper_tier_calls_stored_is_stored_all_the_way_down() {
    let lower = Rig::<u64>::behind();
    let upper = answered(Cache::builder(lower.cache.clone()).seams(lower.clock.seams(2)).open());
    let upper: Cache<u64, u64> = upper.unwrap();
    answered(upper.put(1, 1)).unwrap();
    assert_eq!(lower.store.get(&1), Some(1));
    lower.script.go_down();
    answered(upper.put(1, 2)).unwrap_err();
    assert_eq!((upper.peek(&1), lower.store.get(&1)), (Some(1), Some(1)));
}

#[test]
fn a_key_that_a_lower_tier_holds_back_is_in_quarantine_above_and_not_tried_for_ever() {
    let queues = Settings { when_refused: WhenRefused::Queue, ..Settings::default() };
    let lower = Rig::<u64>::open(|builder| builder.write_behind(queues));
    let builder = Cache::builder(lower.cache.clone()).seams(lower.clock.seams(2));
    let upper: Cache<u64, u64> =
        answered(builder.write_behind(Settings::default()).open()).unwrap();
    lower.script.refuse(1);
    answered(lower.cache.put(1, 1)).unwrap();
    lower.clock.advance(SECOND);
    answered(upper.put(1, 2)).unwrap();
    lower.clock.advance(HOUR);
    assert_eq!((upper.quarantine().list()[0].attempts, upper.stats().retried), (1, 0));
    assert_eq!(answered(upper.get(&1)).unwrap(), Some(2), "G2");
    // Somebody looks after it below, and then above.
    lower.script.accept(&1);
    assert!(lower.cache.quarantine().drop(&1) && upper.quarantine().retry(&1));
    answered(upper.flush()).unwrap();
    assert_eq!((lower.store.get(&1), upper.quarantine().len()), (Some(2), 0));
}
