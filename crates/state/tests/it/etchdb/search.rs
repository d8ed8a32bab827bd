//! The search for transactions behind damage.

use forebay_state::State;
use forebay_state::etchdb::Cause;

use super::fixture::{shop, shop_lines};
use super::written::{log, transaction};

/// A text of `MessagePack`.
fn text(content: &[u8]) -> Vec<u8> {
    [&[0xDA], u16::try_from(content.len()).unwrap().to_be_bytes().as_slice(), content].concat()
}

#[test]
fn what_a_damaged_transaction_holds_as_a_value_is_no_transaction() {
    let inner = transaction(&[(0, b"inner", Some(&[1]))]);
    let outer = transaction(&[(1, &[9; 8], Some(&text(&inner)))]);
    let last = transaction(&[(0, b"last", Some(&[2]))]);
    let mut folder = log(&[outer, last]);
    // In the key, so that the hash of the outer one is wrong and its length is right.
    folder.bytes("wal.bin")[25] ^= 1;
    let state = State::memory();
    let report = shop(&folder).unwrap().keep_what_is_good().run(&state).unwrap();
    assert_eq!(shop_lines(&state), ["0 \"last\" => 2"]);
    assert_eq!(report.causes, [(Cause::Transaction, 1)].into());
}

#[test]
fn transactions_behind_a_hole_of_zeros_are_found() {
    // What an etchdb 0.3 leaves that went on writing after it had cut its log.
    let first = transaction(&[(0, b"first", Some(&[1]))]);
    let last = transaction(&[(0, b"last", Some(&[2]))]);
    let folder = log(&[first.clone(), vec![0; 200_000], last.clone(), last]);
    let state = State::memory();
    let report = shop(&folder).unwrap().keep_what_is_good().run(&state).unwrap();
    assert_eq!(shop_lines(&state), ["0 \"first\" => 1", "0 \"last\" => 2"]);
    assert_eq!(report.notes[0].offset, 16 + first.len() as u64);
    assert_eq!(report.logs[0].transactions, 3);
}

#[test]
fn a_transaction_longer_than_a_piece_of_the_file_comes_over() {
    let long = text(&[b'x'; 60_000]);
    let keys: Vec<[u8; 8]> = (0..9_u64).map(u64::to_le_bytes).collect();
    let puts: Vec<_> = keys.iter().map(|key| (1, key.as_slice(), Some(long.as_slice()))).collect();
    let state = State::memory();
    shop(&log(&[transaction(&puts)])).unwrap().run(&state).unwrap();
    assert_eq!(state.read().orders.len(), 9);
    assert!(state.read().orders.iter().all(|(_, value)| value.len() == 60_000));
}

#[test]
fn a_length_that_is_wrong_by_far_costs_no_memory_and_no_time() {
    let mut bytes = Vec::new();
    for number in 0..200_u64 {
        bytes.push(transaction(&[(1, &number.to_le_bytes(), Some(b"\xA1x"))]));
    }
    let mut folder = log(&bytes);
    let len = bytes[0].len();
    for number in 0..200 {
        folder.bytes("wal.bin")[16 + number * len + 2] = 0x70;
    }
    let state = State::memory();
    let report = shop(&folder).unwrap().keep_what_is_good().run(&state).unwrap();
    assert_eq!(state.read().orders.len(), 200);
    assert_eq!(report.causes, [(Cause::Length, 200)].into());
}
