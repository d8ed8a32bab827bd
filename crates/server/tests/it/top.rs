//! A server in numbers on one screen.

use std::process::{Command, Output};

use crate::harness::{Program, simple};

fn top(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forebay"));
    command.arg("top").args(["--every", "100ms"]).args(arguments);
    command.env("LC_ALL", "C.UTF-8").output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_running_server_is_shown_once_for_scripts() {
    let flags = ["--write", "behind", "--flush-delay", "1h", "--max-staleness", "1h"];
    let program = Program::memory(&[&flags[..], &["--dirty-entries", "1000"]].concat());
    assert_eq!(program.connect().ask("MSET a 1 b 2 c 3"), simple("OK"));
    let output = top(&["--once", &program.address().to_string()]);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines: Vec<_> = shown.lines().collect();
    // All rows but that of the journal, which this server does not have.
    assert_eq!(lines.len(), 23, "{shown}");
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{shown}");
    assert!(lines[0].ends_with("   at memory") && lines[0].contains("   healthy   "), "{shown}");
    assert!(lines[3].contains("of 60 min promised"), "{shown}");
    assert!(lines[4].contains("3 of 1,000   0.3 %"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    // Nothing is a terminal here: it is shown once without being asked to.
    assert_eq!(text(&top(&[&program.address().to_string()]).stdout).lines().count(), 23);
}

#[test]
fn programs_get_every_number_as_one_object() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("socket").display().to_string();
    let program = Program::memory(&["--socket", &socket]);
    assert_eq!(program.connect().ask("SET key value"), simple("OK"));
    let output = top(&["--json", &socket]);
    let shown = text(&output.stdout);
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(shown.starts_with(&format!("{{\"server\":\"{socket}\",\"version\":")), "{shown}");
    assert!(shown.contains("\"cache_puts_total\":1,"), "{shown}");
    assert!(shown.contains("\"a_second\":{\"cache_busy\":0,"), "{shown}");
    assert!(shown.contains("\"batch_seconds_p50\":"), "{shown}");
}

#[test]
fn a_server_that_is_not_there_or_refuses_is_an_error_that_names_it() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address").to_string();
    drop(free);
    let output = top(&["--once", &address]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains(&format!("connect to a server at {address}")));

    let program = Program::memory(&["--password", "open sesame"]);
    let output = top(&["--once", &program.address().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("NOAUTH"), "{}", text(&output.stderr));
    let mut command = Command::new(env!("CARGO_BIN_EXE_forebay"));
    let output = command.args(["top", "--every", "1h"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("must be 100ms to 1m"));
}
