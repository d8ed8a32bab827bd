//! Stores that lose, keep, cut or mix up writes.

use forebay_store::sync::Mutex;
use forebay_store::{
    BatchId, BlockingStore, Capabilities, Condition, Edit, Error, Outcome, Result,
};

use super::wrong::{Bytes, Memory, Write, Wrong, all_stored, caught, changed};

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
