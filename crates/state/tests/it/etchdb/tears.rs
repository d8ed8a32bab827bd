//! A log that ends anywhere: what a crash of etchdb leaves is read up to the last transaction.

use forebay_state::State;

use super::fixture::{folder, shop, shop_lines};

/// Where the transactions of the fixture end, and what each one makes of the state.
const STATES: [(usize, &[&str]); 6] = [
    (16, &[]),
    (0, &["0 \"ann\" => 7"]),
    (0, &["0 \"ann\" => 7", "0 \"bob\" => 300", "1 1 => \"tea\""]),
    (0, &["0 \"bob\" => 300", "1 1 => \"tea\"", LONG]),
    (0, &["0 \"ann\" => 8", "0 \"bob\" => 300", "1 1 => \"tea\"", LONG]),
    (0, &["0 \"ann\" => 8", "0 \"bob\" => 300", "1 1 => \"coffee\"", LONG]),
];
const LONG: &str = "1 2 => \"a long text, so that it is not one byte\"";

/// The same with the ends, which the lengths in the file say.
fn states(log: &[u8]) -> Vec<(usize, &'static [&'static str])> {
    let mut states = STATES.to_vec();
    for number in 1..states.len() {
        let at = states[number - 1].0;
        let len = u32::from_le_bytes(log[at..at + 4].try_into().unwrap());
        states[number].0 = at + 4 + usize::try_from(len).unwrap() + 8;
    }
    assert_eq!(states.last().unwrap().0, log.len());
    states
}

#[test]
fn a_log_cut_anywhere_is_what_it_was_after_the_last_whole_transaction() {
    let mut whole = folder("etchdb-0.6.1/shop");
    let log = whole.bytes("wal.bin").clone();
    let states = states(&log);
    for cut in 0..=log.len() {
        whole.bytes("wal.bin").clone_from(&log);
        whole.bytes("wal.bin").truncate(cut);
        let state = State::memory();
        let report = shop(&whole).unwrap().run(&state).unwrap();
        let passed = states.iter().rev().find(|(end, _)| *end <= cut);
        let (end, lines) = passed.copied().unwrap_or((0, &[]));
        assert_eq!(shop_lines(&state), lines, "cut at {cut}");
        assert_eq!(report.logs[0].torn, (cut - end) as u64, "cut at {cut}");
        assert!(!report.has_damage() && !report.has_loss());
    }
}

#[test]
fn a_cut_log_of_etchdb_with_garbage_behind_it_is_not_called_torn() {
    let mut folder = folder("etchdb-0.6.1/shop");
    folder.bytes("wal.bin").extend([0; 40]);
    let report = shop(&folder).unwrap().check().unwrap();
    assert!(report.has_damage());
    assert_eq!(report.logs[0].transactions, 5);
    assert_eq!(report.notes[0].offset, 213);
}
