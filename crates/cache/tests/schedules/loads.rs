//! Loads of a store that is down and comes back, on several threads.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::Cache;
use forebay_store::seam::manual::{ManualClock, SeededRandom};
use forebay_store::sync::Mutex;
use forebay_store::{
    BackingStore, Batch, Capabilities, Done, Error, ErrorKind, Outcome, Result, Seams, SharedStore,
};

use super::{Threads, explore, join};

const SECOND: Duration = Duration::from_secs(1);

/// A store that is down until somebody says otherwise.
#[derive(Default)]
struct Ailing {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_well: bool,
    /// Loads under way, and the most that there were before one was answered.
    loads: usize,
    most: usize,
    has_answered: bool,
}

#[derive(Clone, Default)]
struct Away(Arc<Ailing>);

impl BackingStore<u64, u64> for Away {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.concurrency = 2;
        capabilities
    }

    fn load(&self, keys: Arc<[u64]>, done: Done<Vec<Option<u64>>>) {
        let mut state = self.0.state.lock();
        state.loads += 1;
        if !state.has_answered {
            state.most = state.most.max(state.loads);
        }
        drop(state);
        let store = Arc::clone(&self.0);
        shuttle::thread::spawn(move || {
            let mut state = store.state.lock();
            state.loads -= 1;
            let is_well = state.is_well;
            state.has_answered |= is_well;
            drop(state);
            let away = || Err(Error::unavailable("away"));
            done.complete(if is_well { Ok(vec![None; keys.len()]) } else { away() });
        });
    }

    fn apply(&self, batch: Arc<Batch<u64, u64>>, done: Done<Vec<Outcome>>) {
        done.complete(Ok(vec![Outcome::Stored; batch.ops.len()]));
    }
}

/// A cache that has found out that the store is down, and may ask it again.
fn down(store: &Away) -> (Cache<u64, u64>, Arc<ManualClock>) {
    let clock = ManualClock::new();
    let mut seams: Seams = clock.seams(1);
    seams.spawn = Arc::new(Threads);
    seams.random = Arc::new(SeededRandom::new(1));
    let shared: SharedStore<u64, u64> = Arc::new(store.clone());
    let cache = Cache::builder(shared).shards(1).seams(seams).open().wait().unwrap();
    for key in 1..=3 {
        cache.get(&key).wait().unwrap_err();
    }
    assert!(cache.stats().is_load_down);
    clock.advance(SECOND);
    (cache, clock)
}

fn get(cache: &Cache<u64, u64>, key: u64) -> shuttle::thread::JoinHandle<()> {
    let cache = cache.clone();
    shuttle::thread::spawn(move || is_told(cache.get(&key).wait()))
}

fn is_told(value: Result<Option<u64>>) {
    match value {
        Ok(value) => assert_eq!(value, None),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unavailable),
    }
}

/// The store is well: it takes a pause at most until all is as before, and nothing is left behind.
fn is_well_again(cache: &Cache<u64, u64>, clock: &ManualClock) {
    clock.advance(SECOND);
    for key in 21..24 {
        assert_eq!(cache.get(&key).wait().unwrap(), None);
    }
    assert!(!cache.stats().is_load_down);
    cache.audit().unwrap();
    assert!(cache.close(SECOND).wait().unwrap().is_clean());
}

#[test]
fn one_probe_at_a_time_asks_whether_a_store_is_back() {
    explore(|| {
        let store = Away::default();
        let (cache, clock) = down(&store);
        store.0.state.lock().most = 0;
        let heals = {
            let (store, cache) = (store.clone(), cache.clone());
            shuttle::thread::spawn(move || {
                store.0.state.lock().is_well = true;
                is_told(cache.get(&13).wait());
            })
        };
        join(vec![get(&cache, 11), get(&cache, 12), heals]);
        assert!(store.0.state.lock().most <= 1, "two probes at once");
        is_well_again(&cache, &clock);
    });
}

#[test]
fn a_probe_that_is_answered_late_ends_an_outage_or_changes_nothing() {
    explore(|| {
        let store = Away::default();
        let (cache, clock) = down(&store);
        let passes = {
            let (clock, cache) = (Arc::clone(&clock), cache.clone());
            shuttle::thread::spawn(move || {
                // Who is out by then is not waited for any more.
                clock.advance(SECOND);
                is_told(cache.get_many(&[13, 14]).wait().map(|_| None));
            })
        };
        let heals = {
            let store = store.clone();
            shuttle::thread::spawn(move || store.0.state.lock().is_well = true)
        };
        join(vec![get(&cache, 11), get(&cache, 12), passes, heals]);
        is_well_again(&cache, &clock);
    });
}
