//! Input that is no command, or never becomes one.

use crate::harness::{Program, Value, error, simple};

#[test]
fn malformed_input_is_answered_with_an_error_and_the_end() {
    let program = Program::memory(&[]);
    for (input, text) in [
        ("*x\r\n", "invalid multibulk length"),
        ("*99999999\r\n", "invalid multibulk length"),
        ("*1\r\n:1\r\n", "expected '$', got ':'"),
        ("*1\r\n$x\r\n", "invalid bulk length"),
        ("*1\r\n$-1\r\n", "invalid bulk length"),
        ("*1\r\n$4294967296\r\n", "invalid bulk length"),
        ("*1\r\n$9223372036854775807\r\n", "invalid bulk length"),
        ("*1\r\n$4\r\nPINGPONG\r\n", "expected CR LF"),
        ("*1111111111111111111111111111111111111111111", "too big mbulk count string"),
        ("SET a \"b\r\n", "unbalanced quotes in request"),
    ] {
        let mut wire = program.connect();
        wire.send(input);
        assert_eq!(wire.reply(), error(&format!("ERR Protocol error: {text}")), "{input:?}");
        assert!(wire.is_closed(), "{input:?}");
    }
}

#[test]
fn what_came_before_malformed_input_is_answered_first() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.send("PING\r\n*1\r\n$4\r\nPING\r\n*x\r\nPING\r\n");
    assert_eq!([wire.reply(), wire.reply()], [simple("PONG"), simple("PONG")]);
    assert!(matches!(wire.reply(), Value::Error(_)));
    assert!(wire.is_closed());
}

#[test]
fn a_line_that_never_ends_is_an_error() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.send("x".repeat(70_000));
    assert_eq!(wire.reply(), error("ERR Protocol error: too big inline request"));
}

#[test]
fn a_command_may_come_byte_by_byte() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for byte in b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\nv\r\nv\r\nGET k\r\n" {
        wire.send([*byte]);
    }
    assert_eq!(wire.reply(), simple("OK"));
    assert_eq!(wire.reply(), crate::harness::bulk("v\r\nv"));
}

#[test]
fn empty_commands_are_passed_over() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.send("\r\n\n*0\r\n*-1\r\n   \r\nPING\r\n");
    assert_eq!(wire.reply(), simple("PONG"));
}

#[test]
fn a_browser_is_hung_up_on() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nFLUSHALL\r\n");
    assert!(wire.is_closed());
    let mut wire = program.connect();
    wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\nFLUSHALL\r\n");
    assert!(matches!(wire.reply(), Value::Error(_)));
    assert!(wire.is_closed());
}
