//! Stores that do the right thing at the wrong time, or never.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::{Condvar, Mutex};
use forebay_store::{
    BackingStore, BlockingStore, Capabilities, Done, Edit, Outcome, Result, SharedStore,
};

use super::wrong::{
    Bytes, Memory, Values, Wrong, all_stored, caught, caught_store, changed, shared,
};

/// Stores a batch when the next one comes.
#[derive(Default)]
struct Late(Mutex<Option<Bytes>>);
impl Wrong for Late {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        let before = self.0.lock().replace(batch.clone());
        before.map_or(Ok(Vec::new()), |before| memory.apply(&before))?;
        Ok(all_stored(batch))
    }
}

#[test]
fn a_store_that_answers_before_it_stores_is_caught() {
    caught(Late::default, "a_stored_write_is_read");
}

/// Writes a value in two steps, and lets a load in between.
#[derive(Default)]
struct Torn {
    half_written: Mutex<bool>,
    seen: Condvar,
}

impl Wrong for Torn {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        let values = memory.load(keys);
        *self.half_written.lock() = false;
        self.seen.notify_all();
        values
    }

    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        let halves = changed(batch, |mut op| {
            if let (Edit::Put { value, .. }, Some(old)) = (&mut op.edit, memory.get(&op.key)) {
                let half = value.len() / 2;
                value.truncate(half);
                value.extend(old.iter().skip(half));
            }
            Some(op)
        });
        memory.apply(&halves)?;
        let mut half_written = self.half_written.lock();
        *half_written = true;
        let short = Duration::from_millis(50);
        drop(self.seen.wait_timeout_while(half_written, short, |half_written| *half_written));
        memory.apply(batch)
    }
}

#[test]
fn a_torn_value_is_caught() {
    caught(Torn::default, "a_load_beside_a_write_sees_a_whole_value");
}

/// Reads all, changes it, writes all, and lets another write in between.
#[derive(Default)]
struct LosesUpdates {
    waiting: Mutex<usize>,
    changed: Condvar,
}

impl Wrong for LosesUpdates {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        let entries = memory.scan(None, usize::MAX)?.entries;
        let mut waiting = self.waiting.lock();
        *waiting += 1;
        self.changed.notify_all();
        let short = Duration::from_millis(50);
        drop(self.changed.wait_timeout_while(waiting, short, |waiting| *waiting % 2 == 1));
        for (key, value) in entries {
            memory.insert(key, value);
        }
        memory.apply(batch)
    }
}

#[test]
fn lost_updates_of_concurrent_writes_are_caught() {
    caught(LosesUpdates::default, "concurrent_writes_of_different_keys_all_land");
}

struct Panics;
impl Wrong for Panics {
    fn apply(&self, _memory: &Memory, _batch: &Bytes) -> Result<Vec<Outcome>> {
        panic!("this store panics, as this test wants")
    }
}

#[test]
fn a_store_that_panics_is_caught() {
    caught(|| Panics, "every_call_is_answered");
}

struct Honest;
impl Wrong for Honest {}

/// A store by completion that mistreats its `Done`s.
struct Careless {
    store: SharedStore<String, Vec<u8>>,
    drops: bool,
}

impl BackingStore<String, Vec<u8>> for Careless {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn load(&self, keys: Arc<[String]>, done: Done<Values>) {
        self.store.load(keys, done);
    }

    fn apply(&self, batch: Arc<Bytes>, done: Done<Vec<Outcome>>) {
        if self.drops {
            return drop(done);
        }
        // By the time at which the work would begin, the caller may have left.
        let store = Arc::clone(&self.store);
        self.store.count(Done::call(move |_| {
            if !done.is_abandoned() {
                store.apply(batch, done);
            }
        }));
    }
}

#[test]
fn a_store_that_drops_a_request_is_caught() {
    let make = || Arc::new(Careless { store: shared(Honest), drops: true }) as _;
    caught_store(make, "every_call_is_answered");
}

#[test]
fn a_store_that_stops_when_its_caller_leaves_is_caught() {
    let make = || Arc::new(Careless { store: shared(Gated::default()), drops: false }) as _;
    caught_store(make, "a_write_is_finished_though_its_caller_has_left");
}

/// Counts slowly, so that a caller has time to leave.
#[derive(Default)]
struct Gated(Mutex<()>, Condvar);
impl Wrong for Gated {
    fn count(&self, memory: &Memory) -> Result<u64> {
        let short = Duration::from_millis(50);
        drop(self.1.wait_timeout_while(self.0.lock(), short, |()| true));
        memory.count()
    }
}
