//! Keys that callers fill by hand, and values that are refreshed, beside writes and invalidations.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{ByteSize, Cache, Lookup, Settings};
use forebay_store::seam::manual::{ManualClock, SeededRandom};
use forebay_store::{Seams, SharedStore};

use super::{Checked, Threads, explore, join};

const SECOND: Duration = Duration::from_secs(1);

/// A cache whose values live for ten seconds, and are asked for again in the last five; or for ever, where a load by hand
/// of which only its holder knows is ended without a step, and used again.
fn open(store: &Checked, is_mortal: bool) -> (Cache<u64, u64>, Arc<ManualClock>) {
    let clock = ManualClock::new();
    let mut seams: Seams = clock.seams(1);
    seams.spawn = Arc::new(Threads);
    seams.random = Arc::new(SeededRandom::new(1));
    let shared: SharedStore<u64, u64> = Arc::new(store.clone());
    let builder = Cache::builder(shared).capacity(ByteSize::kib(4)).shards(1).seams(seams);
    let builder = if is_mortal {
        builder.time_to_live(10 * SECOND).refresh_ahead(5 * SECOND)
    } else {
        builder
    };
    (builder.write_behind(Settings::default()).open().wait().unwrap(), clock)
}

fn in_store(store: &Checked) -> Option<u64> {
    store.0.state.lock().values.get(&1).copied()
}

/// Somebody who writes to the store itself, and says so.
fn change(store: &Checked, cache: &Cache<u64, u64>, value: u64) {
    store.0.state.lock().values.insert(1, value);
    cache.invalidate(&1);
}

/// Looks the key up, and fills it with what the store has if that is his part; or he drops the right to.
fn look_up(store: &Checked, cache: &Cache<u64, u64>, fills: bool) {
    if let Lookup::Vacant(filler) = cache.lookup(&1).wait().unwrap()
        && fills
    {
        match in_store(store) {
            Some(value) => drop(filler.fill(value)),
            None => drop(filler.fill_absent()),
        }
    }
}

#[test]
fn a_put_overtakes_those_who_fill_a_key_and_those_who_forget_to() {
    a_put_overtakes_fillers(true);
    a_put_overtakes_fillers(false);
}

fn a_put_overtakes_fillers(is_mortal: bool) {
    explore(move || {
        let store = Checked::default();
        store.0.state.lock().values.insert(1, 7);
        let (cache, _clock) = open(&store, is_mortal);
        let looks = |fills: bool| {
            let (store, cache) = (store.clone(), cache.clone());
            shuttle::thread::spawn(move || look_up(&store, &cache, fills))
        };
        let gets = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                let value = cache.get(&1).wait().unwrap();
                assert!(matches!(value, Some(7 | 9)), "G2: {value:?}");
            })
        };
        let puts = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.put(1, 9).wait().unwrap();
                assert_eq!(cache.get(&1).wait().unwrap(), Some(9), "G6");
            })
        };
        join(vec![looks(true), looks(false), gets, puts]);
        assert_eq!(cache.get(&1).wait().unwrap(), Some(9), "G6");
        cache.flush().wait().unwrap();
        assert_eq!((in_store(&store), cache.peek(&1)), (Some(9), Some(9)));
        cache.audit().unwrap();
    });
}

#[test]
fn an_invalidation_overtakes_those_who_fill_a_key_and_those_who_forget_to() {
    an_invalidation_overtakes_fillers(true);
    an_invalidation_overtakes_fillers(false);
}

fn an_invalidation_overtakes_fillers(is_mortal: bool) {
    explore(move || {
        let store = Checked::default();
        store.0.state.lock().values.insert(1, 7);
        let (cache, _clock) = open(&store, is_mortal);
        let looks = |fills: bool| {
            let (store, cache) = (store.clone(), cache.clone());
            shuttle::thread::spawn(move || look_up(&store, &cache, fills))
        };
        let changes = {
            let (store, cache) = (store.clone(), cache.clone());
            shuttle::thread::spawn(move || {
                change(&store, &cache, 8);
                assert_eq!(cache.get(&1).wait().unwrap(), Some(8), "G6");
            })
        };
        join(vec![looks(true), looks(false), looks(true), changes]);
        assert_eq!(cache.get(&1).wait().unwrap(), Some(8), "G6");
        cache.audit().unwrap();
    });
}

#[test]
fn a_put_and_an_invalidation_overtake_a_refresh() {
    explore(|| {
        let store = Checked::default();
        store.0.state.lock().values.insert(1, 7);
        let (cache, clock) = open(&store, true);
        assert_eq!(cache.get(&1).wait().unwrap(), Some(7));
        clock.advance(6 * SECOND);
        let reads = || {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                let first = cache.get(&1).wait().unwrap();
                let second = cache.get(&1).wait().unwrap();
                assert!(first <= second, "G2: {first:?} then {second:?}");
            })
        };
        let writes = {
            let (store, cache) = (store.clone(), cache.clone());
            shuttle::thread::spawn(move || {
                change(&store, &cache, 8);
                assert_eq!(cache.get(&1).wait().unwrap(), Some(8), "G6");
                cache.put(1, 9).wait().unwrap();
                assert_eq!(cache.get(&1).wait().unwrap(), Some(9), "G6");
            })
        };
        join(vec![reads(), reads(), writes]);
        cache.flush().wait().unwrap();
        assert_eq!((in_store(&store), cache.get(&1).wait().unwrap()), (Some(9), Some(9)));
        cache.audit().unwrap();
    });
}
