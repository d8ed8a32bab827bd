//! `WAIT` and `WAITAOF`: what is known of writes that were answered.

use crate::harness::{Program, array, error, int, simple};

#[test]
fn there_are_no_replicas_to_wait_for() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for command in ["WAIT 0 0", "WAIT 3 0", "WAIT 1 100000"] {
        assert_eq!(wire.ask(command), int(0), "{command}");
    }
}

#[test]
fn a_wait_for_the_device_is_answered_when_the_journal_is_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("dir:{}", folder.path().join("store").display());
    let program = Program::start(&["--store", &store, "--flush-delay", "1h"]);
    let mut wire = program.connect();
    wire.send("SET k v\r\nWAITAOF 1 0 0\r\nWAITAOF 1 5 1000\r\n");
    assert_eq!(wire.reply(), simple("OK"));
    // There are no replicas, so that nobody waits for them.
    assert_eq!(wire.reply(), array([int(1), int(0)]));
    assert_eq!(wire.reply(), array([int(1), int(0)]));
    assert!(wire.ask("INFO forebay").text().contains("dirty_entries:1\r\n"));
}

#[test]
fn without_a_journal_a_wait_for_the_device_is_one_for_the_store() {
    let program = Program::memory(&["--write", "behind", "--flush-delay", "1h"]);
    let mut wire = program.connect();
    wire.ask("SET k v");
    assert_eq!(wire.ask("WAITAOF 1 0 0"), array([int(1), int(0)]));
    assert!(wire.ask("INFO forebay").text().contains("dirty_entries:0\r\n"));
}

#[test]
fn a_wait_that_makes_no_sense_is_an_error() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for (command, text) in [
        ("WAITAOF 2 0 0", "ERR value is out of range, must be between 0 and 1"),
        ("WAITAOF 1 -1 0", "ERR value is out of range, must be positive"),
        ("WAITAOF x 0 0", "ERR value is not an integer or out of range"),
        ("WAITAOF 1 0 -1", "ERR timeout is negative"),
        ("WAITAOF 1 0 x", "ERR timeout is not an integer or out of range"),
        ("WAITAOF 1 0", "ERR wrong number of arguments for 'waitaof' command"),
    ] {
        assert_eq!(wire.ask(command), error(text), "{command}");
    }
}
