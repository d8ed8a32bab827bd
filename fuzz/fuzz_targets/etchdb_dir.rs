//! Any bytes as the files of an etchdb: a typed error or a report, never a panic; and what the report
//! says is what the tables have.
#![no_main]

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::etchdb::{Collection, Import};
use forebay_state::{HashTable, State, Table};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[derive(State, Clone)]
struct Shop {
    #[table(id = 1)]
    texts: Table<String, Value>,
    #[table(id = 2)]
    pairs: HashTable<(Vec<u8>, std::net::IpAddr), u64>,
    #[table(id = 3)]
    old: Table<i32, Value>,
}

#[derive(Clone, Serialize, Deserialize)]
enum Value {
    Unit,
    Number(i128),
    Many { list: Vec<Value>, next: Option<Box<Value>>, pair: (f32, char) },
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&[shape, first, second, third], rest)) = bytes.split_first_chunk() else { return };
    let disk = SimulatedDisk::new(1);
    let (snapshot, rest) = rest.split_at(usize::from(first).min(rest.len()));
    let (previous, rest) = rest.split_at(usize::from(second).min(rest.len()));
    let (quarantine, log) = rest.split_at(usize::from(third).min(rest.len()));
    write(
        &disk,
        "snapshot.postcard",
        &[b"ESNA", [3 - 2 * (shape & 1)].as_slice(), snapshot],
        shape & 2,
    );
    write(&disk, "wal.prev", &[header(shape & 4), previous], shape & 8);
    write(&disk, "quarantine.bin", &[b"EQUA\x01", quarantine], shape & 16);
    let proven = transaction(log);
    let log = if shape & 128 == 0 { log } else { &proven };
    write(&disk, "wal.bin", &[header(shape & 32), log], shape & 64);
    import(&disk);
});

fn import(disk: &SimulatedDisk) {
    let Some(mut checking) = open(disk) else { return };
    let report = match checking.check() {
        Ok(report) => report,
        Err(error) => return assert_eq!(error.kind(), ErrorKind::Unsupported),
    };
    let state = State::memory();
    let strict = open(disk).expect("it was there").run(&state);
    assert_eq!(strict.is_ok(), report.causes.is_empty());
    if let Err(error) = strict {
        assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Invalid));
        assert_eq!(state.revision(), State::<Shop>::memory().revision(), "nothing was written");
    }
    let state = State::memory();
    let kept = open(disk).expect("it was there").keep_what_is_good().run(&state);
    let kept = kept.expect("what is good is taken");
    assert_eq!(kept.causes, report.causes);
    let found = |number| kept.collections.get(&number).map_or(0, |found| found.entries);
    let view = state.read();
    if kept.snapshot.as_ref().is_none_or(|snapshot| snapshot.format == 3) {
        assert_eq!(view.texts.len() as u64, found(0));
    }
    assert_eq!(view.pairs.len() as u64, found(1));
}

fn open(disk: &SimulatedDisk) -> Option<Import<Shop>> {
    let import = Import::<Shop>::of(disk.directory("etch")).ok()?;
    let other = |stored: forebay_state::etchdb::Stored<'_>| stored.read::<u64>();
    let import = import
        .table(0, |tx| &mut tx.texts)
        .table(Collection::new(1).version(2).other_versions(other), |tx| &mut tx.pairs)
        .table(Collection::new(2).version(0), |tx| &mut tx.old)
        .leave(3)
        .old_snapshot(|tx, old: std::collections::BTreeMap<String, Value>| {
            old.into_iter().try_for_each(|(key, value)| tx.texts.put(key, value))
        });
    Some(import)
}

fn header(is_old: u8) -> &'static [u8] {
    if is_old > 0 { b"EWAL\x03\0\0\0\0\0\0\0\0\0\0\0" } else { b"EWAL\x04\0\0\0\0\0\0\0\0\0\0\0" }
}

/// The same bytes with a length and a hash, so that what is behind the hash is reached.
fn transaction(content: &[u8]) -> Vec<u8> {
    let len = u32::try_from(content.len()).expect("it is short");
    let hash = twox_hash::XxHash3_64::oneshot(content);
    [&len.to_le_bytes(), content, &hash.to_le_bytes()].concat()
}

fn write(disk: &SimulatedDisk, name: &str, parts: &[&[u8]], is_left_out: u8) {
    if is_left_out > 0 {
        return;
    }
    let file = disk.directory("etch").create(name).expect("the disk is well");
    let written = file.write_at(&parts.concat(), 0).expect("the disk is well");
    assert_eq!(written, parts.concat().len());
}
