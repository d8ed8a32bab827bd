//! When keys expire.

use crate::harness::{Program, bulk, error, eventually, int, nil, simple};

/// Far ahead, in seconds since 1970.
const LATER: i64 = 33_000_000_000;

#[test]
fn a_key_tells_how_long_it_still_lives() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for command in ["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"] {
        assert_eq!(wire.ask(&format!("{command} none")), int(-2));
    }
    wire.ask("SET k v");
    for command in ["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"] {
        assert_eq!(wire.ask(&format!("{command} k")), int(-1));
    }
    assert_eq!(wire.ask(&format!("EXPIREAT k {LATER}")), int(1));
    assert_eq!(wire.ask("EXPIRETIME k"), int(LATER));
    assert_eq!(wire.ask("PEXPIRETIME k"), int(LATER * 1000));
    assert_eq!(wire.ask(&format!("PEXPIREAT k {}", LATER * 1000 + 7)), int(1));
    assert_eq!(wire.ask("PEXPIRETIME k"), int(LATER * 1000 + 7));
    assert_eq!(wire.ask("EXPIRE k 100"), int(1));
    assert!((90..=100).contains(&wire.ask("TTL k").int()));
    assert_eq!(wire.ask("PEXPIRE k 200000"), int(1));
    assert!((190_000..=200_000).contains(&wire.ask("PTTL k").int()));
    assert_eq!(wire.ask("PERSIST k"), int(1));
    assert_eq!(wire.ask("PERSIST k"), int(0));
    assert_eq!(wire.ask("TTL k"), int(-1));
    assert_eq!(wire.ask("PERSIST none"), int(0));
    assert_eq!(wire.ask("EXPIRE none 100"), int(0));
}

#[test]
fn an_expired_key_is_absent_for_every_command() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for setup in ["SET k v EXAT 1", "SET k v PXAT 1"] {
        assert_eq!(wire.ask(setup), simple("OK"));
        assert_eq!(wire.ask("GET k"), nil());
        assert_eq!(wire.ask("EXISTS k"), int(0));
        assert_eq!(wire.ask("TYPE k"), simple("none"));
        assert_eq!(wire.ask("TTL k"), int(-2));
        assert_eq!(wire.ask("DEL k"), int(0));
        assert_eq!(wire.ask("SET k w XX"), nil());
        assert_eq!(wire.ask("INCR k"), int(1));
        assert_eq!(wire.ask("TTL k"), int(-1));
    }
    wire.ask("SET k v PX 1");
    eventually("the key expires", || wire.ask("GET k") == nil());
}

#[test]
fn an_expiry_that_has_passed_deletes_the_key() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for expire in ["EXPIRE k 0", "EXPIRE k -1", "PEXPIRE k -1", "EXPIREAT k 1", "PEXPIREAT k 0"] {
        wire.ask("SET k v");
        assert_eq!(wire.ask(expire), int(1), "{expire}");
        assert_eq!(wire.ask("GET k"), nil(), "{expire}");
    }
}

#[test]
fn an_expiry_may_depend_on_the_one_before() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("SET k v");
    assert_eq!(wire.ask("EXPIRE k 100 XX"), int(0));
    assert_eq!(wire.ask("EXPIRE k 100 GT"), int(0));
    assert_eq!(wire.ask("EXPIRE k 200 LT"), int(1));
    assert_eq!(wire.ask("EXPIRE k 300 LT"), int(0));
    assert_eq!(wire.ask("EXPIRE k 300 NX"), int(0));
    assert_eq!(wire.ask("EXPIRE k 100 GT XX"), int(0));
    assert_eq!(wire.ask("EXPIRE k 300 xx gt"), int(1));
    wire.ask("PERSIST k");
    assert_eq!(wire.ask("EXPIRE k 100 NX"), int(1));
    let exclusive = "ERR NX and XX, GT or LT options at the same time are not compatible";
    assert_eq!(wire.ask("EXPIRE k 1 NX XX"), error(exclusive));
    let exclusive = "ERR GT and LT options at the same time are not compatible";
    assert_eq!(wire.ask("EXPIRE k 1 GT LT"), error(exclusive));
    assert_eq!(wire.ask("EXPIRE k 1 WHEN"), error("ERR Unsupported option WHEN"));
    assert_eq!(wire.ask("GET k"), bulk("v"));
}

#[test]
fn an_expiry_that_no_clock_shows_is_an_error() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("SET k v");
    for (command, amount) in [
        ("expire", "9223372036854775807"),
        ("expire", "-9223372036854775808"),
        ("pexpire", "9223372036854775807"),
        ("expireat", "9223372036854775807"),
    ] {
        let expected = format!("ERR invalid expire time in '{command}' command");
        assert_eq!(wire.ask(&format!("{command} k {amount}")), error(&expected));
    }
    let not_a_number = error("ERR value is not an integer or out of range");
    assert_eq!(wire.ask("EXPIRE k soon"), not_a_number);
    assert_eq!(wire.ask("TTL k"), int(-1));
}
