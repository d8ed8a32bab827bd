//! What is there after the server was stopped and started again.

use crate::harness::{Program, bulk, int, nil, simple};

fn survives(store: &str, mode: &str) {
    let flags = ["--store", store, "--write", mode, "--flush-delay", "1h"];
    let program = Program::start(&flags);
    let mut wire = program.connect();
    let any: Vec<u8> = (0..=255).collect();
    assert_eq!(wire.command(&[b"SET", &any, &any]), simple("OK"));
    for index in 0..300 {
        assert_eq!(wire.ask(&format!("SET key{index} value{index}")), simple("OK"));
    }
    wire.ask("SET expiring v PXAT 33000000000123");
    wire.ask("SET relative v EX 1000");
    let expires_at = wire.ask("PEXPIRETIME relative");
    wire.ask("SET dead v PXAT 1");
    wire.ask("DEL key7");
    wire.ask("INCR n");
    let ended = program.stop();
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    let stored = if mode == "behind" { "stored 30" } else { "stored 0" };
    assert!(ended.said().contains(stored), "{}", ended.said());
    assert!(ended.said().contains("left 0, quarantined 0"), "{}", ended.said());

    let program = Program::start(&flags);
    let mut wire = program.connect();
    assert_eq!(wire.command(&[b"GET", &any]), bulk(&any));
    for index in (0..300).filter(|index| *index != 7) {
        assert_eq!(wire.ask(&format!("GET key{index}")), bulk(format!("value{index}")));
    }
    assert_eq!(wire.ask("GET key7"), nil());
    assert_eq!(wire.ask("PEXPIRETIME expiring"), int(33_000_000_000_123));
    assert_eq!(wire.ask("PEXPIRETIME relative"), expires_at);
    assert!((900..=1000).contains(&wire.ask("TTL relative").int()));
    assert_eq!(wire.ask("TTL n"), int(-1));
    assert_eq!(wire.ask("GET dead"), nil());
    assert_eq!(wire.ask("INCR n"), int(2));
}

#[test]
fn every_value_and_expiry_is_there_in_redb() {
    for mode in ["through", "behind"] {
        let folder = tempfile::tempdir().expect("a folder");
        survives(&format!("redb:{}", folder.path().join("store").display()), mode);
    }
}

#[test]
fn every_value_and_expiry_is_there_in_a_directory() {
    for mode in ["through", "behind"] {
        let folder = tempfile::tempdir().expect("a folder");
        survives(&format!("dir:{}", folder.path().join("store").display()), mode);
    }
}

#[test]
fn what_was_written_through_survives_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("redb:{}", folder.path().join("store").display());
    let program = Program::start(&["--store", &store, "--write", "through", "--journal", "none"]);
    let mut wire = program.connect();
    for index in 0..50 {
        wire.ask(&format!("SET key{index} value{index}"));
    }
    program.signal("KILL");
    program.wait();
    let program = Program::start(&["--store", &store]);
    let mut wire = program.connect();
    for index in 0..50 {
        assert_eq!(wire.ask(&format!("GET key{index}")), bulk(format!("value{index}")));
    }
}
