//! Who may use the server.

use crate::harness::{Program, Value, error, int, nil, simple};

const WRONG: &str = "WRONGPASS invalid username-password pair or user is disabled.";

#[test]
fn without_the_password_nothing_is_answered_but_who_one_is() {
    let program = Program::memory(&["--password", "sesame"]);
    let mut wire = program.connect();
    let no_auth = error("NOAUTH Authentication required.");
    for command in ["PING", "GET k", "SET k v", "CLIENT LIST", "COMMAND", "INFO", "FLUSHALL"] {
        assert_eq!(wire.ask(command), no_auth, "{command}");
    }
    assert!(wire.ask("HELLO 3").text().starts_with("NOAUTH HELLO must be called"));
    assert_eq!(wire.ask("AUTH seesam"), error(WRONG));
    assert_eq!(wire.ask("AUTH other sesame"), error(WRONG));
    assert_eq!(wire.ask("AUTH a b c"), error("ERR syntax error"));
    assert_eq!(wire.ask("GET k"), no_auth);
    assert_eq!(wire.ask("AUTH sesame"), simple("OK"));
    assert_eq!(wire.ask("GET k"), nil());
    assert_eq!(wire.ask("RESET"), simple("RESET"));
    assert_eq!(wire.ask("GET k"), no_auth);
    assert_eq!(wire.ask("AUTH default sesame"), simple("OK"));
    assert_eq!(wire.ask("GET k"), nil());
}

#[test]
fn hello_takes_the_password() {
    let program = Program::memory(&["--password", "sesame"]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("HELLO 3 AUTH default wrong"), error(WRONG));
    let Value::Map(pairs) = wire.ask("HELLO 3 AUTH default sesame") else { panic!("no map") };
    assert_eq!(pairs[2].1, int(3));
    assert_eq!(wire.ask("GET k"), nil());
}

#[test]
fn a_stranger_may_not_send_much() {
    let program = Program::memory(&["--password", "sesame"]);
    let mut wire = program.connect();
    wire.send("*11\r\n");
    assert_eq!(wire.reply(), error("ERR Protocol error: unauthenticated multibulk length"));
    assert!(wire.is_closed());
    let mut wire = program.connect();
    wire.send("*2\r\n$4\r\nECHO\r\n$16385\r\n");
    assert_eq!(wire.reply(), error("ERR Protocol error: unauthenticated bulk length"));
    let mut wire = program.connect();
    wire.ask("AUTH sesame");
    let large = "x".repeat(20_000);
    assert_eq!(wire.ask(&format!("ECHO {large}")).text(), large);
}

#[test]
fn the_password_may_come_from_a_file_and_is_told_to_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("password");
    std::fs::File::create_new(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, b"sesame\n"))
        .expect("a file");
    let program = Program::memory(&["--password-file", path.to_str().expect("text")]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("AUTH sesame"), simple("OK"));
    let everything: Vec<_> = wire.ask("CONFIG GET *").list().iter().map(Value::text).collect();
    assert!(everything.contains(&"password-file".to_string()), "{everything:?}");
    assert!(!everything.iter().any(|text| text.contains("sesame")), "{everything:?}");
}

#[test]
fn without_a_password_none_is_taken() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let text = "ERR AUTH <password> called without any password configured for the default user. \
                Are you sure your configuration is correct?";
    assert_eq!(wire.ask("AUTH sesame"), error(text));
    assert_eq!(wire.ask("AUTH default anything"), simple("OK"));
}
