//! Going through all keys.

use std::collections::BTreeSet;

use crate::harness::{Program, Value, Wire, error, simple};
use std::net::TcpStream;

fn all(wire: &mut Wire<TcpStream>, options: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut cursor = "0".to_string();
    for _ in 0..10_000 {
        let reply = wire.ask(format!("SCAN {cursor} {options}").trim_end());
        let [next, keys] = reply.list() else { panic!("{reply:?}") };
        found.extend(keys.list().iter().map(Value::text));
        cursor = next.text();
        if cursor == "0" {
            return found;
        }
    }
    panic!("a scan without end");
}

fn filled(flags: &[&str]) -> (Program, Wire<TcpStream>, BTreeSet<String>) {
    let program = Program::memory(flags);
    let mut wire = program.connect();
    let keys: BTreeSet<_> = (0..500).map(|index| format!("key{index}")).collect();
    for key in &keys {
        wire.ask(&format!("SET {key} v"));
    }
    (program, wire, keys)
}

#[test]
fn a_scan_finds_every_key() {
    for mode in ["through", "behind"] {
        let (_program, mut wire, keys) = filled(&["--write", mode]);
        for options in ["", "COUNT 1", "COUNT 1000000", "TYPE string"] {
            assert_eq!(all(&mut wire, options), keys, "{mode} {options}");
        }
    }
}

#[test]
fn a_scan_shows_what_it_is_asked_for() {
    let (_program, mut wire, keys) = filled(&[]);
    let expected: BTreeSet<_> = keys.into_iter().filter(|key| key.starts_with("key12")).collect();
    assert_eq!(all(&mut wire, "MATCH key12* COUNT 100"), expected);
    assert_eq!(all(&mut wire, "TYPE list"), BTreeSet::new());
    assert_eq!(all(&mut wire, "MATCH *x*"), BTreeSet::new());
}

#[test]
fn expired_and_deleted_keys_are_not_shown() {
    let program = Program::memory(&["--sweep-rate", "0"]);
    let mut wire = program.connect();
    wire.ask("MSET a 1 b 2 c 3 d 4");
    assert_eq!(wire.ask("SET a 1 EXAT 1"), simple("OK"));
    wire.ask("DEL b");
    assert_eq!(all(&mut wire, ""), BTreeSet::from(["c".to_string(), "d".to_string()]));
}

#[test]
fn a_wrong_scan_is_an_error() {
    let (_program, mut wire, _) = filled(&[]);
    for cursor in ["x", "-1", "1", "18446744073709551615", "18446744073709551616"] {
        assert_eq!(wire.ask(&format!("SCAN {cursor}")), error("ERR invalid cursor"), "{cursor}");
    }
    for options in ["COUNT", "COUNT 0", "COUNT -1", "MATCH", "NOPE x", "COUNT 1 MATCH"] {
        let reply = wire.ask(&format!("SCAN 0 {options}"));
        assert_eq!(reply, error("ERR syntax error"), "{options}");
    }
    let not_a_number = error("ERR value is not an integer or out of range");
    assert_eq!(wire.ask("SCAN 0 COUNT x"), not_a_number);
}

#[test]
fn a_page_can_be_asked_for_again() {
    let (_program, mut wire, _) = filled(&[]);
    let first = wire.ask("SCAN 0");
    let cursor = first.list()[0].text();
    let second = wire.ask(&format!("SCAN {cursor}"));
    let again = wire.ask(&format!("SCAN {cursor}"));
    assert_eq!(second.list()[1], again.list()[1]);
}

#[test]
fn all_keys_of_a_pattern_come_at_once_or_are_refused() {
    let (_program, mut wire, keys) = filled(&["--reply-bytes", "64kib"]);
    let found = |reply: Value| reply.list().iter().map(Value::text).collect::<BTreeSet<_>>();
    assert_eq!(found(wire.ask("KEYS *")), keys);
    assert_eq!(found(wire.ask("KEYS key49?")).len(), 10);
    for index in 0..2000 {
        wire.ask(&format!("SET more{index} v"));
    }
    assert_eq!(wire.ask("KEYS *"), error("ERR the keys of this reply exceed 65536 bytes"));
    assert_eq!(found(wire.ask("KEYS key?")).len(), 10);
}

#[test]
fn every_key_is_drawn_in_time() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("RANDOMKEY"), Value::Nil);
    let mut missing: BTreeSet<_> = (0..300).map(|index| format!("key{index}")).collect();
    for key in &missing {
        wire.ask(&format!("SET {key} v"));
    }
    for _ in 0..100_000 {
        let key = wire.ask("RANDOMKEY").text();
        assert!(key.starts_with("key"), "{key}");
        missing.remove(&key);
        if missing.is_empty() {
            return;
        }
    }
    panic!("never drawn: {missing:?}");
}
