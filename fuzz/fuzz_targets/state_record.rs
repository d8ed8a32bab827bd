//! The records of a state in its journal: whatever the bytes are, reading them is an error that says
//! what, or not. The input is a list of records with a length of two bytes each.
#![no_main]

use forebay_state::{Replay, State, Table, Tables};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
enum Event {
    Opened,
    Paid { amount: i64, note: Option<String> },
}

#[derive(State, Clone)]
#[state(retired(9))]
struct Ledger {
    #[table(id = 1)]
    accounts: Table<u32, (String, i64)>,
    #[table(id = 2)]
    events: Table<(u32, String), Event>,
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut replay) = Replay::fresh(Ledger::empty(7)) else { return };
    let mut rest = bytes;
    for number in 1.. {
        let Some((length, after)) = rest.split_first_chunk() else { break };
        let length = usize::from(u16::from_le_bytes(*length));
        let (record, after) = after.split_at(length.min(after.len()));
        rest = after;
        if let Err(error) = replay.take(number, record) {
            assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Invalid), "{error:?}");
        }
    }
    if let Err(error) = replay.check() {
        assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Invalid), "{error:?}");
    }
});
