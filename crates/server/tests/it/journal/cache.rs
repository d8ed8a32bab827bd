//! The journal that a server has left.
#![expect(clippy::disallowed_methods, reason = "the tests put a store out of its place")]

use std::fs;
use std::path::PathBuf;

use forebay_journal::owner;
use tempfile::TempDir;

use super::rig::{Answer, Rig, contents, from_json, run};
use crate::harness::{Program, bulk, eventually, int, nil, simple};

/// A folder with a store, and the journal that belongs to it.
struct Left {
    folder: TempDir,
}

impl Left {
    fn nothing() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// Five writes of four keys, of which nothing is stored; before them one that is.
    fn by_a_kill() -> Self {
        let left = Self::nothing();
        let program = left.serve(&["--flush-delay", "1h"]);
        let mut wire = program.connect();
        wire.ask("MSET gone 1 old 1");
        assert_eq!(wire.ask("FOREBAY.FLUSH"), simple("OK"));
        wire.ask("SET text v1");
        wire.ask("SET text v2");
        wire.command(&[b"SET", b"\xff\x00", b"\x01\x02", b"PXAT", b"33000000000123"]);
        wire.ask("DEL gone");
        wire.ask("INCR old");
        program.signal("KILL");
        program.wait();
        eventually("the journal has no owner", || {
            owner(&left.journal()).expect("a lock").is_none()
        });
        left
    }

    fn store(&self) -> String {
        format!("dir:{}", self.folder.path().join("store").display())
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("store.journal")
    }

    fn serve(&self, flags: &[&str]) -> Program {
        Program::start(&[&["--store", &self.store()], flags].concat())
    }

    fn run(&self, task: &str, flags: &[&str]) -> Answer {
        run(&[&["journal", task, self.journal().to_str().expect("a path")], flags].concat())
    }

    fn replay(&self, flags: &[&str]) -> Answer {
        self.run("replay", &[&["--to", &self.store()], flags].concat())
    }
}

#[test]
fn a_dump_shows_writes_with_their_keys_and_values() {
    let left = Left::by_a_kill();
    let answer = left.run("dump", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    for told in [
        "put      \"text\" = \"v2\", id ",
        "put      ff00 = 0102, expires at 33000000000123 ms, id ",
        "delete   \"gone\", id ",
        "settled  id ",
    ] {
        assert!(answer.out.contains(told), "no {told:?} in {}", answer.out);
    }
    let json = left.run("dump", &["--json"]).out;
    let kinds = "sorted({e['kind'] for e in d})";
    assert_eq!(from_json(&json, kinds), "['delete', 'put', 'settled']");
    let value = "[e['value']['text'] for e in d if e.get('key', {}).get('text') == 'text']";
    assert_eq!(from_json(&json, value), "['v1', 'v2']");
    let expires = "[e['expires_at'] for e in d if e.get('key', {}).get('hex') == 'ff00']";
    assert_eq!(from_json(&json, expires), "[33000000000123]");
    let settled = "sorted(i for e in d if e['kind'] == 'settled' for i in e['ids']) == \
                   sorted([e['id'] for e in d if e['kind'] == 'put'][:2])";
    assert_eq!(from_json(&json, settled), "True");
    let raw = left.run("dump", &["--json", "--raw"]).out;
    assert_eq!(from_json(&raw, "{'kind' in e for e in d}"), "{False}");
}

#[test]
fn it_is_told_how_many_writes_are_unstored() {
    let left = Left::by_a_kill();
    let answer = left.run("inspect", &[]);
    let told = "cache     4 writes not stored (1 delete, 0 in quarantine, ";
    assert!(answer.out.contains(told), "{}", answer.out);
    let label = "label \"forebay cache 1, raw to forebay-record\"";
    assert!(answer.out.contains(label), "{}", answer.out);
    let json = left.run("inspect", &["--json"]).out;
    assert_eq!(from_json(&json, "[d[0]['cache'][k] for k in ('unstored', 'deletes')]"), "[4, 1]");
    assert_eq!(left.serve(&[]).stop().code, Some(0));
    let answer = left.run("inspect", &[]);
    assert!(answer.out.contains("cache     everything is stored\n"), "{}", answer.out);
    let answer = Rig::good(1).run("inspect", &["--json"]);
    assert_eq!(from_json(&answer.out, "d[0]['cache']"), "None");
}

#[test]
fn what_is_unstored_can_be_stored_without_a_server() {
    let left = Left::by_a_kill();
    let without_lock = || {
        let mut files = contents(&left.journal());
        files.remove("LOCK");
        files
    };
    let before = without_lock();
    let answer = left.replay(&["--progress"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.starts_with("stored 4 writes, left out 0 in quarantine, not stored 0\n"));
    assert!(answer.out.contains("stores these writes once more"), "{}", answer.out);
    assert!(answer.err.contains("4 of 4 writes written"), "{}", answer.err);
    assert!(without_lock() == before, "the journal has changed");
    let program = left.serve(&["--journal", "none"]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("MGET text gone old").list(), [bulk("v2"), nil(), bulk("2")]);
    assert_eq!(wire.command(&[b"PEXPIRETIME", b"\xff\x00"]), int(33_000_000_000_123));
}

#[test]
fn what_the_store_has_refused_is_listed_and_left_out() {
    let left = Left::nothing();
    // Keys that are too long for a file name: the store puts them where their hash says.
    let [one, other] = ["a", "b"].map(|letter| letter.repeat(400));
    let program = left.serve(&[]);
    program.connect().ask(&format!("MSET {one} 1 {other} 2"));
    assert_eq!(program.stop().code, Some(0));
    let place = left.file_of(&one);
    let right = fs::read(&place).expect("a file");
    fs::copy(left.file_of(&other), &place).expect("as if both had one hash");
    let program = left.serve(&["--flush-delay", "0"]);
    let mut wire = program.connect();
    wire.ask(&format!("SET {one} new"));
    wire.ask("FOREBAY.FLUSH");
    wire.ask("SET fine v");
    assert_eq!(program.stop().code, Some(1));

    let told = left.run("inspect", &[]).out;
    assert!(told.contains("1 write not stored (0 deletes, 1 in quarantine, "), "{told}");
    assert!(left.run("dump", &[]).out.contains(": another key has the same hash\n"));
    let answer = left.replay(&[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let listed = format!("quarantined: \"{one}\": another key has the same hash\n");
    assert!(answer.out.starts_with(&listed), "{}", answer.out);
    let json = left.replay(&["--json", "--quarantined"]);
    assert_eq!(json.code, Some(1), "{json:?}");
    let failed = "d[0]['stored'], len(d[0]['quarantined']), d[0]['failed'][0]['cause']";
    assert_eq!(from_json(&json.out, failed), "(0, 0, 'another key has the same hash')");

    fs::write(&place, right).expect("as it was");
    assert_eq!(left.replay(&["--quarantined"]).code, Some(0));
    let program = left.serve(&["--journal", "none"]);
    assert_eq!(program.connect().ask(&format!("GET {one}")), bulk("new"));
}

#[test]
fn a_journal_with_an_owner_or_of_another_program_is_not_replayed() {
    let left = Left::by_a_kill();
    let program = left.serve(&["--flush-delay", "1h"]);
    let other = format!("dir:{}", left.folder.path().join("other").display());
    let answer = left.run("replay", &["--to", &other]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains(&format!("process {}", program.id())), "{answer:?}");
    drop(program);
    let rig = Rig::good(3);
    let answer = rig.run("replay", &["--to", &left.store()]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    let told = "labelled \"the rig\"; only \"forebay cache 1, raw to forebay-record\"";
    assert!(answer.err.contains(told), "{answer:?}");
    for store in ["memory:", "redb:", "x"] {
        let answer = left.run("replay", &["--to", store]);
        assert_eq!(answer.code, Some(2), "{answer:?}");
        assert!(answer.err.contains("redb:PATH or dir:PATH"), "{answer:?}");
    }
}

impl Left {
    /// The file of the store that holds `key`.
    fn file_of(&self, key: &str) -> PathBuf {
        let mut folders = vec![self.folder.path().join("store")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if fs::read(&path)
                    .is_ok_and(|bytes| bytes.windows(key.len()).any(|part| part == key.as_bytes()))
                {
                    return path;
                }
            }
        }
        panic!("no file holds {key}");
    }
}
