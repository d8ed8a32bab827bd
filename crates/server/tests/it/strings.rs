//! Values as a whole.

use crate::harness::{Program, Wire, array, bulk, error, int, nil, simple};
use std::net::TcpStream;

fn client() -> (Program, Wire<TcpStream>) {
    let program = Program::memory(&[]);
    let wire = program.connect();
    (program, wire)
}

#[test]
fn what_was_set_is_got() {
    let (_program, mut wire) = client();
    assert_eq!(wire.ask("GET k"), nil());
    assert_eq!(wire.ask("SET k v"), simple("OK"));
    assert_eq!(wire.ask("get k"), bulk("v"));
    let any: Vec<u8> = (0..=255).collect();
    assert_eq!(wire.command(&[b"SET", &any, &any]), simple("OK"));
    assert_eq!(wire.command(&[b"GET", &any]), bulk(&any));
    assert_eq!(wire.command(&[b"SET", b"", b""]), simple("OK"));
    assert_eq!(wire.command(&[b"GET", b""]), bulk(""));
}

#[test]
fn set_looks_before_it_sets_if_told_to() {
    let (_program, mut wire) = client();
    assert_eq!(wire.ask("SET k 1 XX"), nil());
    assert_eq!(wire.ask("SET k 1 NX"), simple("OK"));
    assert_eq!(wire.ask("SET k 2 NX"), nil());
    assert_eq!(wire.ask("SET k 3 XX"), simple("OK"));
    assert_eq!(wire.ask("SET k 4 GET"), bulk("3"));
    assert_eq!(wire.ask("SET k 5 NX GET"), bulk("4"));
    assert_eq!(wire.ask("GET k"), bulk("4"));
    assert_eq!(wire.ask("SET new 1 GET"), nil());
    assert_eq!(wire.ask("SET k 6 xx get ex 100"), bulk("4"));
    assert_eq!(wire.ask("SET k 7 KEEPTTL"), simple("OK"));
    assert!(wire.ask("TTL k").int() > 90);
    assert_eq!(wire.ask("SET k 8"), simple("OK"));
    assert_eq!(wire.ask("TTL k"), int(-1));
}

#[test]
fn options_of_set_that_contradict_each_other_are_a_syntax_error() {
    let (_program, mut wire) = client();
    for options in [
        "NX XX",
        "XX NX",
        "EX",
        "EX 1 PX 1",
        "EX 1 KEEPTTL",
        "KEEPTTL EX 1",
        "PXAT 1 EXAT 1",
        "NOPE",
        "GET GOT",
    ] {
        assert_eq!(wire.ask(&format!("SET k v {options}")), error("ERR syntax error"), "{options}");
    }
    let invalid = error("ERR invalid expire time in 'set' command");
    for options in
        ["EX 0", "EX -1", "PX 0", "EXAT 0", "EX 9223372036854775807", "PX 9223372036854775807"]
    {
        assert_eq!(wire.ask(&format!("SET k v {options}")), invalid, "{options}");
    }
    let not_a_number = error("ERR value is not an integer or out of range");
    assert_eq!(wire.ask("SET k v EX 1.5"), not_a_number);
    assert_eq!(wire.ask("SET k v PX x"), not_a_number);
    assert_eq!(wire.ask("GET k"), nil());
}

#[test]
fn the_older_forms_of_set_work() {
    let (_program, mut wire) = client();
    assert_eq!(wire.ask("SETNX k 1"), int(1));
    assert_eq!(wire.ask("SETNX k 2"), int(0));
    assert_eq!(wire.ask("SETEX k 100 3"), simple("OK"));
    assert!(wire.ask("TTL k").int() > 90);
    assert_eq!(wire.ask("PSETEX k 100000 4"), simple("OK"));
    assert_eq!(wire.ask("GETSET k 5"), bulk("4"));
    assert_eq!(wire.ask("TTL k"), int(-1));
    assert_eq!(wire.ask("GETDEL k"), bulk("5"));
    assert_eq!(wire.ask("GETDEL k"), nil());
    assert_eq!(wire.ask("SETEX k 0 1"), error("ERR invalid expire time in 'setex' command"));
    assert_eq!(wire.ask("PSETEX k -1 1"), error("ERR invalid expire time in 'psetex' command"));
}

#[test]
fn many_keys_are_set_and_got_at_once() {
    let (_program, mut wire) = client();
    assert_eq!(wire.ask("MSET a 1 b 2 a 3"), simple("OK"));
    assert_eq!(wire.ask("MGET a none b a"), array([bulk("3"), nil(), bulk("2"), bulk("3")]));
    let wrong = error("ERR wrong number of arguments for 'mset' command");
    assert_eq!(wire.ask("MSET a 1 b"), wrong);

    let keys: Vec<_> = (0..2000).map(|index| format!("key{index}")).collect();
    let pairs: Vec<_> = keys.iter().map(|key| format!("{key} {key}")).collect();
    assert_eq!(wire.ask(&format!("MSET {}", pairs.join(" "))), simple("OK"));
    let expected = keys.iter().map(bulk);
    assert_eq!(wire.ask(&format!("MGET {}", keys.join(" "))), array(expected));
    assert_eq!(wire.ask(&format!("DEL {}", keys.join(" "))), int(2000));
}

#[test]
fn values_grow_by_appending() {
    let (_program, mut wire) = client();
    assert_eq!(wire.ask("STRLEN k"), int(0));
    assert_eq!(wire.ask("APPEND k ab"), int(2));
    assert_eq!(wire.ask("EXPIRE k 100"), int(1));
    assert_eq!(wire.ask("APPEND k cde"), int(5));
    assert_eq!(wire.ask("GET k"), bulk("abcde"));
    assert_eq!(wire.ask("STRLEN k"), int(5));
    assert!(wire.ask("TTL k").int() > 90);
}
