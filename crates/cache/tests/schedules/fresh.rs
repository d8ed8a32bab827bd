//! Puts that only leave a note, beside those who look at the shard, evict, and store.

use std::sync::Arc;

use forebay_cache::{ByteSize, Cache, Lookup};

use super::{Checked, explore, join, open_of};

const KEYS: [u64; 3] = [1, 2, 3];

/// They are clean, and another key is dirty: a put over one of them may leave a note.
fn store_keys(cache: &Cache<u64, u64>) {
    for key in KEYS {
        cache.put(key, key).wait().unwrap();
    }
    cache.flush().wait().unwrap();
    cache.put(9, 9).wait().unwrap();
}

/// A value that memory shows is dirty, or the store has it: nobody looks at a shard between the put and its note.
#[test]
fn what_is_shown_is_dirty_or_stored() {
    explore(|| {
        let store = Checked::default();
        // So large that a few entries may be fresh before what the shard weighs has to be told.
        let cache = open_of(&store, ByteSize::mib(1));
        store_keys(&cache);
        let putting = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                for key in KEYS {
                    cache.put(key, key + 10).wait().unwrap();
                }
                cache.put(1, 21).wait().unwrap();
            })
        };
        let looking = {
            let (cache, store) = (cache.clone(), Arc::clone(&store.0));
            shuttle::thread::spawn(move || {
                for key in KEYS {
                    let shown = cache.peek(&key).unwrap();
                    if !cache.is_dirty(&key) {
                        let stored = store.state.lock().values[&key];
                        assert!(
                            stored >= shown,
                            "{shown} of {key} is lost, the store has {stored}"
                        );
                    }
                }
            })
        };
        let storing = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || cache.flush().wait().unwrap())
        };
        putting.join().unwrap();
        looking.join().unwrap();
        storing.join().unwrap();
        cache.flush().wait().unwrap();
        cache.audit().unwrap();
        let values = &store.0.state.lock().values;
        assert_eq!(KEYS.map(|key| values[&key]), [21, 12, 13]);
    });
}

/// New keys and old ones are put while others read in by hand what pushes them out, store, and look: of what is fresh nothing is
/// lost, and the books are right.
#[test]
fn what_is_fresh_stays_beside_fills_evictions_and_answers() {
    explore(|| {
        let store = Checked::default();
        let cache = open_of(&store, ByteSize::kib(4));
        let fill = |store: &Checked, cache: &Cache<u64, u64>, key: u64| {
            if let Lookup::Vacant(filler) = cache.lookup(&key).wait().unwrap() {
                let stored = store.0.state.lock().values.get(&key).copied();
                filler.fill(stored.unwrap_or(key));
            }
        };
        // Memory is full.
        (100..150).for_each(|key| fill(&store, &cache, key));
        store_keys(&cache);
        let putting = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                for key in KEYS.into_iter().chain(20..26) {
                    cache.put(key, key + 10).wait().unwrap();
                }
            })
        };
        let filling = {
            let (store, cache) = (store.clone(), cache.clone());
            shuttle::thread::spawn(move || {
                // Some of them are put meanwhile.
                (22..25).chain(40..43).for_each(|key| fill(&store, &cache, key));
            })
        };
        let storing = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || cache.flush().wait().unwrap())
        };
        let looking = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.is_dirty(&1);
                cache.audit().ok();
                cache.is_dirty(&22);
            })
        };
        join(vec![putting, filling, storing, looking]);
        cache.audit().unwrap();
        assert!(cache.stats().evictions > 0);
        cache.flush().wait().unwrap();
        cache.audit().unwrap();
        let mut put = KEYS.into_iter().chain(20..26);
        let is_newest = |key| cache.peek(&key).is_none_or(|value| value == key + 10);
        assert!(put.clone().all(is_newest), "G6");
        let values = &store.0.state.lock().values;
        assert!(put.all(|key| values[&key] == key + 10));
    });
}
