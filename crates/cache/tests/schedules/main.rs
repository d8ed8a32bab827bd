//! The engine under a schedule explorer: `cargo xtask schedules`, which sets `--cfg shuttle`.
//!
//! Each test is a few threads on one or two keys, run under thousands of schedules. The store
//! checks the engine's side of its contract; the threads check that they read what they were told.
#![cfg(shuttle)]
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod fresh;
mod groups;
mod joint;
mod loads;
mod reading;

use std::collections::HashMap;
use std::sync::Arc;

use forebay_cache::{ByteSize, Cache, Change, Settings, Write};
use forebay_store::seam::manual::{ManualClock, SeededRandom};
use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::{
    BackingStore, Batch, Capabilities, Done, Durability, Edit, Outcome, Seams, SharedStore,
};

const BEHIND: Write = Write::Behind(Durability::Memory);
const SCHEDULES: usize = 3000;

/// Every job on a thread of the explorer.
struct Threads;

impl Spawn for Threads {
    fn run(&self, job: Job) {
        shuttle::thread::spawn(job);
    }
}

/// A store on other threads that checks what the engine promises to stores.
#[derive(Default)]
struct Checking {
    state: Mutex<State>,
    /// It takes a batch as a whole, or not at all.
    is_atomic: bool,
}

#[derive(Default)]
struct State {
    values: HashMap<u64, u64>,
    versions: HashMap<u64, u64>,
    under_way: Vec<u64>,
    /// All that was stored, in order.
    history: Vec<(u64, u64)>,
}

#[derive(Clone, Default)]
struct Checked(Arc<Checking>);

impl Checked {
    fn atomic() -> Self {
        Self(Arc::new(Checking { is_atomic: true, ..Checking::default() }))
    }
}

impl BackingStore<u64, u64> for Checked {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.concurrency = 2;
        capabilities.batch_ops_max = 2;
        capabilities.atomic_batch = self.0.is_atomic;
        capabilities
    }

    fn load(&self, keys: Arc<[u64]>, done: Done<Vec<Option<u64>>>) {
        let store = Arc::clone(&self.0);
        shuttle::thread::spawn(move || {
            let values = {
                let state = store.state.lock();
                keys.iter().map(|key| state.values.get(key).copied()).collect()
            };
            done.complete(Ok(values));
        });
    }

    fn apply(&self, batch: Arc<Batch<u64, u64>>, done: Done<Vec<Outcome>>) {
        {
            let mut state = self.0.state.lock();
            for op in &batch.ops {
                assert!(!state.under_way.contains(&op.key), "G3: two writes of a key under way");
                state.under_way.push(op.key);
            }
        }
        let store = Arc::clone(&self.0);
        shuttle::thread::spawn(move || {
            {
                let mut state = store.state.lock();
                for op in &batch.ops {
                    let before = state.versions.insert(op.key, op.version).unwrap_or(0);
                    assert!(before < op.version, "G3: version {before} before {}", op.version);
                    match op.edit {
                        Edit::Put { value, .. } => {
                            state.history.push((op.key, value));
                            state.values.insert(op.key, value)
                        }
                        Edit::Delete => state.values.remove(&op.key),
                    };
                    state.under_way.retain(|key| *key != op.key);
                }
            }
            done.complete(Ok(vec![Outcome::Stored; batch.ops.len()]));
        });
    }
}

fn open(store: &Checked) -> Cache<u64, u64> {
    open_of(store, ByteSize::kib(4))
}

fn open_of(store: &Checked, capacity: ByteSize) -> Cache<u64, u64> {
    let clock = ManualClock::new();
    let mut seams: Seams = clock.seams(1);
    seams.spawn = Arc::new(Threads);
    seams.random = Arc::new(SeededRandom::new(1));
    let shared: SharedStore<u64, u64> = Arc::new(store.clone());
    Cache::builder(shared)
        .capacity(capacity)
        .shards(1)
        .write_behind(Settings::default())
        .seams(seams)
        .open()
        .wait()
        .unwrap()
}

fn explore(scenario: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(scenario, SCHEDULES);
}

fn join(threads: Vec<shuttle::thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn modifications_of_both_kinds_all_count() {
    explore(|| {
        let store = Checked::default();
        let cache = open(&store);
        let add = |write: Write| {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                let add = |value: Option<&u64>| (Change::Put(value.copied().unwrap_or(0) + 1), ());
                cache.modify_with(1, add, write).wait().unwrap();
                cache.modify_with(1, add, write).wait().unwrap();
            })
        };
        join(vec![add(BEHIND), add(Write::Through), add(BEHIND)]);
        assert_eq!(cache.get(&1).wait().unwrap(), Some(6));
        cache.flush().wait().unwrap();
        assert_eq!(store.0.state.lock().values.get(&1), Some(&6));
    });
}

#[test]
fn modifications_of_a_resident_value_all_count() {
    explore(|| {
        let store = Checked::default();
        let cache = open(&store);
        cache.put(1, 10).wait().unwrap();
        let add = || {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.update(&1, |value| *value += 1).wait().unwrap();
                cache.update(&1, |value| *value += 1).wait().unwrap();
            })
        };
        join(vec![add(), add()]);
        assert_eq!(cache.get(&1).wait().unwrap(), Some(14));
    });
}

#[test]
fn what_was_acknowledged_is_read() {
    explore(|| {
        let store = Checked::default();
        let cache = open(&store);
        let writer = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                for value in 1..4 {
                    let write = if value == 2 { Write::Through } else { BEHIND };
                    cache.put_with(1, value, write).wait().unwrap();
                    assert_eq!(cache.get(&1).wait().unwrap(), Some(value), "G2");
                }
            })
        };
        let meddler = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.invalidate(&1);
                let first = cache.get(&1).wait().unwrap();
                cache.invalidate(&1);
                let second = cache.get(&1).wait().unwrap();
                assert!(first <= second, "G2: {first:?} then {second:?}");
            })
        };
        let flusher = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || cache.flush().wait().unwrap())
        };
        join(vec![writer, meddler, flusher]);
        cache.flush().wait().unwrap();
        assert_eq!(store.0.state.lock().values.get(&1), Some(&3));
        assert_eq!(cache.stats().dirty_bytes, 0, "room is conserved");
    });
}

#[test]
fn a_deleted_key_does_not_come_back() {
    explore(|| {
        let store = Checked::default();
        store.0.state.lock().values.insert(1, 7);
        let cache = open(&store);
        let reader = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.get(&1).wait().unwrap();
            })
        };
        let deleter = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.delete(1).wait().unwrap();
                assert_eq!(cache.get(&1).wait().unwrap(), None, "G9");
                cache.flush().wait().unwrap();
                assert_eq!(cache.get(&1).wait().unwrap(), None, "G9");
            })
        };
        join(vec![reader, deleter]);
        assert_eq!(cache.get(&1).wait().unwrap(), None, "G9");
        assert!(store.0.state.lock().values.is_empty());
    });
}

#[test]
fn writers_who_wait_for_room_all_get_it() {
    explore(|| {
        let store = Checked::default();
        let cache = open(&store);
        let writer = |first: u64| {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                for key in first..first + 14 {
                    cache.put(key, key).wait().unwrap();
                }
            })
        };
        join(vec![writer(0), writer(100)]);
        cache.flush().wait().unwrap();
        assert_eq!(store.0.state.lock().values.len(), 28);
        assert_eq!(cache.stats().dirty_bytes, 0, "room is conserved");
    });
}

#[test]
fn a_close_accounts_for_every_accepted_write() {
    explore(|| {
        let store = Checked::default();
        let cache = open(&store);
        let writer = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                (0..3).filter(|key| cache.put(*key, 1).wait().is_ok()).count()
            })
        };
        let report = cache.close(std::time::Duration::from_secs(1)).wait().unwrap();
        let accepted = writer.join().unwrap();
        assert!(report.is_clean(), "{report}");
        assert_eq!(store.0.state.lock().values.len(), accepted, "G12");
    });
}

#[test]
fn the_store_gets_every_uncoalesced_state_in_the_order_of_each_writer() {
    explore(|| {
        let store = Checked::default();
        let cache = open(&store);
        let writer = |first: u64| {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                for value in first..first + 2 {
                    let write = Write::Uncoalesced(Durability::Memory);
                    cache.put_with(1, value, write).wait().unwrap();
                }
            })
        };
        let other = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.put_with(1, 30, Write::Through).wait().unwrap();
                cache.invalidate(&1);
            })
        };
        join(vec![writer(10), writer(20), other]);
        cache.flush().wait().unwrap();
        let history = store.0.state.lock().history.clone();
        for writer in [1, 2] {
            let states = history.iter().map(|(_, value)| *value);
            let mine: Vec<u64> = states.filter(|value| value / 10 == writer).collect();
            assert_eq!(mine, [writer * 10, writer * 10 + 1]);
        }
        assert_eq!(cache.stats().dirty_bytes, 0, "room is conserved");
    });
}
