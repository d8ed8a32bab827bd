//! Values that go from one key to another.

use tempfile::TempDir;

use crate::harness::{Program, Value, bulk, error, int, nil, simple};

fn start(folder: &TempDir, flags: &[&str]) -> Program {
    let store = format!("dir:{}", folder.path().join("store").display());
    Program::start(&[&["--store", &store], flags].concat())
}

#[test]
fn a_value_moves_with_its_expiry() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("SET a v PXAT 33000000000123");
    assert_eq!(wire.ask("RENAME a b"), simple("OK"));
    assert_eq!(wire.ask("MGET a b").list(), [nil(), bulk("v")]);
    assert_eq!(wire.ask("PEXPIRETIME b"), int(33_000_000_000_123));
    assert_eq!(wire.ask("COPY b c"), int(1));
    assert_eq!(wire.ask("PEXPIRETIME c"), int(33_000_000_000_123));
    assert_eq!(wire.ask("RENAMENX b c"), int(0));
    assert_eq!(wire.ask("RENAMENX b d"), int(1));
    assert_eq!(wire.ask("MGET b c d").list(), [nil(), bulk("v"), bulk("v")]);
    assert_eq!(wire.ask("RENAME b d"), error("ERR no such key"));
}

/// What is there of each pair of names after a kill in the middle of their renaming, and how many answers
/// had come.
fn killed_while_renaming(flags: &[&str]) -> (usize, Vec<[Value; 2]>) {
    const KEYS: usize = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let program = start(&folder, flags);
    let mut wire = program.connect();
    for index in 0..KEYS {
        wire.ask(&format!("SET old{index} {index}"));
    }
    assert_eq!(wire.ask("FOREBAY.FLUSH"), simple("OK"));
    let renames: Vec<_> =
        (0..KEYS).map(|index| format!("RENAME old{index} new{index}\r\n")).collect();
    wire.send(renames.concat());
    let answered = 10;
    for _ in 0..answered {
        assert_eq!(wire.reply(), simple("OK"));
    }
    program.signal("KILL");
    program.wait();
    let program = start(&folder, flags);
    let mut wire = program.connect();
    let mut both = |index| ["old", "new"].map(|name| wire.ask(&format!("GET {name}{index}")));
    (answered, (0..KEYS).map(&mut both).collect())
}

#[test]
fn a_kill_leaves_a_value_under_one_name_or_both() {
    let ways: [&[&str]; 4] = [
        &["--durability", "journaled"],
        &["--durability", "memory", "--flush-delay", "1ms"],
        &["--durability", "memory", "--journal", "none", "--flush-delay", "1ms"],
        &["--durability", "stored"],
    ];
    for flags in ways {
        let (answered, pairs) = killed_while_renaming(flags);
        for (index, [old, new]) in pairs.into_iter().enumerate() {
            let value = bulk(index.to_string());
            assert!(old == value || new == value, "{index} is lost, {flags:?}: {old:?}, {new:?}");
            if index < answered && !flags.contains(&"memory") {
                assert_eq!((old, new), (nil(), value), "{index} was answered, {flags:?}");
            }
        }
    }
}

#[test]
fn what_others_write_to_the_old_name_meanwhile_is_not_lost() {
    const ROUNDS: i64 = 6;
    const EACH: i64 = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let program = start(&folder, &["--durability", "stored"]);
    let (mut wire, mut counter) = (program.connect(), program.connect());
    for round in 0..ROUNDS {
        wire.ask("SET n 0");
        counter.send("INCR n\r\n".repeat(usize::try_from(EACH).expect("few")));
        assert_eq!(wire.ask("RENAME n moved"), simple("OK"));
        (0..EACH).for_each(|_| drop(counter.reply()));
        let left = match wire.ask("GET n") {
            Value::Nil => 0,
            left => left.text().parse().expect("a number"),
        };
        let moved: i64 = wire.ask("GET moved").text().parse().expect("a number");
        assert_eq!(left + moved, EACH, "round {round}");
        wire.ask("DEL n moved");
    }
}

#[test]
fn renames_against_each_other_do_not_lose_the_value() {
    const ROUNDS: usize = 60;
    let folder = tempfile::tempdir().expect("a folder");
    let program = start(&folder, &["--durability", "stored"]);
    let (mut wire, mut other) = (program.connect(), program.connect());
    wire.ask("SET a v");
    for round in 0..ROUNDS {
        wire.send("RENAME a b\r\n");
        other.send("RENAME b a\r\n");
        drop((wire.reply(), other.reply()));
        let both = wire.ask("MGET a b");
        let both = both.list();
        assert!(both.contains(&bulk("v")), "round {round}: {both:?}");
    }
}

#[test]
fn a_value_that_is_written_to_the_old_name_again_is_not_lost() {
    const ROUNDS: usize = 60;
    let folder = tempfile::tempdir().expect("a folder");
    let program = start(&folder, &["--durability", "stored"]);
    let (mut wire, mut other) = (program.connect(), program.connect());
    wire.ask("SET a v");
    for round in 0..ROUNDS {
        wire.ask("SET a v");
        wire.send("RENAME a b\r\n");
        other.send("DEL b\r\nSET a v\r\n");
        drop((wire.reply(), other.reply(), other.reply()));
        let both = wire.ask("MGET a b");
        let both = both.list();
        assert!(both.contains(&bulk("v")), "round {round}: {both:?}");
    }
}
