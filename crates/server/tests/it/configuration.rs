//! Settings from flags, environment and file.

use std::io::Write;

use crate::harness::{Ended, Program, array, bulk};

fn refused(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let ended: Ended = Program::spawn(arguments, environment).wait();
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    ended.said()
}

fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("forebay.toml");
    let mut file = std::fs::File::create_new(&path).expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    let path = path.to_str().expect("text").to_string();
    (folder, path)
}

#[test]
fn a_public_address_needs_a_password() {
    let said = refused(&["serve", "--listen", "0.0.0.0:0", "--store", "memory:"], &[]);
    assert_eq!(
        said,
        "forebay: listen = \"0.0.0.0:0\" (from the flag --listen): not a loopback address: others \
         could reach it, so set a password first"
    );
    let arguments =
        ["serve", "--listen", "0.0.0.0:0", "--store", "memory:", "--password", "sesame"];
    Program::spawn(&arguments, &[]).wait_for_line("listening on 0.0.0.0:");
}

#[test]
fn the_file_the_environment_and_the_flags_are_all_read() {
    let (_folder, path) = file("memory = \"2mib\"\nbatch = 7\nclients = 8\nstore = \"memory:\"\n");
    let environment = [("FOREBAY_CONFIG", path.as_str()), ("FOREBAY_BATCH", "9")];
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--clients", "10"];
    let mut program = Program::spawn(&arguments, &environment);
    let line = program.wait_for_line("listening on");
    let address = line.rsplit(' ').next().and_then(|text| text.parse().ok()).expect("an address");
    let mut wire = crate::harness::Wire::tcp(address);
    for (name, value) in [("memory", "2mib"), ("batch", "9"), ("clients", "10")] {
        let reply = wire.ask(&format!("CONFIG GET {name}"));
        assert_eq!(reply, array([bulk(name), bulk(value)]));
    }
}

#[test]
fn a_wrong_value_is_told_with_its_place() {
    let (_folder, path) = file("\nflush-delay = \"soon\"\n");
    let said = refused(&["serve", "--config", &path], &[]);
    assert!(said.contains("flush-delay = \"soon\""), "{said}");
    assert!(said.contains("line 2") && said.contains(&path), "{said}");
    let said = refused(&["serve"], &[("FOREBAY_WRITE", "around")]);
    assert!(said.contains("the environment, FOREBAY_WRITE"), "{said}");
    let said = refused(&["serve", "--config", "/nowhere/at/all"], &[]);
    assert!(said.contains("cannot read /nowhere/at/all"), "{said}");
    let said = refused(&["serve", "--memory", "-1"], &[]);
    assert!(said.contains("memory = \"-1\" (from the flag --memory): not a size"), "{said}");
}

#[test]
fn a_strange_name_in_the_environment_is_reported_and_passed_over() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--store", "memory:"];
    let mut program = Program::spawn(&arguments, &[("FOREBAY_PORT", "tcp://10.0.0.1:80")]);
    program.wait_for_line("FOREBAY_PORT in the environment is no setting");
    program.wait_for_line("listening on");
}

#[test]
fn a_store_that_cannot_be_opened_ends_the_start() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--store", "redb:/nowhere/at/all"];
    let ended = Program::spawn(&arguments, &[]).wait();
    assert_eq!(ended.code, Some(1));
    assert!(ended.said().contains("cannot open redb:/nowhere/at/all: "), "{}", ended.said());
}
