//! Stores that answer loads wrongly.

use std::collections::HashSet;

use forebay_store::{BlockingStore, Error, Outcome, Result};

use super::wrong::{Bytes, Memory, Values, Write, Wrong, all_stored, caught, changed};

struct Reversed;
impl Wrong for Reversed {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        let keys: Vec<_> = keys.iter().rev().cloned().collect();
        memory.load(&keys)
    }
}

#[test]
fn answers_in_another_order_are_caught() {
    caught(|| Reversed, "answers_come_in_the_order_of_the_keys");
}

struct Deduplicated;
impl Wrong for Deduplicated {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        let mut seen = HashSet::new();
        let get = |key: &String| if seen.insert(key.clone()) { memory.get(key) } else { None };
        Ok(keys.iter().map(get).collect())
    }
}

#[test]
fn a_key_that_is_answered_only_once_is_caught() {
    caught(|| Deduplicated, "answers_come_in_the_order_of_the_keys");
}

struct AbsenceIsAnError;
impl Wrong for AbsenceIsAnError {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        let found = |key| memory.get(key).map(Some).ok_or_else(|| Error::invalid("not found"));
        keys.iter().map(found).collect()
    }
}

#[test]
fn an_error_for_an_absent_key_is_caught() {
    caught(|| AbsenceIsAnError, "absence_is_not_an_error");
}

struct OnlyFound;
impl Wrong for OnlyFound {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        Ok(keys.iter().filter_map(|key| memory.get(key)).map(Some).collect())
    }
}

#[test]
fn absent_keys_that_are_left_out_are_caught() {
    caught(|| OnlyFound, "absence_is_not_an_error");
}

struct EmptyIsAbsent;
impl Wrong for EmptyIsAbsent {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        let get = |key| memory.get(key).filter(|value| !value.is_empty());
        Ok(keys.iter().map(get).collect())
    }
}

#[test]
fn an_empty_value_taken_for_absent_is_caught() {
    caught(|| EmptyIsAbsent, "an_empty_value_is_present");
}

struct Text;
impl Wrong for Text {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        let text = |value: Vec<u8>| String::from_utf8_lossy(&value).into_owned().into_bytes();
        Ok(keys.iter().map(|key| memory.get(key).map(text)).collect())
    }
}

#[test]
fn bytes_that_pass_through_text_are_caught() {
    caught(|| Text, "every_byte_survives");
}

struct FewKeys;
impl Wrong for FewKeys {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        if keys.len() > 1000 {
            return Err(Error::invalid("too many keys"));
        }
        Ok(keys.iter().map(|key| memory.get(key)).collect())
    }
}

#[test]
fn a_bound_on_keys_that_is_not_declared_is_caught() {
    caught(|| FewKeys, "a_load_of_the_most_keys_is_answered");
}

/// Bends the keys of all calls.
struct Bent(fn(&str) -> String);
impl Wrong for Bent {
    fn load(&self, memory: &Memory, keys: &[String]) -> Result<Values> {
        Ok(keys.iter().map(|key| memory.get(&self.0(key))).collect())
    }
    fn apply(&self, memory: &Memory, batch: &Bytes) -> Result<Vec<Outcome>> {
        let bend = |mut op: Write| {
            op.key = self.0(&op.key);
            Some(op)
        };
        memory.apply(&changed(batch, bend))?;
        Ok(all_stored(batch))
    }
}

#[test]
fn keys_without_case_are_caught() {
    caught(|| Bent(str::to_lowercase), "keys_that_differ_only_in_case_are_two");
}

#[test]
fn trimmed_keys_are_caught() {
    caught(|| Bent(|key| key.trim().to_owned()), "awkward_keys_are_kept_apart");
}

#[test]
fn keys_cut_at_a_zero_byte_are_caught() {
    let cut = |key: &str| key.split('\0').next().unwrap_or_default().to_owned();
    caught(move || Bent(cut), "awkward_keys_are_kept_apart");
}

#[test]
fn keys_cut_at_a_length_are_caught() {
    let cut = |key: &str| key.chars().take(255).collect();
    caught(move || Bent(cut), "long_keys_that_differ_only_at_the_end_are_two");
}
