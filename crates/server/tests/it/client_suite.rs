//! The tests that redis-py has of itself, with our server in the place of Redis.

use std::collections::BTreeMap;
use std::process::Command;

use crate::harness::{Program, python, redis_py};

/// Tests that fail for another reason than a command that we do not have, each with its reason.
const EXCEPTIONS: &str = include_str!("../redis-py-exceptions.txt");

/// The commands that we have, from the document that says so.
const COMMANDS: &str = include_str!("../../../../docs/server.md");

fn exceptions() -> BTreeMap<&'static str, &'static str> {
    let lines = EXCEPTIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(": ").expect("a test and a reason")).collect()
}

/// Whether the document's table has it.
fn is_ours(command: &str) -> bool {
    let name = format!("`{}`", command.to_uppercase());
    let rows = COMMANDS.lines().filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| row.split('|').nth(1)).any(|cell| cell.contains(&name))
}

/// The command that the server does not know, according to a failure.
fn unknown_command(failure: &str) -> Option<&str> {
    failure.split_once("unknown command '")?.1.split('\'').next()
}

#[test]
fn a_client_s_own_tests_fail_only_where_it_is_said_why() {
    let program = Program::memory(&[]);
    let output = Command::new(python())
        .args(["-m", "pytest", "-q", "--tb=no", "-rA", "-p", "no:cacheprovider", "--redis-url"])
        .arg(format!("redis://127.0.0.1:{}/0", program.port()))
        .args(["tests/test_commands.py", "tests/test_pipeline.py", "tests/test_encoding.py"])
        .env("COLUMNS", "500")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(redis_py())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let (exceptions, mut unexpected, mut failed) = (exceptions(), Vec::new(), Vec::new());
    let marks = ["FAILED ", "ERROR "];
    for line in said.lines().filter(|line| marks.iter().any(|mark| line.starts_with(mark))) {
        let (test, reason) = line.split_once(" - ").unwrap_or((line, ""));
        let test = test.rsplit("::").next().unwrap_or(test);
        failed.push(test);
        let command = unknown_command(reason);
        let is_absent = command.is_some_and(|name| !is_ours(name));
        if !is_absent && !exceptions.contains_key(test) {
            unexpected.push(line);
        }
    }
    assert!(unexpected.is_empty(), "failed and not excepted:\n{}", unexpected.join("\n"));
    let passed = said.lines().filter(|line| line.starts_with("PASSED ")).count();
    assert!(passed >= 150, "{passed} passed: {said}");
    let healed: Vec<_> = exceptions.keys().filter(|name| !failed.contains(name)).collect();
    assert!(healed.is_empty(), "excepted and not failed: {healed:?}");
}
