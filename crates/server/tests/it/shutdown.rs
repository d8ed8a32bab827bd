//! The end of the program.

use crate::harness::{Program, bulk, simple};

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
