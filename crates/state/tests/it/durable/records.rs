//! Records that nobody wrote.

use std::cell::RefCell;

use forebay_journal::disk::simulated::Ending;
use forebay_state::{Replay, Tables};
use forebay_store::{Durability, ErrorKind, Result};

use super::edits::Edit;
use super::ledger::Ledger;
use super::rig::Rig;

/// The records of a state with two owners, layouts, and a transaction in parts.
fn records() -> Vec<Vec<u8>> {
    let mut rig = Rig::new(0);
    for id in 0..2 {
        rig.open(false).unwrap();
        rig.write(Durability::Journaled, &[Edit::Open(id, 1), Edit::Pay(id, 3)]).unwrap();
        rig.write(Durability::Journaled, &[Edit::Close(id), Edit::Forget]).unwrap();
        let long: Vec<_> = (0..12).map(|id| Edit::Open(id, 1)).collect();
        let notes = (0..30).flat_map(|at| [Edit::Pay(3, 440 + 2 * at)]);
        let all: Vec<_> = long.into_iter().chain(notes).collect();
        rig.write(Durability::Synced, &all).unwrap();
        rig.end(Ending::Kill);
    }
    let found = RefCell::new(Vec::new());
    forebay_journal::read(rig.disk.directory("s/journal-00000001"), |_, record| {
        found.borrow_mut().push(record.to_vec());
        Ok(())
    })
    .unwrap();
    found.into_inner()
}

fn replay(records: &[Vec<u8>]) -> Result<()> {
    let mut replay = Replay::fresh(Ledger::empty(0)).unwrap();
    (1..).zip(records).try_for_each(|(number, record)| replay.take(number, record))?;
    replay.check()
}

#[test]
fn a_record_that_is_wrong_is_told_and_never_a_panic() {
    let good = records();
    replay(&good).unwrap();
    let kinds = good.iter().map(|record| record[0]).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [16, 17, 18, 19, 20]);
    let mut wrong = 0;
    for at in 0..good.len() {
        let length = good[at].len();
        let places = (0..length).filter(|place| *place < 40 || place % 4999 == 0);
        for place in places {
            for flip in [0x01, 0xFF] {
                let mut bad = good.clone();
                bad[at][place] ^= flip;
                wrong += usize::from(is_told(&bad));
            }
            let mut short = good.clone();
            short[at].truncate(place);
            wrong += usize::from(is_told(&short));
        }
    }
    assert!(wrong > 500, "{wrong}");
}

#[test]
fn records_that_are_missing_are_missed_where_others_need_them() {
    let good = records();
    let second = good.iter().rposition(|record| record[0] == 19).unwrap();
    for at in 0..good.len() {
        let mut fewer = good.clone();
        fewer.remove(at);
        // Without the first catalog or a part the others cannot be read, nor values without their
        // layouts; but those of the first owner are replaced by the second.
        let is_needed = match good[at][0] {
            20 => at > second,
            kind => at == 0 || kind == 17,
        };
        assert_eq!(is_told(&fewer), is_needed, "record {at}");
    }
    for at in 1..good.len() {
        let mut twice = good.clone();
        twice.insert(at, good[at].clone());
        // A first part may come again: whoever wrote it has begun again.
        let is_later = good[at][0] == 17 && good[at - 1][0] == 17;
        let is_transaction = is_later || matches!(good[at][0], 16 | 18);
        assert_eq!(is_told(&twice), is_transaction, "record {at} of kind {}", good[at][0]);
    }
}

fn is_told(records: &[Vec<u8>]) -> bool {
    match replay(records) {
        Ok(()) => false,
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Invalid), "{error:?}");
            // A record is told at once, a value that cannot be read when nothing has replaced it.
            let text = error.to_string();
            assert!(text.starts_with("record ") || text.starts_with("table "), "{error}");
            true
        }
    }
}
