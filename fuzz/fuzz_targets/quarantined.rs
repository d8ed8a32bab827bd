//! The quarantine in a snapshot: whatever the bytes of its values are, the state opens with them or says
//! why not. What it opens with is listed, is saved again as it was, and can be retried and purged. The
//! input is a list of values with a length of one byte each; what comes first in each is the table.
#![no_main]

use std::sync::OnceLock;

use forebay_journal::Settings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::snapshot::{Compression, Head, Reader, Writer, parse_name};
use forebay_state::{Home, State, Table};
use forebay_store::ErrorKind;
use forebay_store::seam::manual::ManualClock;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Account {
    owner: String,
    balance: i64,
}

#[derive(State, Clone)]
struct Ledger {
    #[table(id = 1)]
    accounts: Table<u32, Account>,
    #[table(id = 2)]
    names: Table<String, u8>,
}

/// A disk with a state and its snapshot; what that is called, and its head.
fn template() -> &'static (SimulatedDisk, String, Head) {
    static TEMPLATE: OnceLock<(SimulatedDisk, String, Head)> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let disk = SimulatedDisk::new(1);
        let state = open(&disk).expect("the disk is well");
        let account = Account { owner: "o".to_owned(), balance: 1 };
        state.write(|tx| tx.accounts.put(1, account)).expect("the disk is well");
        state.snapshot().wait().expect("the disk is well");
        drop(state);
        disk.kill();
        let names = disk.files("s");
        let name = names.iter().find(|name| parse_name(name).is_some()).expect("it was made");
        let bytes = disk.read_live("s", name).expect("it is there");
        let head = Reader::open(bytes.as_slice()).expect("it was written").head().clone();
        (disk.copy(), name.clone(), head)
    })
}

fn open(disk: &SimulatedDisk) -> forebay_store::Result<State<Ledger>> {
    let seams = ManualClock::new().seams(1);
    // A disk is copied for each input.
    let journal = Settings { segment_bytes: 64 << 10, bytes_max: 4 << 16, ..Settings::default() };
    State::builder(Home::simulated(disk.clone(), "s")).journal(journal).seams(seams).open()
}

fuzz_target!(|bytes: &[u8]| {
    let (disk, name, head) = template();
    let disk = disk.copy();
    let mut entries = Vec::new();
    let mut rest = bytes;
    while let Some((&[table, length], after)) = rest.split_first_chunk() {
        let (value, after) = after.split_at(usize::from(length).min(after.len()));
        let key = u32::try_from(entries.len()).expect("there are few").to_be_bytes();
        entries.push(([[0, table % 4].as_slice(), &key].concat(), value.to_vec()));
        rest = after;
    }
    entries.sort();
    let files = disk.directory("s");
    files.remove(name).expect("it is there");
    let file = files.create(name).expect("the name is free");
    file.write_at(&snapshot(head, &entries), 0).expect("the disk has room");
    match open(&disk) {
        Ok(state) => use_it(&disk, state),
        Err(error) => {
            let kinds = [ErrorKind::Corrupt, ErrorKind::Invalid, ErrorKind::Unsupported];
            assert!(kinds.contains(&error.kind()), "{error:?}");
        }
    }
});

fn snapshot(head: &Head, entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), head, Compression::None).expect("it is there");
    if !entries.is_empty() {
        writer.table(0).expect("it is the first");
        for (key, value) in entries {
            writer.entry(key, value).expect("they are in order");
        }
    }
    writer.finish().expect("memory takes all").0
}

/// What is in quarantine, as far as it can be told apart.
fn listed(state: &State<Ledger>) -> Vec<String> {
    let view = state.read();
    view.quarantine().iter().map(|value| format!("{value:?}")).collect()
}

fn use_it(disk: &SimulatedDisk, state: State<Ledger>) {
    let there = listed(&state);
    assert_eq!(there.len(), state.read().quarantine().len());
    state.snapshot().wait().expect("the disk is well");
    drop(state);
    disk.kill();
    let again = open(disk).expect("it was opened before");
    assert_eq!(listed(&again), there, "it is saved as it was");
    let retried = again.retry_quarantine(|_| true).wait();
    if let Ok(retried) = &retried {
        assert_eq!(retried.back + retried.left, there.len() as u64);
    }
    again.purge_quarantine(|_| true).wait().expect("the disk is well");
    assert!(again.read().quarantine().is_empty());
}
