//! Every kind of key that etchdb has, and every shape of value.

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use forebay_state::State;
use forebay_state::etchdb::{EtchKey, Import};

use super::fixture::{expected, lines, path};
use super::one::{One, Plain};
use super::types::{Person, Shape};

/// The collections of the fixtures that hold every kind of key.
const COLLECTIONS: std::ops::Range<u8> = 0..15;

fn comes_over<K: EtchKey + Debug, V: Plain + Debug>(collection: u8, directory: &str) {
    let directory = format!("etchdb-0.6.1/{directory}");
    let mut import = Import::<One<K, V>>::open(path(&directory)).unwrap();
    for other in COLLECTIONS.filter(|other| *other != collection) {
        import = import.leave(other);
    }
    let state = State::memory();
    let report = import.table(collection, |tx| &mut tx.table).run(&state).unwrap();
    let expected = expected(&directory, collection);
    assert!(!expected.is_empty(), "the fixture has something in collection {collection}");
    assert_eq!(lines(&state.read().table), expected, "{directory}, {collection}");
    assert_eq!(report.collections[&collection].entries, expected.len() as u64);
    assert!(!report.has_damage());
}

fn all_come_over(directory: &str) {
    comes_over::<String, Person>(0, directory);
    comes_over::<Vec<u8>, Vec<u8>>(1, directory);
    comes_over::<u8, String>(2, directory);
    comes_over::<u16, String>(3, directory);
    comes_over::<u32, Shape>(4, directory);
    comes_over::<u64, String>(5, directory);
    comes_over::<i8, String>(6, directory);
    comes_over::<i16, String>(7, directory);
    comes_over::<i32, String>(8, directory);
    comes_over::<i64, String>(9, directory);
    comes_over::<Ipv4Addr, String>(10, directory);
    comes_over::<Ipv6Addr, String>(11, directory);
    comes_over::<IpAddr, String>(12, directory);
    comes_over::<(String, u64), String>(13, directory);
    comes_over::<((u8, String), Ipv4Addr), String>(14, directory);
}

#[test]
fn every_kind_of_key_and_value_comes_over_from_a_log() {
    all_come_over("log");
}

#[test]
fn every_kind_of_key_and_value_comes_over_from_a_snapshot_and_both_logs() {
    all_come_over("compacted");
}

#[cfg(feature = "zstd")]
#[test]
fn every_kind_of_key_and_value_comes_over_from_a_compressed_snapshot() {
    all_come_over("compressed");
}

#[cfg(not(feature = "zstd"))]
#[test]
fn a_compressed_snapshot_names_the_feature_that_reads_it() {
    let import = Import::<One<String, Person>>::open(path("etchdb-0.6.1/compressed")).unwrap();
    let error = import.run(&State::memory()).unwrap_err();
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
