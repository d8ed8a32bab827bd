//! The end of the program.

use crate::harness::{Program, bulk, simple};

/// A server with a value that it cannot store, because its folder is gone.
fn stuck(flags: &[&str]) -> Program {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("dir:{}", folder.path().join("store").display());
    let own = ["--store", &store, "--write", "behind", "--flush-delay", "1h"];
    let program = Program::start(&[&own, flags].concat());
    drop(folder);
    assert_eq!(program.connect().ask("SET k v"), simple("OK"));
    program
}

#[test]
fn both_signals_stop_the_server_in_good_order() {
    for signal in ["TERM", "INT"] {
        let program = Program::memory(&["--write", "behind", "--flush-delay", "1h"]);
        let mut wire = program.connect();
        wire.ask("SET k v");
        program.signal(signal);
        let ended = program.wait();
        assert_eq!(ended.code, Some(0));
        assert!(ended.said().contains("stored 1, left 0, quarantined 0"), "{}", ended.said());
        assert!(wire.is_closed());
    }
}

#[test]
fn commands_that_have_come_in_are_answered_before_the_end() {
    let mut program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.send("SET k v\r\nGET k\r\n");
    assert_eq!(wire.reply(), simple("OK"));
    program.signal("TERM");
    program.wait_for_line("stopping");
    assert_eq!(wire.reply(), bulk("v"));
    assert_eq!(program.wait().code, Some(0));
    assert!(wire.is_closed());
}

#[test]
fn a_client_that_does_not_read_does_not_hold_up_the_end() {
    let program = Program::memory(&["--close-deadline", "200ms"]);
    let mut lazy = program.connect();
    lazy.ask(&format!("SET k {}", "x".repeat(1_000_000)));
    lazy.send(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n".repeat(2000));
    assert_eq!(program.stop().code, Some(0));
}

#[test]
fn what_could_not_be_stored_is_counted_and_makes_the_end_a_failure() {
    let ended = stuck(&["--close-deadline", "300ms"]).stop();
    assert_eq!(ended.code, Some(1));
    assert!(ended.said().contains("stored 0, left 1, quarantined 0"), "{}", ended.said());
}

#[test]
fn a_second_signal_quits_at_once() {
    let mut program = stuck(&["--close-deadline", "1h"]);
    program.signal("TERM");
    program.wait_for_line("stopping");
    program.signal("INT");
    let ended = program.wait();
    assert_eq!(ended.code, Some(3));
    let told = "forebay: quit at once, left 1 not stored; the journal keeps what had reached it";
    assert_eq!(ended.said(), told);
}
