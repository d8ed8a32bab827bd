//! Stores that lose, keep, tear or mix up writes.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::{Condvar, Mutex};
use forebay_store::{
    BackingStore, BatchId, BlockingStore, Capabilities, Condition, Done, Edit, Error, Outcome,
    Result, SharedStore,
};

use super::wrong::{
    Bytes, Memory, Values, Write, Wrong, all_stored, caught, caught_store, changed, shared,
};

/// Applies the batch as changed, and says that all of it is stored.
fn pretend(
    memory: &Memory,
    batch: &Bytes,
    change: impl FnMut(Write) -> Option<Write>,
) -> Result<Vec<Outcome>> {
    memory.apply(&changed(batch, change))?;
    Ok(all_stored(batch))
}

fn is_put(op: &Write) -> bool {
    matches!(op.edit, Edit::Put { .. })
}

struct LosesDeletes;
impl Wrong for LosesDeletes {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        pretend(memory, batch, |op| is_put(&op).then_some(op))
    }
}

#[test]
fn a_store_that_loses_deletes_is_caught() {
    caught(|| LosesDeletes, "a_deleted_key_is_absent");
}

struct ForgetsTheLast;
impl Wrong for ForgetsTheLast {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        let mut left = batch.ops.len();
        pretend(memory, batch, |op| {
            left -= 1;
            (left > 0 || batch.ops.len() == 1).then_some(op)
        })
    }
}

#[test]
fn a_store_that_forgets_the_last_write_of_a_batch_is_caught() {
    caught(|| ForgetsTheLast, "each_write_of_a_batch_is_stored");
}

struct NeverOverwrites;
impl Wrong for NeverOverwrites {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        pretend(memory, batch, |op| (!is_put(&op) || memory.get(&op.key).is_none()).then_some(op))
    }
}

#[test]
fn a_store_that_never_overwrites_is_caught() {
    caught(|| NeverOverwrites, "an_overwrite_replaces_the_value");
}

struct DeleteNeedsAKey;
impl Wrong for DeleteNeedsAKey {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        let strict = changed(batch, |mut op| {
            if !is_put(&op) {
                op.condition = Condition::Present;
            }
            Some(op)
        });
        memory.apply(&strict)
    }
}

#[test]
fn a_store_that_refuses_to_delete_the_absent_is_caught() {
    caught(|| DeleteNeedsAKey, "a_delete_of_an_absent_key_is_stored");
}

struct OneOutcomeForAll;
impl Wrong for OneOutcomeForAll {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        memory.apply(batch)?;
        Ok(vec![Outcome::Stored])
    }
}

#[test]
fn one_outcome_for_many_writes_is_caught() {
    caught(|| OneOutcomeForAll, "each_write_has_one_outcome");
}

struct SmallBatches;
impl Wrong for SmallBatches {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        if batch.ops.len() > 500 {
            return Err(Error::refused("too many writes"));
        }
        memory.apply(batch)
    }
}

#[test]
fn a_bound_on_writes_that_is_not_declared_is_caught() {
    caught(|| SmallBatches, "a_batch_of_the_most_writes_is_stored");
}

#[derive(Default)]
struct RefusesRepetitions(Mutex<Option<BatchId>>);
impl Wrong for RefusesRepetitions {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        if self.0.lock().replace(batch.id) == Some(batch.id) {
            return Err(Error::refused("this batch was here already"));
        }
        memory.apply(batch)
    }
}

#[test]
fn a_store_that_refuses_a_batch_sent_twice_is_caught() {
    caught(RefusesRepetitions::default, "a_batch_that_is_sent_twice_is_harmless");
}

struct Cuts;
impl Wrong for Cuts {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        pretend(memory, batch, |mut op| {
            if let Edit::Put { value, .. } = &mut op.edit {
                value.truncate(65_535);
            }
            Some(op)
        })
    }
}

#[test]
fn a_store_that_cuts_large_values_is_caught() {
    caught(|| Cuts, "a_large_value_survives");
}

struct DeclaresABound;
impl Wrong for DeclaresABound {
    fn declare(&self, mut declared: Capabilities) -> Capabilities {
        declared.value_bytes_max = Some(1000);
        declared
    }
}

#[test]
fn a_declared_bound_on_values_that_is_not_kept_is_caught() {
    caught(|| DeclaresABound, "a_value_over_the_most_is_refused_alone");
}

struct TakesOthersAlong;
impl Wrong for TakesOthersAlong {
    fn declare(&self, mut declared: Capabilities) -> Capabilities {
        declared.value_bytes_max = Some(1000);
        declared
    }
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        let large = |op: &Write| matches!(&op.edit, Edit::Put { value, .. } if value.len() > 1000);
        if batch.ops.iter().any(large) {
            return Err(Error::refused("too large"));
        }
        memory.apply(batch)
    }
}

#[test]
fn one_refused_value_that_takes_others_along_is_caught() {
    caught(|| TakesOthersAlong, "a_value_over_the_most_is_refused_alone");
}

struct Unconditional;
impl Wrong for Unconditional {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        pretend(memory, batch, |mut op| {
            op.condition = Condition::Always;
            Some(op)
        })
    }
}

#[test]
fn declared_conditions_that_are_ignored_are_caught() {
    caught(|| Unconditional, "a_condition_that_fails_refuses_and_changes_nothing");
}

struct ClaimsAtomic;
impl Wrong for ClaimsAtomic {
    fn declare(&self, mut declared: Capabilities) -> Capabilities {
        declared.atomic_batch = true;
        declared
    }
}

#[test]
fn a_batch_that_is_claimed_to_be_atomic_and_is_not_is_caught() {
    caught(|| ClaimsAtomic, "a_refused_write_takes_its_atomic_batch_with_it");
}

struct NeverExpires;
impl Wrong for NeverExpires {
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        pretend(memory, batch, |mut op| {
            if let Edit::Put { expires_at, .. } = &mut op.edit {
                *expires_at = None;
            }
            Some(op)
        })
    }
}

#[test]
fn declared_expiry_that_never_comes_is_caught() {
    caught(|| NeverExpires, "a_value_is_gone_once_it_has_expired");
}

struct ExpiresInSecret;
impl Wrong for ExpiresInSecret {
    fn declare(&self, mut declared: Capabilities) -> Capabilities {
        declared.expiry = false;
        declared
    }
}

#[test]
fn expiry_that_is_not_declared_is_caught() {
    caught(|| ExpiresInSecret, "a_store_without_expiry_ignores_the_date");
}

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
