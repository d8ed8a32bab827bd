//! What Redis does not have.

use crate::harness::{Program, Value, error, simple};

#[test]
fn a_flush_answers_once_everything_is_stored() {
    let program = Program::memory(&["--write", "behind", "--flush-delay", "1h"]);
    let mut wire = program.connect();
    wire.ask("SET k v");
    assert!(wire.ask("INFO forebay").text().contains("dirty_entries:1\r\n"));
    assert_eq!(wire.ask("FOREBAY.FLUSH"), simple("OK"));
    assert!(wire.ask("INFO forebay").text().contains("dirty_entries:0\r\n"));
}

#[test]
fn a_key_explains_where_it_is() {
    let program = Program::memory(&["--write", "behind", "--flush-delay", "1h"]);
    let mut wire = program.connect();
    wire.ask("SET k v");
    let dirty = wire.ask("FOREBAY.EXPLAIN k").text();
    wire.ask("FOREBAY.FLUSH");
    let stored = wire.ask("FOREBAY.EXPLAIN k").text();
    assert!(dirty.contains("dirty") && !stored.contains("dirty"), "{dirty} / {stored}");
    wire.ask("HELLO 3");
    assert!(matches!(wire.ask("FOREBAY.EXPLAIN k"), Value::Text(_)));
    let wrong = "ERR wrong number of arguments for 'forebay.explain' command";
    assert_eq!(wire.ask("FOREBAY.EXPLAIN"), error(wrong));
}
