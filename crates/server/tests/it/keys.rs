//! Keys as such.

use crate::harness::{Program, array, bulk, error, int, nil, simple};

#[test]
fn deleted_keys_are_counted_and_gone() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("MSET a 1 b 2 c 3");
    assert_eq!(wire.ask("DEL a none b"), int(2));
    assert_eq!(wire.ask("MGET a b c"), array([nil(), nil(), bulk("3")]));
    assert_eq!(wire.ask("DEL c c"), int(1));
    wire.ask("SET d 4");
    assert_eq!(wire.ask("UNLINK d"), int(1));
}

#[test]
fn keys_exist_as_often_as_they_are_named() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("MSET a 1 b 2");
    assert_eq!(wire.ask("EXISTS a b none a"), int(3));
    assert_eq!(wire.ask("TOUCH a none"), int(1));
    assert_eq!(wire.ask("TYPE a"), simple("string"));
    assert_eq!(wire.ask("TYPE none"), simple("none"));
}

#[test]
fn all_keys_are_counted_and_deleted() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("DBSIZE"), int(0));
    wire.ask("MSET a 1 b 2");
    assert_eq!(wire.ask("DBSIZE"), int(2));
    assert_eq!(wire.ask("FLUSHALL NOW"), error("ERR syntax error"));
    assert_eq!(wire.ask("FLUSHALL"), simple("OK"));
    assert_eq!(wire.ask("DBSIZE"), int(0));
    assert_eq!(wire.ask("GET a"), nil());
    wire.ask("SET a 1");
    assert_eq!(wire.ask("FLUSHDB ASYNC"), simple("OK"));
    assert_eq!(wire.ask("GET a"), nil());
}

#[test]
fn what_is_known_of_a_value_is_told() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("SET key 1234567890");
    assert_eq!(wire.ask("OBJECT ENCODING key"), bulk("raw"));
    assert_eq!(wire.ask("OBJECT REFCOUNT key"), int(1));
    assert_eq!(wire.ask("OBJECT IDLETIME key"), error("ERR idle time is not tracked"));
    let small = wire.ask("MEMORY USAGE key").int();
    assert!(small > 13, "{small}");
    wire.ask("APPEND key 1234567890");
    assert_eq!(wire.ask("MEMORY USAGE key SAMPLES 5"), int(small + 10));
}
