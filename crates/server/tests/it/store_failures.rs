//! A backing store that fails.

use crate::harness::{Program, array, bulk, nil, simple};

#[test]
fn a_write_that_the_store_does_not_take_is_an_error_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("dir:{}", folder.path().join("store").display());
    let program = Program::start(&["--store", &store, "--durability", "stored"]);
    let mut wire = program.connect();
    wire.ask("MSET k v n 1");
    drop(folder);
    for write in ["SET k w", "MSET k w", "INCR n", "APPEND k w", "EXPIRE k 100"] {
        let text = wire.ask(write).text();
        assert!(text.starts_with("ERR store: "), "{write}: {text}");
        assert!(text.contains("No such file or directory"), "{write}: {text}");
        assert_eq!(wire.ask("MGET k n"), array([bulk("v"), bulk("1")]), "{write}");
    }
    assert_eq!(wire.ask("PING"), simple("PONG"));
    assert!(wire.ask("INFO").text().contains("dirty_entries:0\r\n"));
}

#[test]
fn a_write_behind_that_the_store_does_not_take_is_kept_and_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("dir:{}", folder.path().join("store").display());
    let program = Program::start(&["--store", &store, "--write", "behind", "--flush-delay", "0"]);
    let mut wire = program.connect();
    drop(folder);
    assert_eq!(wire.ask("SET k v"), simple("OK"));
    let text = wire.ask("FOREBAY.FLUSH").text();
    assert!(text.starts_with("ERR store: "), "{text}");
    assert_eq!(wire.ask("GET k"), bulk("v"));
    assert!(wire.ask("FOREBAY.EXPLAIN k").text().contains("failed"));
    assert_ne!(wire.ask("DEL k"), nil());
    assert_eq!(wire.ask("GET k"), nil());
}
