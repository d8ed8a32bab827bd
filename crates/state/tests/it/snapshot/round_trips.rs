//! What is written is read.

use forebay_state::snapshot::{Compression, Head, Reader, Writer};
use forebay_state::value::{Dictionary, check_value, write_value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::rig::{COMPRESSIONS, head, read, small, written};
use crate::value::tree::tree;

fn compression() -> impl Strategy<Value = Compression> {
    let there: Vec<_> = COMPRESSIONS.into_iter().filter(|kind| kind.is_there()).collect();
    select(there)
}

/// Mostly short, sometimes about as long as a block, or longer.
fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        40 => vec(any::<u8>(), 0..40),
        1 => (any::<u8>(), (250_usize << 10)..(270 << 10)).prop_map(|(byte, len)| vec![byte; len]),
        1 => (any::<u8>(), (500_usize << 10)..(800 << 10)).prop_map(|(byte, len)| vec![byte; len]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_entry_is_read_as_it_was_written(
        content in btree_map(
            any::<u16>(),
            btree_map(vec(select(&[0_u8, 1, 7, 255][..]), 0..12), value(), 0..40),
            0..6,
        ),
        compression in compression(),
    ) {
        let bytes = written(&content, compression);
        prop_assert_eq!(bytes.len() % 4096, 0);
        let (found, totals) = read(&bytes).unwrap();
        prop_assert!(found == content);
        prop_assert_eq!(totals.bytes, bytes.len() as u64);
    }

    #[test]
    fn values_stand_behind_the_layouts_that_they_use(
        values in vec(tree(), 0..30),
        heavy in 0..3_usize,
    ) {
        // So much more that the values are in several blocks.
        let more = vec![0xAB_u8; heavy * 60_000];
        let mut dictionary = Dictionary::new();
        let mut writer = Writer::new(Vec::new(), &head(), Compression::None).unwrap();
        writer.table(1).unwrap();
        let mut expected = Vec::new();
        for (at, value) in (0_u32..).zip(&values) {
            writer.put(&at.to_be_bytes(), &(value, &more)).unwrap();
            let mut bytes = Vec::new();
            write_value(&(value, &more), &mut dictionary, &mut bytes).unwrap();
            expected.push(bytes);
        }
        let (bytes, _) = writer.finish().unwrap();
        let mut reader = Reader::open(bytes.as_slice()).unwrap();
        let mut found = Vec::new();
        reader.read_all(|entry| {
            found.push(entry.value.to_vec());
            check_value(entry.value, entry.dictionary)
        }).unwrap();
        prop_assert_eq!(found, expected);
        prop_assert!(reader.dictionary().layouts().eq(dictionary.layouts()));
    }
}

#[test]
fn the_head_is_read_as_it_was_written() {
    for head in [head(), Head::default(), Head { catalog: vec![3; 70_000], ..head() }] {
        let writer = Writer::new(Vec::new(), &head, Compression::None).unwrap();
        let (bytes, _) = writer.finish().unwrap();
        assert_eq!(*Reader::open(bytes.as_slice()).unwrap().head(), head);
    }
}

#[test]
fn an_empty_state_has_a_snapshot_and_empty_tables_are_told() {
    let (content, totals) = read(&written(&small(), Compression::None)).unwrap();
    assert_eq!(content, small());
    let tables: Vec<_> = totals.tables.iter().map(|table| (table.table, table.entries)).collect();
    assert_eq!(tables, [(1, 4), (2, 0), (700, 40)]);
    assert_eq!(read(&written(&[].into(), Compression::None)).unwrap().1.entries(), 0);
}

#[test]
fn the_same_state_is_the_same_file() {
    assert_eq!(written(&small(), Compression::None), written(&small(), Compression::None));
}

#[test]
fn a_writer_takes_tables_and_keys_in_order_only() {
    let mut writer = Writer::new(Vec::new(), &head(), Compression::None).unwrap();
    assert!(writer.entry(b"a", b"").is_err(), "no table yet");
    writer.table(2).unwrap();
    writer.entry(b"", b"").unwrap();
    writer.entry(b"b", b"").unwrap();
    for key in [&b"b"[..], b"a", b""] {
        assert!(writer.entry(key, b"").is_err(), "{key:?}");
    }
    for table in [0, 1, 2] {
        assert!(writer.table(table).is_err(), "{table}");
    }
    writer.table(3).unwrap();
    writer.entry(b"a", b"").unwrap();
}

#[test]
fn keys_that_share_their_beginnings_take_less_room() {
    let write = |keys: &dyn Fn(u32) -> String| {
        let entries = (0..2000).map(|n| (keys(n).into_bytes(), vec![0x21]));
        written(&[(1, entries.collect())].into(), Compression::None).len()
    };
    let alike = write(&|n| format!("a beginning that all the keys have {n:06}"));
    assert!(alike < 2000 * 12, "{alike}");
}
