//! Tables of all kinds in snapshots, and tables that are not what they were.

use std::collections::BTreeMap;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::snapshot::{Reader, parse_name};
use forebay_state::{HashTable, Home, State, Table, Tables};
use forebay_store::{Error, ErrorKind};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Thing {
    name: String,
    size: u32,
}

#[derive(State, Clone)]
#[state(name = "depot")]
struct Depot {
    #[table(id = 9)]
    by_name: HashTable<String, Thing>,
    #[table(id = 2)]
    by_size: Table<u32, Vec<u8>>,
}

fn open<T: Tables>(disk: &SimulatedDisk) -> Result<State<T>, Error> {
    State::open(Home::simulated(disk.clone(), "depot"))
}

/// A depot with a snapshot, whose owner is gone.
fn depot() -> (SimulatedDisk, BTreeMap<String, Thing>) {
    let disk = SimulatedDisk::new(1);
    let state = open::<Depot>(&disk).unwrap();
    let things: BTreeMap<_, _> = (0..500)
        .map(|size| (format!("{size:x}"), Thing { name: format!("thing {size}"), size }))
        .collect();
    let put = |tx: &mut <Depot as Tables>::Tx<'_>| {
        things.iter().try_for_each(|(key, thing)| tx.by_name.put(key.clone(), thing.clone()))?;
        tx.by_size.put(1, vec![7; 700_000])?;
        tx.by_size.put(2, Vec::new())
    };
    state.write(put).unwrap();
    state.snapshot().wait().unwrap();
    state.close().wait().unwrap();
    (disk, things)
}

#[test]
fn a_hash_table_and_a_long_value_come_back_from_a_snapshot() {
    let (disk, things) = depot();
    let state = open::<Depot>(&disk).unwrap();
    assert_eq!(state.report().transactions, 0);
    let view = state.read();
    let found: BTreeMap<_, _> =
        view.by_name.iter().map(|(key, thing)| (key.clone(), thing.clone())).collect();
    assert_eq!(found, things);
    assert_eq!(view.by_name.get("ff").map(|thing| thing.size), Some(255));
    assert!(view.by_size.get(&1).is_some_and(|bytes| *bytes == vec![7; 700_000]));
    assert_eq!(view.by_size.len(), 2);
}

/// Whatever the seed of the hashes is.
#[test]
fn a_hash_table_is_written_in_the_order_of_its_keys() {
    let (disk, things) = depot();
    let name = disk.files("depot").into_iter().find(|name| parse_name(name).is_some()).unwrap();
    let bytes = disk.read_live("depot", &name).unwrap();
    let mut keys = Vec::new();
    let read = Reader::open(bytes.as_slice()).unwrap().read_all(|entry| {
        keys.push((entry.table, entry.key.to_vec()));
        Ok(())
    });
    assert_eq!(read.unwrap().layouts, 1);
    let own = keys.iter().filter(|(table, _)| *table == 9).map(|(_, key)| key.as_slice());
    assert!(own.eq(things.keys().map(String::as_bytes)));
}

#[derive(State, Clone)]
#[state(name = "depot", retired(9))]
struct Half {
    #[table(id = 2)]
    by_size: Table<u32, Vec<u8>>,
}

#[derive(State, Clone)]
#[state(name = "depot")]
struct Forgetful {
    #[table(id = 2)]
    by_size: Table<u32, Vec<u8>>,
}

#[derive(State, Clone)]
#[state(name = "depot")]
struct Later {
    #[table(id = 9)]
    by_name: HashTable<String, Thing>,
    #[table(id = 2, version = 2)]
    by_size: Table<u32, Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
struct Name {
    name: String,
}

#[derive(State, Clone)]
#[state(name = "depot")]
struct Poorer {
    #[table(id = 9)]
    by_name: HashTable<String, Name>,
    #[table(id = 2)]
    by_size: Table<u32, Vec<u8>>,
}

#[test]
fn a_retired_table_is_passed_over_and_counted() {
    let (disk, _) = depot();
    let state = open::<Half>(&disk).unwrap();
    assert_eq!((state.read().by_size.len(), state.report().retired), (2, 500));
}

#[test]
fn a_table_that_has_changed_without_a_word_is_an_error() {
    let (disk, _) = depot();
    let told = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Invalid);
        error.to_string()
    };
    let gone = told(open::<Forgetful>(&disk).map(drop).unwrap_err());
    assert!(gone.contains("table 9: ") && gone.contains("has no such table"), "{gone}");
    let later = told(open::<Later>(&disk).map(drop).unwrap_err());
    assert!(later.contains("there is no hop from version 1 to version 2"), "{later}");
    let poorer = told(open::<Poorer>(&disk).map(drop).unwrap_err());
    assert!(poorer.contains("the stored field `size` of `Thing`"), "{poorer}");
    open::<Depot>(&disk).unwrap();
}
