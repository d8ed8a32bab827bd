//! Expired keys leave the backing store.

use crate::harness::{Program, bulk, eventually, int};

#[test]
fn expired_keys_are_deleted_from_the_store_and_others_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("redb:{}", folder.path().join("store").display());
    let program = Program::start(&["--store", &store, "--sweep-rate", "0"]);
    let mut wire = program.connect();
    for index in 0..100 {
        wire.ask(&format!("SET dead{index} v PXAT 1"));
        wire.ask(&format!("SET alive{index} v PXAT 33000000000000"));
    }
    assert_eq!(wire.ask("DBSIZE"), int(200));
    assert_eq!(program.stop().code, Some(0));

    let program = Program::start(&["--store", &store, "--sweep-rate", "1000000"]);
    let mut wire = program.connect();
    eventually("the expired ones are gone", || wire.ask("DBSIZE") == int(100));
    assert_eq!(wire.ask("GET alive1"), bulk("v"));
    eventually("they are counted", || {
        wire.ask("INFO stats").text().contains("expired_keys:100\r\n")
    });
}
