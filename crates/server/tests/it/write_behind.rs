//! Writes that are stored in their own time.

use crate::harness::{Program, Value, bulk, int, simple};

#[test]
fn what_is_not_stored_yet_is_read_as_written() {
    let program = Program::memory(&["--write", "behind", "--flush-delay", "1h"]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("SET k v"), simple("OK"));
    assert_eq!(wire.ask("INCR n"), int(1));
    assert_eq!(wire.ask("INCR n"), int(2));
    assert_eq!(wire.ask("GET k"), bulk("v"));
    assert_eq!(wire.ask("DEL k"), int(1));
    assert_eq!(wire.ask("EXISTS k n"), int(1));
    let info = wire.ask("INFO forebay").text();
    assert!(info.contains("dirty_entries:2\r\n") && info.contains("coalesced:2\r\n"), "{info}");
}

#[test]
fn more_unstored_data_than_allowed_is_refused_with_busy_if_so_set() {
    let program = Program::memory(&[
        "--write",
        "behind",
        "--flush-delay",
        "1h",
        "--dirty-entries",
        "2",
        "--when-full",
        "refuse",
    ]);
    let mut wire = program.connect();
    let sets: Vec<_> = (0..200).map(|index| format!("SET k{index} v\r\n")).collect();
    wire.send(sets.concat());
    let replies: Vec<_> = (0..200).map(|_| wire.reply()).collect();
    let busy = replies.iter().filter(|reply| **reply != simple("OK"));
    let busy: Vec<_> = busy.map(Value::text).collect();
    assert!(busy.iter().all(|text| text.starts_with("BUSY ") && text.ends_with(" ms")), "{busy:?}");
    assert!(!busy.is_empty());
}
