//! Runs of changes, against the same changes one by one.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::key::Key;
use crate::table::{ByHash, ByKey, Run, Table, TableOrder};

#[derive(Clone, Debug)]
enum Deed<K> {
    Put(K, u32),
    Delete(K),
    Clear,
    /// What was gathered is applied.
    Apply,
}

fn deeds<K: Clone + std::fmt::Debug>(
    keys: impl Strategy<Value = K>,
) -> impl Strategy<Value = Vec<Deed<K>>> {
    let deed = (keys, any::<u32>(), 0..40).prop_map(|(key, value, what)| match what {
        0 => Deed::Clear,
        1 => Deed::Apply,
        2..10 => Deed::Delete(key),
        _ => Deed::Put(key, value),
    });
    vec(deed, 0..400)
}

fn play<K: Key + std::fmt::Debug, O: TableOrder>(seed: u64, deeds: Vec<Deed<K>>) {
    let mut table = Table::<K, u32, O>::empty(seed);
    let mut map = BTreeMap::new();
    let mut run = Run::default();
    for deed in deeds {
        match deed {
            Deed::Put(key, value) => {
                run.put(key.clone(), value, 4);
                map.insert(key, value);
            }
            Deed::Delete(key) => {
                map.remove(&key);
                run.delete(key);
            }
            Deed::Clear => {
                run.clear();
                map.clear();
            }
            Deed::Apply => table.run(std::mem::take(&mut run)),
        }
    }
    table.run(run);
    assert_eq!(table.len(), map.len());
    let mut found: Vec<_> = table.iter().collect();
    found.sort();
    assert!(found.into_iter().eq(&map));
    assert!(map.keys().all(|key| table.get(key).is_some()), "each is where it is looked for");
}

proptest! {
    #[test]
    fn a_run_comes_to_the_same_as_its_changes_one_by_one(
        seed: u64,
        numbers in deeds(0_u64..60),
        // Long ones that share what is compared first, and short ones that are the begin of others.
        texts in deeds("(the same begin for all of )?[ab\0]{0,4}"),
    ) {
        play::<_, ByKey>(seed, numbers.clone());
        play::<_, ByHash>(seed, numbers);
        play::<_, ByKey>(seed, texts.clone());
        play::<_, ByHash>(seed, texts);
    }
}

#[test]
fn a_run_is_full_after_so_many_bytes_or_changes() {
    let mut run = Run::default();
    run.put(1_u64, (), 40 << 20);
    assert!(run.is_full());
    run.clear();
    assert!(!run.is_full() && !run.is_empty());
    let changes = (0..1 << 20).take_while(|key: &u64| {
        run.delete(*key);
        !run.is_full()
    });
    assert!(changes.count() < 1 << 18);
}
