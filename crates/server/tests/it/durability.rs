//! The rung at which a connection's writes are answered.

use std::net::TcpStream;

use crate::harness::{Program, Wire, bulk, error, int, simple};

fn program(folder: &tempfile::TempDir, flags: &[&str]) -> Program {
    let store = format!("dir:{}", folder.path().join("store").display());
    Program::start(&[&["--store", &store, "--flush-delay", "1h"], flags].concat())
}

fn dirty(wire: &mut Wire<TcpStream>) -> bool {
    !wire.ask("INFO forebay").text().contains("dirty_entries:0\r\n")
}

#[test]
fn a_new_connection_has_the_rung_that_is_set() {
    for (flags, rung) in [
        (&[][..], "journaled"),
        (&["--write", "through"], "stored"),
        (&["--durability", "synced"], "synced"),
        (&["--journal", "none"], "stored"),
        (&["--journal", "none", "--write", "behind"], "memory"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let program = program(&folder, flags);
        let mut wire = program.connect();
        assert_eq!(wire.ask("FOREBAY.DURABILITY"), bulk(rung), "{flags:?}");
        let told = format!("durability:{rung}\r\n");
        assert!(wire.ask("INFO forebay").text().contains(&told), "{flags:?}");
        wire.ask("SET k v");
        assert_eq!(dirty(&mut wire), rung != "stored", "{flags:?}");
    }
}

#[test]
fn a_connection_changes_its_own_rung_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(&folder, &[]);
    let (mut one, mut other) = (program.connect(), program.connect());
    for rung in ["memory", "SYNCED", "stored"] {
        assert_eq!(one.ask(&format!("FOREBAY.DURABILITY {rung}")), simple("OK"));
        assert_eq!(one.ask("FOREBAY.DURABILITY"), bulk(rung.to_lowercase()));
        assert_eq!(other.ask("FOREBAY.DURABILITY"), bulk("journaled"));
    }
    one.ask("RESET");
    assert_eq!(one.ask("FOREBAY.DURABILITY"), bulk("journaled"));
}

#[test]
fn every_command_that_writes_keeps_to_the_rung() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(&folder, &[]);
    let mut wire = program.connect();
    for write in [
        "SET k 1",
        "SET k 1 XX GET",
        "MSET a 1 b 2",
        "INCR k",
        "DECRBY k 2",
        "APPEND k 1",
        "SETNX new 1",
        "SETEX k 1000 1",
        "PSETEX k 1000000 1",
        "GETSET k 1",
        "EXPIRE k 1000",
        "PEXPIREAT k 33000000000123",
        "PERSIST k",
        "GETDEL a",
        "DEL b new",
        "UNLINK k",
    ] {
        wire.ask("FOREBAY.DURABILITY stored");
        wire.ask("MSET k 0 a 0 b 0");
        wire.ask("DEL new");
        wire.ask("EXPIRE k 5000");
        assert!(!dirty(&mut wire), "before {write}");
        wire.ask(write);
        assert!(!dirty(&mut wire), "{write} is answered when it is stored");
        wire.ask("MSET k 0 a 0 b 0");
        wire.ask("DEL new");
        if write.starts_with("DEL") {
            wire.ask("SET new 1");
        }
        wire.ask("EXPIRE k 5000");
        wire.ask("FOREBAY.DURABILITY journaled");
        wire.ask(write);
        assert!(dirty(&mut wire), "{write} is answered before it is stored");
        wire.ask("FOREBAY.FLUSH");
    }
}

#[test]
fn the_start_names_the_store_and_the_way_of_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("dir:{}", folder.path().join("store").display());
    let journal = folder.path().join("store.journal").display().to_string();
    for (flags, told) in [
        (vec!["--store", &store], format!("behind, answered at journaled, journal {journal}")),
        (
            vec!["--store", &store, "--durability", "stored"],
            format!("through, answered at stored, journal {journal}"),
        ),
        (
            vec!["--store", &store, "--journal", "none", "--write", "behind"],
            "behind, answered at memory, no journal".to_owned(),
        ),
        (vec!["--store", "memory:"], "through, answered at stored, no journal".to_owned()),
    ] {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], &flags[..]].concat();
        let said = Program::spawn(&arguments, &[]).wait_for_line("forebay: store ");
        assert_eq!(said, format!("forebay: store {}, writes {told}", flags[1]));
    }
}

#[test]
fn what_the_store_does_not_take_is_an_error_at_stored_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let journal = elsewhere.path().join("journal").display().to_string();
    let program = program(&folder, &["--journal", &journal]);
    let mut wire = program.connect();
    std::fs::remove_dir_all(folder.path().join("store")).expect("the store is there");
    assert_eq!(wire.ask("SET k v"), simple("OK"));
    wire.ask("FOREBAY.DURABILITY stored");
    assert!(wire.ask("SET k w").text().starts_with("ERR store: "));
    assert_eq!(wire.ask("GET k"), bulk("v"));
}

#[test]
fn what_is_too_long_for_the_journal_is_answered_when_it_is_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(&folder, &["--journal-segment", "64kib"]);
    let mut wire = program.connect();
    assert_eq!(wire.ask(&format!("SET long {}", "x".repeat(100_000))), simple("OK"));
    assert!(!dirty(&mut wire));
    assert_eq!(wire.ask("SET short x"), simple("OK"));
    assert!(dirty(&mut wire));
}

#[test]
fn a_client_that_asks_as_it_asks_redis_is_told_whether_there_is_a_journal() {
    let told = |program: &Program| program.connect().ask("CONFIG GET appendonly").list().to_vec();
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(told(&program(&folder, &[])), [bulk("appendonly"), bulk("yes")]);
    assert_eq!(told(&Program::memory(&[])), [bulk("appendonly"), bulk("no")]);
}

#[test]
fn a_rung_that_needs_a_journal_is_refused_without_one() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for rung in ["journaled", "synced"] {
        let text = format!("ERR durability {rung} needs a journal, and this server has none");
        assert_eq!(wire.ask(&format!("FOREBAY.DURABILITY {rung}")), error(&text));
    }
    assert_eq!(wire.ask("FOREBAY.DURABILITY memory"), simple("OK"));
    let text = "ERR durability must be memory or journaled or synced or stored";
    assert_eq!(wire.ask("FOREBAY.DURABILITY always"), error(text));
    let text = "ERR wrong number of arguments for 'forebay.durability' command";
    assert_eq!(wire.ask("FOREBAY.DURABILITY memory please"), error(text));
    assert_eq!(wire.ask("FOREBAY.DURABILITY"), bulk("memory"));
    assert_eq!(wire.ask("DEL k"), int(0));
}
