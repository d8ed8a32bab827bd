//! Every kind of key that etchdb has, and every shape of value.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use forebay_state::etchdb::{EtchKey, Import};
use forebay_state::{HashTable, State, Table};

use super::fixture::{all_expected, numbered, path};
use super::types::{Person, Shape};

/// The collections of the fixtures; what was a `HashMap` there is a `HashTable` here.
#[derive(State, Clone)]
struct Every {
    #[table(id = 1)]
    text: Table<String, Person>,
    #[table(id = 2)]
    bytes: Table<Vec<u8>, Vec<u8>>,
    #[table(id = 3)]
    u8s: Table<u8, String>,
    #[table(id = 4)]
    u16s: Table<u16, String>,
    #[table(id = 5)]
    u32s: HashTable<u32, Shape>,
    #[table(id = 6)]
    u64s: Table<u64, String>,
    #[table(id = 7)]
    i8s: Table<i8, String>,
    #[table(id = 8)]
    i16s: Table<i16, String>,
    #[table(id = 9)]
    i32s: Table<i32, String>,
    #[table(id = 10)]
    i64s: HashTable<i64, String>,
    #[table(id = 11)]
    v4: Table<Ipv4Addr, String>,
    #[table(id = 12)]
    v6: Table<Ipv6Addr, String>,
    #[table(id = 13)]
    ip: HashTable<IpAddr, String>,
    #[table(id = 14)]
    pair: Table<(String, u64), String>,
    #[table(id = 15)]
    triple: Table<((u8, String), Ipv4Addr), String>,
}

fn open(directory: &str) -> Import<Every> {
    let import = Import::<Every>::open(path(directory)).unwrap();
    import
        .table(0, |tx| &mut tx.text)
        .table(1, |tx| &mut tx.bytes)
        .table(2, |tx| &mut tx.u8s)
        .table(3, |tx| &mut tx.u16s)
        .table(4, |tx| &mut tx.u32s)
        .table(5, |tx| &mut tx.u64s)
        .table(6, |tx| &mut tx.i8s)
        .table(7, |tx| &mut tx.i16s)
        .table(8, |tx| &mut tx.i32s)
        .table(9, |tx| &mut tx.i64s)
        .table(10, |tx| &mut tx.v4)
        .table(11, |tx| &mut tx.v6)
        .table(12, |tx| &mut tx.ip)
        .table(13, |tx| &mut tx.pair)
        .table(14, |tx| &mut tx.triple)
}

fn lines(state: &State<Every>) -> BTreeSet<String> {
    let view = state.read();
    let all = [
        numbered(0, &view.text),
        numbered(1, &view.bytes),
        numbered(2, &view.u8s),
        numbered(3, &view.u16s),
        numbered(4, &view.u32s),
        numbered(5, &view.u64s),
        numbered(6, &view.i8s),
        numbered(7, &view.i16s),
        numbered(8, &view.i32s),
        numbered(9, &view.i64s),
        numbered(10, &view.v4),
        numbered(11, &view.v6),
        numbered(12, &view.ip),
        numbered(13, &view.pair),
        numbered(14, &view.triple),
    ];
    all.into_iter().flatten().collect()
}

fn all_come_over(directory: &str) {
    let state = State::memory();
    let report = open(directory).run(&state).unwrap();
    let expected = all_expected(directory);
    assert_eq!(lines(&state), expected.iter().cloned().collect());
    let entries: u64 = report.collections.values().map(|found| found.entries).sum();
    assert_eq!(entries, expected.len() as u64);
    let collections: BTreeSet<u8> = report.collections.keys().copied().collect();
    assert_eq!(collections, (0..15).collect());
    assert!(!report.has_damage() && !report.has_loss());
}

#[test]
fn every_kind_of_key_and_value_comes_over_from_a_log() {
    all_come_over("etchdb-0.6.1/log");
}

#[test]
fn every_kind_of_key_and_value_comes_over_from_a_snapshot_and_both_logs() {
    all_come_over("etchdb-0.6.1/compacted");
}

#[cfg(feature = "zstd")]
#[test]
fn every_kind_of_key_and_value_comes_over_from_a_compressed_snapshot() {
    all_come_over("etchdb-0.6.1/compressed");
}

#[cfg(not(feature = "zstd"))]
#[test]
fn a_compressed_snapshot_names_the_feature_that_reads_it() {
    let error = open("etchdb-0.6.1/compressed").run(&State::memory()).unwrap_err();
    assert_eq!(error.kind(), forebay_store::ErrorKind::Unsupported);
    assert!(error.to_string().contains("`zstd`"), "{error}");
}

#[test]
fn bytes_that_are_no_key_are_corrupt() {
    fn refuses<K: EtchKey>(bytes: &[u8]) {
        let error = K::from_etchdb(bytes).map(drop).unwrap_err();
        assert_eq!(error.kind(), forebay_store::ErrorKind::Corrupt);
    }
    refuses::<String>(&[0xFF]);
    refuses::<u32>(&[1, 2, 3]);
    refuses::<u8>(&[]);
    refuses::<i64>(&[0; 9]);
    refuses::<Ipv4Addr>(&[1, 2, 3, 4, 5]);
    refuses::<IpAddr>(&[6, 1, 2, 3, 4]);
    refuses::<IpAddr>(&[5, 1, 2, 3, 4]);
    refuses::<IpAddr>(&[]);
    refuses::<(String, u8)>(&[0; 7]);
    refuses::<(String, u8)>(&[0xFF; 20]);
    refuses::<(u8, String)>(&[2, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
}
