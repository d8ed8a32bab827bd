//! Writes that the store refuses.
#![expect(clippy::disallowed_methods, reason = "the test plays the fault of a disk")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebay_journal::disk::RealDirectory;
use forebay_journal::{Frame, Journal, Settings};
use tempfile::TempDir;

use crate::harness::{Program, Value, array, bulk, error, int, nil, simple};
use crate::journal::rig::run;

/// Keys that are too long for a file name: the store puts them where their hash says.
fn keys() -> [String; 2] {
    ["a", "b"].map(|letter| letter.repeat(400))
}

fn start(folder: &TempDir, flags: &[&str]) -> Program {
    let store = format!("dir:{}", folder.path().join("store").display());
    Program::start(&[&["--store", &store], flags].concat())
}

/// The file in `folder` that holds `key`.
fn file_of(folder: &Path, key: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").path()).find_map(|path| {
        if path.is_dir() {
            return file_of(&path, key);
        }
        let bytes = std::fs::read(&path).ok()?;
        bytes.windows(key.len()).any(|part| part == key.as_bytes()).then_some(path)
    })
}

#[test]
fn a_refused_write_is_shown_and_can_be_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, other] = keys();
    let program = start(&folder, &[]);
    assert_eq!(program.connect().ask(&format!("MSET {one} 1 {other} 2")), simple("OK"));
    assert_eq!(program.stop().code, Some(0));

    // As if both keys had one hash.
    let place = file_of(&folder.path().join("store"), &one).expect("a file");
    std::fs::copy(file_of(&folder.path().join("store"), &other).expect("a file"), &place)
        .expect("a copy");
    let program = start(&folder, &["--write", "behind", "--flush-delay", "0"]);
    let mut wire = program.connect();
    assert_eq!(wire.ask(&format!("SET {one} new")), simple("OK"));
    let text = wire.ask("FOREBAY.FLUSH").text();
    assert!(text.starts_with("ERR store: "), "{text}");

    let cause = "another key has the same hash";
    let refused = array([array([bulk(&one), bulk(cause)])]);
    assert_eq!(wire.ask("FOREBAY.QUARANTINED"), refused);
    assert_eq!(wire.ask("FOREBAY.QUARANTINED COUNT 1"), refused);
    assert_eq!(wire.ask(&format!("GET {one}")), bulk("new"));
    assert!(wire.ask("INFO forebay").text().contains("quarantined:1\r\n"));

    assert_eq!(wire.ask(&format!("FOREBAY.REPLAY {other}")), int(0));
    assert_eq!(wire.ask("FOREBAY.REPLAY all"), int(1));
    assert!(wire.ask("FOREBAY.FLUSH").text().starts_with("ERR store: "));
    assert_eq!(wire.ask("FOREBAY.QUARANTINED"), refused);

    std::fs::remove_file(place).expect("it is there");
    assert_eq!(wire.ask(&format!("FOREBAY.REPLAY {one}")), int(1));
    assert_eq!(wire.ask("FOREBAY.FLUSH"), simple("OK"));
    assert_eq!(wire.ask("FOREBAY.QUARANTINED"), array([]));
    assert_eq!(wire.ask("FOREBAY.REPLAY ALL"), int(0));
}

#[test]
fn a_transaction_that_is_not_stored_as_a_whole_says_that_it_has_happened() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, other] = keys();
    let program = start(&folder, &[]);
    program.connect().ask(&format!("MSET {one} 1 {other} 2"));
    assert_eq!(program.stop().code, Some(0));
    // As if both keys had one hash.
    let place = file_of(&folder.path().join("store"), &one).expect("a file");
    std::fs::copy(file_of(&folder.path().join("store"), &other).expect("a file"), &place)
        .expect("a copy");
    let program = start(&folder, &["--durability", "stored"]);
    let mut wire = program.connect();
    for command in ["MULTI", "INCR n", &format!("SET {one} new")] {
        wire.ask(command);
    }
    let text = wire.ask("EXEC").text();
    assert!(text.starts_with("UNSTORED accepted and visible, but not stored is b\"aaaa"), "{text}");
    assert!(text.ends_with(": another key has the same hash"), "{text}");
    assert_eq!((wire.ask("GET n"), wire.ask(&format!("GET {one}"))), (bulk("1"), bulk("new")));
    assert_eq!(wire.ask("FOREBAY.QUARANTINE LEN"), int(1));
}

#[test]
fn wrong_questions_about_refused_writes_are_errors() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for command in ["COUNT", "COUNT 0", "COUNT -1", "NOPE 1", "COUNT 1 2"] {
        let reply = wire.ask(&format!("FOREBAY.QUARANTINED {command}"));
        assert_eq!(reply, error("ERR syntax error"), "{command}");
    }
    let not_a_number = error("ERR value is not an integer or out of range");
    assert_eq!(wire.ask("FOREBAY.QUARANTINED COUNT x"), not_a_number);
    let wrong = "ERR wrong number of arguments for 'forebay.replay' command";
    assert_eq!(wire.ask("FOREBAY.REPLAY"), error(wrong));
}

/// A server with one key in quarantine, and the file that is in the way of the other.
fn with_one_refused(folder: &TempDir) -> (Program, PathBuf) {
    with_one_refused_and(folder, &[])
}

fn with_one_refused_and(folder: &TempDir, flags: &[&str]) -> (Program, PathBuf) {
    let [one, other] = keys();
    let program = start(folder, &[]);
    assert_eq!(program.connect().ask(&format!("MSET {one} 1 {other} 2")), simple("OK"));
    assert_eq!(program.stop().code, Some(0));
    let place = file_of(&folder.path().join("store"), &one).expect("a file");
    std::fs::copy(file_of(&folder.path().join("store"), &other).expect("a file"), &place)
        .expect("a copy");
    let behind = ["--write", "behind", "--flush-delay", "0"];
    let program = start(folder, &[&behind, flags].concat());
    let mut wire = program.connect();
    assert_eq!(wire.ask(&format!("SET {one} new")), simple("OK"));
    wire.ask("FOREBAY.FLUSH");
    assert_eq!(wire.ask("FOREBAY.QUARANTINE LEN"), int(1));
    (program, place)
}

#[test]
fn what_the_store_refused_is_looked_after_by_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let (program, place) = with_one_refused(&folder);
    let [one, other] = keys();
    let mut wire = program.connect();
    let cause = bulk("another key has the same hash");
    let Value::Array(page) = wire.ask("FOREBAY.QUARANTINE LIST COUNT 5") else { panic!() };
    let Value::Array(listed) = &page[1] else { panic!() };
    let Value::Array(first) = &listed[0] else { panic!() };
    assert_eq!((&page[0], listed.len()), (&bulk("0"), 1));
    assert_eq!(first[..3], [bulk(&one), cause.clone(), int(1)]);
    let shown = wire.ask(&format!("FOREBAY.QUARANTINE SHOW {one}"));
    let Value::Array(shown) = shown else { panic!() };
    assert_eq!((&shown[..7], &shown[7..]), (&first[..], &[bulk("new"), int(-1)][..]));
    assert_eq!(wire.ask(&format!("FOREBAY.QUARANTINE SHOW {other}")), nil());
    assert_eq!(wire.ask("FOREBAY.QUARANTINE LIST COUNT 0"), error("ERR syntax error"));

    std::fs::remove_file(place).expect("it is there");
    let Value::Int(version) = first[6] else { panic!("{first:?}") };
    for command in [format!("DROP {one}"), format!("RETRY {one}"), format!("EDIT {one} x")] {
        let other = wire.ask(&format!("FOREBAY.QUARANTINE {command} VERSION {}", version + 1));
        assert_eq!(other, int(0), "{command}");
        let wrong = wire.ask(&format!("FOREBAY.QUARANTINE {command} VERSION"));
        assert_eq!(wrong, error("ERR syntax error"), "{command}");
    }
    assert_eq!(wire.ask(&format!("GET {one}")), bulk("new"));
    assert_eq!(wire.ask(&format!("FOREBAY.QUARANTINE EDIT {other} x")), int(0));
    assert_eq!(
        wire.ask(&format!("FOREBAY.QUARANTINE EDIT {one} mended VERSION {version}")),
        int(1)
    );
    assert_eq!(wire.ask("FOREBAY.FLUSH"), simple("OK"));
    assert_eq!(wire.ask("FOREBAY.QUARANTINE LEN"), int(0));
    assert_eq!(wire.ask(&format!("GET {one}")), bulk("mended"));
    assert_eq!(wire.ask("FOREBAY.QUARANTINE RETRY ALL"), int(0));
    assert_eq!(wire.ask(&format!("FOREBAY.QUARANTINE DROP {one}")), int(0));
}

#[test]
fn later_writes_wait_behind_a_refused_one_if_the_operator_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (program, place) = with_one_refused_and(&folder, &["--when-refused", "queue"]);
    let [one, _] = keys();
    let mut wire = program.connect();
    std::fs::remove_file(place).expect("it is there");
    assert_eq!(wire.ask(&format!("SET {one} newer")), simple("OK"));
    let text = wire.ask(&format!("MSET {one} 1 n 1")).text();
    assert!(text.starts_with("ERR store: an earlier write of this key was refused"), "{text}");
    assert_eq!(wire.ask("FOREBAY.DURABILITY stored"), simple("OK"));
    let text = wire.ask(&format!("APPEND {one} still")).text();
    assert!(text.starts_with("ERR store: an earlier write of this key was refused"), "{text}");
    assert!(text.ends_with("another key has the same hash"), "{text}");
    assert_eq!((wire.ask(&format!("GET {one}")), wire.ask("GET n")), (bulk("newer"), nil()));
    let explained = wire.ask(&format!("FOREBAY.EXPLAIN {one}")).text();
    assert!(explained.starts_with("held back in quarantine"), "{explained}");
    let address = program.address().to_string();
    let listed = run(&["quarantine", "list", "--connect", &address]);
    assert!(listed.out.contains("waits behind what was refused"), "{listed:?}");
    assert_eq!(wire.ask(&format!("FOREBAY.QUARANTINE DROP {one}")), int(1));
    assert_eq!(wire.ask("FOREBAY.FLUSH"), simple("OK"));
    assert_eq!(wire.ask("FOREBAY.QUARANTINE LEN"), int(0));
    program.stop();
    let program = start(&folder, &[]);
    assert_eq!(program.connect().ask(&format!("GET {one}")), bulk("newer"));
}

#[test]
fn the_tool_looks_after_a_server_that_runs_and_after_one_that_is_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let (program, place) = with_one_refused(&folder);
    let [one, other] = keys();
    let address = program.address().to_string();
    // Refused once more; the time when it is over stays with it.
    assert_eq!(program.connect().ask(&format!("SET {one} new EX 10000")), simple("OK"));
    program.connect().ask("FOREBAY.FLUSH");
    let connect = |flags: &[&str]| {
        let (task, rest) = flags.split_first().expect("a task");
        run(&[&["quarantine", task, "--connect", &address], rest].concat())
    };
    let listed = connect(&["list"]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(listed.out.contains("same hash") && listed.out.contains("1 attempt"), "{listed:?}");
    assert!(connect(&["export", "--json"]).out.contains("\"text\":\"new\""));
    assert_eq!(connect(&["show", &other]).code, Some(1));
    let drop = connect(&["drop", &one, "--seen", "1"]);
    assert_eq!(drop.code, Some(1), "nobody has seen what is there: {drop:?}");
    assert_eq!(connect(&["retry", "--all"]).out, "1 key to be tried again\n");
    program.connect().ask("FOREBAY.FLUSH");
    assert!(connect(&["list"]).out.contains("2 attempts"));
    program.stop();

    let journal = folder.path().join("store.journal").display().to_string();
    let store = format!("dir:{}", folder.path().join("store").display());
    let stopped = |flags: &[&str]| {
        let (task, rest) = flags.split_first().expect("a task");
        run(&[&["quarantine", task, "--journal", &journal], rest].concat())
    };
    let listed = stopped(&["list"]);
    assert!(listed.out.contains("2 attempts") && listed.out.contains("same hash"), "{listed:?}");
    assert!(stopped(&["show", &one]).out.contains("\"new\""));
    assert_eq!(stopped(&["drop", &one]).code, Some(2), "it needs the store");
    let dropped = stopped(&["drop", &one, "--store", &store, "--seen", "1"]);
    assert_eq!(dropped.code, Some(1), "nobody has seen what is there: {dropped:?}");
    let retried = stopped(&["retry", &one, "--store", &store, "--json"]);
    assert_eq!(retried.code, Some(1), "it is refused again: {retried:?}");
    let report = "\"stored\":0,\"left\":0,\"quarantined\":1,\"kept\":1,";
    assert!(
        retried.out.starts_with("{\"keys\":1}\n") && retried.out.contains(report),
        "{retried:?}"
    );
    assert!(stopped(&["list"]).out.contains("3 attempts"));
    std::fs::remove_file(place).expect("it is there");
    let listed = stopped(&["list", "--json"]).out;
    let version = listed.split("\"version\":").nth(1).and_then(|rest| rest.split(',').next());
    let seen = version.expect("it is told").to_owned();
    let edited = stopped(&["edit", &one, "mended", "--store", &store, "--seen", &seen]);
    assert_eq!(edited.code, Some(0), "{edited:?}");
    assert!(edited.out.contains("\"new\""), "it prints what was there: {edited:?}");
    assert_eq!(stopped(&["list"]).out, "");
    let program = start(&folder, &[]);
    assert_eq!(program.connect().ask(&format!("GET {one}")), bulk("mended"));
    let Value::Int(seconds) = program.connect().ask(&format!("TTL {one}")) else { panic!() };
    assert!((9000..=10_000).contains(&seconds), "{seconds}");
}

#[test]
fn the_tool_prints_what_it_takes_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let (program, place) = with_one_refused(&folder);
    let [one, _] = keys();
    let address = program.address().to_string();
    std::fs::remove_file(place).expect("it is there");
    let connect = |task: &[&str]| run(&[&["quarantine"], task, &["--connect", &address]].concat());
    let edited = connect(&["edit", &one, "mended"]);
    assert_eq!(edited.code, Some(0), "{edited:?}");
    assert!(edited.out.contains("= \"new\"") && edited.out.ends_with("done\n"), "{edited:?}");
    let gone = connect(&["drop", &one]);
    assert_eq!(gone.code, Some(1), "{gone:?}");
    assert!(!gone.out.contains("mended"), "nothing was taken: {gone:?}");
}

#[test]
fn the_tool_does_not_take_a_journal_that_it_only_half_understands_for_a_whole_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = Arc::new(RealDirectory::existing(folder.path()).expect("it is there"));
    let label = "forebay cache 1, raw to forebay-record".into();
    let settings = Settings { label, ..Settings::default() };
    let (journal, _) = Journal::open(directory, settings, |_, _| Ok(())).expect("a new journal");
    journal.append(&Frame::of(b"\xffof another time").expect("a frame")).expect("appended");
    journal.close().expect("closed");
    drop(journal);
    let path = folder.path().display().to_string();
    let listed = run(&["quarantine", "list", "--journal", &path]);
    assert_eq!((listed.code, listed.out.as_str()), (Some(2), ""), "{listed:?}");
}

#[test]
fn a_page_ends_before_it_is_longer_than_a_reply_may_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store");
    let [one, other] = keys();
    let program = start(&folder, &[]);
    assert_eq!(program.connect().ask(&format!("MSET {one} 1 {other} 2")), simple("OK"));
    assert_eq!(program.stop().code, Some(0));
    let places = [&one, &other].map(|key| file_of(&store, key).expect("a file"));
    let swapped = folder.path().join("swapped");
    std::fs::rename(&places[0], &swapped).expect("moved");
    std::fs::rename(&places[1], &places[0]).expect("moved");
    std::fs::rename(&swapped, &places[1]).expect("moved");

    let flags = ["--write", "behind", "--flush-delay", "0", "--reply-bytes", "64kib"];
    let program = start(&folder, &flags);
    let mut wire = program.connect();
    let value = "v".repeat(40_000);
    for key in [&one, &other] {
        assert_eq!(wire.ask(&format!("SET {key} {value}")), simple("OK"));
        wire.ask("FOREBAY.FLUSH");
    }
    assert_eq!(wire.ask("FOREBAY.QUARANTINE LEN"), int(2));
    let mut seen = Vec::new();
    let mut from = "0".to_owned();
    for _ in 0..2 {
        let Value::Array(page) = wire.ask(&format!("FOREBAY.QUARANTINE EXPORT FROM {from}")) else {
            panic!()
        };
        let Value::Array(found) = &page[1] else { panic!() };
        assert_eq!(found.len(), 1, "{found:?}");
        seen.extend(found.clone().into_iter().map(|one| one.list()[0].clone().text()));
        from = page[0].clone().text();
    }
    assert_eq!(from, "0");
    seen.sort();
    assert_eq!(seen, [one, other]);
}
