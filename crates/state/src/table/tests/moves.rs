//! What the tests do in transactions.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::table::{TableOrder, TableTx};

pub(super) type Map = BTreeMap<u64, u32>;

#[derive(Clone, Debug)]
pub(super) enum Step {
    Put(u64, u32),
    Insert(u64, u32),
    Delete(u64),
    Update(u64, u32),
    Retain(u64),
    Clear,
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let keys = 0..40_u64;
    vec(
        prop_oneof![
            6 => (keys.clone(), any::<u32>()).prop_map(|(key, value)| Step::Put(key, value)),
            2 => (keys.clone(), any::<u32>()).prop_map(|(key, value)| Step::Insert(key, value)),
            4 => keys.clone().prop_map(Step::Delete),
            2 => (keys, any::<u32>()).prop_map(|(key, value)| Step::Update(key, value)),
            1 => (2..5_u64).prop_map(Step::Retain),
            1 => Just(Step::Clear),
        ],
        0..30,
    )
}

/// One step of a transaction, and of the map that says what must come of it.
pub(super) fn step<O: TableOrder>(step: &Step, tx: &mut TableTx<'_, u64, u32, O>, map: &mut Map) {
    match *step {
        Step::Put(key, value) => {
            tx.put(key, value).unwrap();
            map.insert(key, value);
        }
        Step::Insert(key, value) => {
            assert_eq!(tx.insert(key, value).is_ok(), !map.contains_key(&key));
            map.entry(key).or_insert(value);
        }
        Step::Delete(key) => assert_eq!(tx.delete(&key), map.remove(&key).is_some()),
        Step::Update(key, value) => {
            let old = tx.update(&key, |place| std::mem::replace(place, value)).unwrap();
            assert_eq!(old, map.get_mut(&key).map(|place| std::mem::replace(place, value)));
        }
        Step::Retain(every) => {
            let before = map.len();
            map.retain(|key, _| key % every == 0);
            let gone = (before - map.len()) as u64;
            assert_eq!(tx.retain(|key, _| key % every == 0).unwrap(), gone);
        }
        Step::Clear => {
            tx.clear();
            map.clear();
        }
    }
}
