//! The journal of the server: what is in it at the next start.

use tempfile::TempDir;

use crate::harness::{Program, bulk, int, nil, simple};

/// Nothing is stored before the server is told to stop.
fn flags(folder: &TempDir) -> [String; 4] {
    let store = format!("redb:{}", folder.path().join("store").display());
    ["--store".into(), store, "--flush-delay".into(), "1h".into()]
}

/// A server, and what it says of its journal at the start.
fn start(flags: &[String]) -> (Program, String) {
    let mut arguments = vec!["serve", "--listen", "127.0.0.1:0"];
    arguments.extend(flags.iter().map(String::as_str));
    let mut program = Program::spawn(&arguments, &[]);
    let said = program.wait_for_line("journal ");
    program.await_listening();
    (program, said)
}

#[test]
fn what_was_answered_survives_a_kill_and_is_stored_by_the_next_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let flags = flags(&folder);
    let (program, said) = start(&flags);
    assert!(said.ends_with("store.journal: nothing in it was unstored"), "{said}");
    let mut wire = program.connect();
    wire.ask("MSET stored 1 gone 1");
    assert_eq!(wire.ask("FOREBAY.FLUSH"), simple("OK"));
    let any: Vec<u8> = (0..=255).collect();
    assert_eq!(wire.command(&[b"SET", &any, &any]), simple("OK"));
    for index in 0..300 {
        wire.ask(&format!("SET key{} value{index}", index % 100));
    }
    wire.ask("SET expiring v PXAT 33000000000123");
    assert_eq!(wire.ask("DEL gone"), int(1));
    assert_eq!(wire.ask("INCR n"), int(1));
    program.signal("KILL");
    program.wait();

    let (program, said) = start(&flags);
    let told = "store.journal: 104 writes in it were not stored and are dirty again";
    assert!(said.ends_with(told), "{said}");
    let mut wire = program.connect();
    assert!(wire.ask("INFO forebay").text().contains("restored:104\r\n"));
    let check = |wire: &mut crate::harness::Wire<_>| {
        assert_eq!(wire.command(&[b"GET", &any]), bulk(&any));
        for index in 0..100 {
            assert_eq!(wire.ask(&format!("GET key{index}")), bulk(format!("value{}", 200 + index)));
        }
        assert_eq!(wire.ask("PEXPIRETIME expiring"), int(33_000_000_000_123));
        assert_eq!(wire.ask("MGET gone stored n").list(), [nil(), bulk("1"), bulk("1")]);
    };
    check(&mut wire);
    let ended = program.stop();
    assert_eq!(ended.code, Some(0), "{}", ended.said());

    let (program, said) = start(&flags);
    assert!(said.ends_with("nothing in it was unstored"), "{said}");
    drop(program);
    let without = [&flags[..], &["--journal".into(), "none".into()]].concat();
    let without: Vec<_> = without.iter().map(String::as_str).collect();
    check(&mut Program::start(&without).connect());
}

#[test]
fn without_a_journal_what_was_answered_in_memory_is_gone_with_the_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let flags = flags(&folder);
    let more = ["--journal", "none", "--write", "behind"];
    let flags = [&flags.each_ref().map(String::as_str)[..], &more].concat();
    let program = Program::start(&flags);
    assert_eq!(program.connect().ask("SET k v"), simple("OK"));
    program.signal("KILL");
    program.wait();
    assert_eq!(Program::start(&flags).connect().ask("GET k"), nil());
}

#[test]
fn a_journal_that_has_an_owner_is_not_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let (owner, _) = start(&flags(&folder));
    let other = format!("redb:{}", folder.path().join("other").display());
    let journal = folder.path().join("store.journal").display().to_string();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--store", &other, "--journal", &journal];
    let ended = Program::spawn(&arguments, &[]).wait();
    assert_eq!(ended.code, Some(1));
    let said = ended.said();
    assert!(said.contains(&format!("cannot open journal {journal}: ")), "{said}");
    assert!(said.contains(&owner.id().to_string()), "{said}");
}

#[test]
fn what_could_not_be_stored_is_kept_for_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let journal = elsewhere.path().join("journal").display().to_string();
    let start = |folder: &TempDir| {
        let store = format!("dir:{}", folder.path().join("store").display());
        let flags = ["--store", &store, "--journal", &journal, "--close-deadline", "300ms"];
        Program::start(&flags)
    };
    let program = start(&folder);
    std::fs::remove_dir_all(folder.path().join("store")).expect("the store is there");
    let mut wire = program.connect();
    wire.ask("SET k v");
    wire.ask("SET l w");
    let ended = program.stop();
    assert_eq!(ended.code, Some(1));
    assert!(ended.said().contains("left 2, quarantined 0, kept 2"), "{}", ended.said());

    // As if the store had been put there again.
    let program = start(&elsewhere);
    let mut wire = program.connect();
    assert_eq!(wire.ask("MGET k l").list(), [bulk("v"), bulk("w")]);
    assert_eq!(program.stop().code, Some(0));
}
