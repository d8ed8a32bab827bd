//! Values as numbers.

use crate::harness::{Program, bulk, error, int};

#[test]
fn numbers_are_counted_up_and_down() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("INCR n"), int(1));
    assert_eq!(wire.ask("INCRBY n 41"), int(42));
    assert_eq!(wire.ask("DECR n"), int(41));
    assert_eq!(wire.ask("DECRBY n 50"), int(-9));
    assert_eq!(wire.ask("INCRBY n -1"), int(-10));
    assert_eq!(wire.ask("GET n"), bulk("-10"));
    wire.ask("EXPIRE n 100");
    wire.ask("INCR n");
    assert!(wire.ask("TTL n").int() > 90);
}

#[test]
fn what_is_no_number_stays_as_it_is() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let not_a_number = error("ERR value is not an integer or out of range");
    for value in ["x", "1.0", "01", "+1", "9223372036854775808", ""] {
        wire.command(&[b"SET", b"k", value.as_bytes()]);
        assert_eq!(wire.ask("INCR k"), not_a_number, "{value:?}");
        assert_eq!(wire.ask("GET k"), bulk(value));
    }
    assert_eq!(wire.ask("INCRBY n x"), not_a_number);
    assert_eq!(wire.ask("DECRBY n 1.5"), not_a_number);
}

#[test]
fn a_number_does_not_wrap_around() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let overflow = error("ERR increment or decrement would overflow");
    wire.ask("SET k 9223372036854775807");
    assert_eq!(wire.ask("INCR k"), overflow);
    wire.ask("SET k -9223372036854775808");
    assert_eq!(wire.ask("DECR k"), overflow);
    let decrement = error("ERR decrement would overflow");
    assert_eq!(wire.ask("DECRBY k -9223372036854775808"), decrement);
}

#[test]
fn counts_from_many_connections_at_once_are_all_counted() {
    let program = Program::memory(&[]);
    let mut wires: Vec<_> = (0..8).map(|_| program.connect()).collect();
    let pipeline = b"*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n".repeat(100);
    for wire in &mut wires {
        wire.send(&pipeline);
    }
    for wire in &mut wires {
        let replies: Vec<_> = (0..100).map(|_| wire.reply().int()).collect();
        assert!(replies.is_sorted_by(|a, b| a < b), "{replies:?}");
    }
    assert_eq!(program.connect().ask("GET n"), bulk("800"));
}
