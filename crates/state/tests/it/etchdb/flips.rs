//! One wrong bit, anywhere: it is told, or no check of etchdb's own could have told it.

use std::collections::BTreeSet;

use forebay_state::State;
use forebay_state::etchdb::Report;

use super::fixture::{all_expected, folder, shop, shop_lines};
use super::folder::Folder;

const LOG: &str = "etchdb-0.6.1/shop";
const COMPACTED: &str = "etchdb-0.6.1/shop-compacted";

/// What an import without regard to damage makes of it.
fn kept(folder: &Folder) -> Option<(Report, Vec<String>)> {
    let state = State::memory();
    let report = shop(folder).unwrap().keep_what_is_good().run(&state).ok()?;
    Some((report, shop_lines(&state)))
}

/// Every wrong bit of a file.
fn each_flip(mut folder: Folder, file: &str, mut found: impl FnMut(usize, u8, &Folder)) {
    for at in 0..folder.bytes(file).len() {
        for bit in 0..8 {
            folder.bytes(file)[at] ^= 1 << bit;
            found(at, bit, &folder);
            folder.bytes(file)[at] ^= 1 << bit;
        }
    }
}

#[test]
fn a_wrong_bit_in_a_log_is_always_told_and_is_never_a_value() {
    let written: BTreeSet<String> = [
        "0 \"ann\" => 7",
        "0 \"ann\" => 8",
        "0 \"bob\" => 300",
        "1 1 => \"tea\"",
        "1 1 => \"coffee\"",
        "1 2 => \"a long text, so that it is not one byte\"",
    ]
    .map(ToOwned::to_owned)
    .into();
    let expected = all_expected(LOG);
    each_flip(folder(LOG), "wal.bin", |at, bit, folder| {
        let state = State::memory();
        let refused = shop(folder).unwrap().run(&state);
        assert!(refused.is_err(), "bit {bit} of byte {at} is not noticed");
        assert!(shop_lines(&state).is_empty());
        let Some((report, lines)) = kept(folder) else {
            assert_eq!(at, 4, "only a log of an unknown version cannot be read at all");
            return;
        };
        assert!(lines.iter().all(|line| written.contains(line)), "byte {at}: {lines:?}");
        assert!(report.has_loss() || lines == expected, "bit {bit} of byte {at}: {lines:?}");
    });
}

#[test]
fn a_wrong_length_in_a_log_loses_nothing() {
    let mut folder = folder(LOG);
    let expected = all_expected(LOG);
    let mut at = 16;
    while at < folder.bytes("wal.bin").len() {
        let log = folder.bytes("wal.bin");
        let len = u32::from_le_bytes(log[at..at + 4].try_into().unwrap());
        for bit in 0..32 {
            let wrong = (len ^ (1 << bit)).to_le_bytes();
            folder.bytes("wal.bin")[at..at + 4].copy_from_slice(&wrong);
            let (report, lines) = kept(&folder).unwrap();
            assert!(report.has_damage() && !report.has_loss(), "bit {bit} of the length at {at}");
            assert_eq!(lines, expected);
        }
        folder.bytes("wal.bin")[at..at + 4].copy_from_slice(&len.to_le_bytes());
        at += 4 + len as usize + 8;
    }
}

#[test]
fn a_wrong_bit_in_the_log_before_the_snapshot_changes_nothing() {
    let expected = all_expected(COMPACTED);
    each_flip(folder(COMPACTED), "wal.prev", |at, bit, folder| {
        assert!(shop(folder).unwrap().run(&State::memory()).is_err(), "bit {bit} of byte {at}");
        if let Some((_, lines)) = kept(folder) {
            assert_eq!(lines, expected, "bit {bit} of byte {at}");
        }
    });
}

/// The snapshot has no checksum. What its structure shows is told; what is left are wrong bits in keys,
/// in values, in the number of a collection and in the fingerprint. The logs over it hide a part of
/// those; here they are taken away, as a second compaction would.
#[test]
fn a_wrong_bit_in_a_snapshot_is_told_unless_it_is_in_the_content() {
    let mut alone = folder(COMPACTED);
    alone.0.remove("wal.prev");
    alone.0.remove("wal.bin");
    let bytes = alone.bytes("snapshot.postcard").clone();
    let content = content(&bytes);
    let (_, expected) = kept(&alone).unwrap();
    let (mut all, mut silent) = (0, 0);
    each_flip(alone, "snapshot.postcard", |at, bit, folder| {
        all += 1;
        let state = State::memory();
        if shop(folder).unwrap().run(&state).is_err() {
            return;
        }
        assert!(content.contains(&at), "bit {bit} of byte {at} is not noticed");
        silent += u32::from(shop_lines(&state) != expected);
    });
    // So many of so many bits nobody can notice. That is why the report counts these entries.
    assert_eq!((silent, all), (SILENT, 2360));
}

const SILENT: u32 = 469;

/// The bytes that are no structure: everything behind a field's name up to the next name.
fn content(bytes: &[u8]) -> BTreeSet<usize> {
    let names: [(&[u8], &[u8]); 4] = [
        (b"schema_fingerprint", b"\xABcollections"),
        (b"collection_id", b"\xAFcurrent_version"),
        (b"key", b"\xA7version"),
        (b"value", b"\x83\xA3key"),
    ];
    let find = |from: usize, what: &[u8]| {
        bytes[from..].windows(what.len()).position(|found| found == what).map(|at| from + at)
    };
    let mut content = BTreeSet::new();
    for (begin, end) in names {
        let mut at = 0;
        while let Some(found) = find(at, begin) {
            at = found + begin.len();
            content.extend(at..find(at, end).unwrap_or(bytes.len()));
        }
    }
    content
}
