//! A server that starts with a journal whose end was torn.

use super::rig::Rig;
use crate::harness::{Program, bulk, int, nil};

#[test]
fn a_torn_tail_is_told_at_the_start() {
    let rig = Rig::empty();
    let store = format!("dir:{}", rig.copy().display());
    let journal = rig.path().display().to_string();
    let flags = ["--flush-delay", "1h", "--journal-sync-after", "1h"];
    let flags = [&["--store", &store, "--journal", &journal], &flags[..]].concat();
    let program = Program::start(&flags);
    let mut wire = program.connect();
    wire.ask("SET kept 1");
    assert_eq!(wire.ask("WAITAOF 1 0 0").list(), [int(1), int(0)]);
    wire.ask("SET torn written-and-not-synced");
    program.signal("KILL");
    program.wait();
    rig.flip("written-and-not-synced");

    let arguments = [&["serve", "--listen", "127.0.0.1:0"], &flags[..]].concat();
    let mut program = Program::spawn(&arguments, &[]);
    let said = program.wait_for_line("torn tail: ");
    let told = format!("journal {journal}: torn tail: 0000000000000001.seg from byte ");
    assert!(said.contains(&told), "{said}");
    assert!(said.ends_with("with 1 frame that no sync had made durable"), "{said}");
    program.await_listening();
    assert_eq!(program.connect().ask("MGET kept torn").list(), [bulk("1"), nil()]);
}
