//! The command-line client of Redis.

use std::process::Command;

use crate::harness::{Program, redis_cli};

fn ask(program: &Program, arguments: &[&str]) -> String {
    let output = Command::new(redis_cli())
        .args(["-h", "127.0.0.1", "-p", &program.port()])
        .args(arguments)
        .output()
        .expect("it runs");
    String::from_utf8_lossy(&output.stdout).trim_end().to_string()
}

#[test]
fn the_client_of_redis_is_content() {
    let program = Program::memory(&[]);
    assert_eq!(ask(&program, &["ping"]), "PONG");
    assert_eq!(ask(&program, &["set", "k", "a value"]), "OK");
    assert_eq!(ask(&program, &["get", "k"]), "a value");
    assert_eq!(ask(&program, &["-3", "get", "none"]), "");
    assert_eq!(ask(&program, &["incr", "n"]), "1");
    assert_eq!(ask(&program, &["--scan", "--pattern", "k*"]), "k");
    assert_eq!(ask(&program, &["dbsize"]), "2");
    assert!(ask(&program, &["info"]).contains("forebay_version:"));
    assert!(ask(&program, &["client", "list"]).starts_with("id="));
    assert!(ask(&program, &["nope"]).starts_with("ERR unknown command"));
}

#[test]
fn it_gives_its_password() {
    let program = Program::memory(&["--password", "sesame"]);
    assert!(ask(&program, &["get", "k"]).starts_with("NOAUTH"));
    assert_eq!(ask(&program, &["--no-auth-warning", "-a", "sesame", "ping"]), "PONG");
}
