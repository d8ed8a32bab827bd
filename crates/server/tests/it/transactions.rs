//! Commands that run together.

use tempfile::TempDir;

use crate::harness::{Program, Value, array, bulk, error, eventually, int, nil, simple};

fn start(folder: &TempDir, flags: &[&str]) -> Program {
    let store = format!("dir:{}", folder.path().join("store").display());
    Program::start(&[&["--store", &store], flags].concat())
}

const WAYS: [&[&str]; 4] = [
    &["--durability", "journaled"],
    &["--durability", "memory", "--flush-delay", "1ms"],
    &["--durability", "memory", "--journal", "none", "--flush-delay", "1ms"],
    &["--durability", "stored"],
];

#[test]
fn what_is_queued_runs_together_and_sees_what_came_before_it() {
    for flags in WAYS {
        let folder = tempfile::tempdir().expect("a folder");
        let program = start(&folder, flags);
        let mut wire = program.connect();
        wire.ask("SET n 5");
        assert_eq!(wire.ask("MULTI"), simple("OK"));
        let commands = [
            "INCR n",
            "GET n",
            "SET n x",
            "INCR n",
            "RENAME n m",
            "MGET n m",
            "DEL m none",
            "PING",
        ];
        for command in commands {
            assert_eq!(wire.ask(command), simple("QUEUED"), "{command}");
        }
        assert_eq!(program.connect().ask("GET n"), bulk("5"), "nothing ran yet");
        let replies = [
            int(6),
            bulk("6"),
            simple("OK"),
            error("ERR value is not an integer or out of range"),
            simple("OK"),
            array([nil(), bulk("x")]),
            int(1),
            simple("PONG"),
        ];
        assert_eq!(wire.ask("EXEC"), array(replies), "{flags:?}");
        assert_eq!(wire.ask("MGET n m").list(), [nil(), nil()]);
    }
}

#[test]
fn what_was_watched_and_changed_keeps_it_from_running() {
    let program = Program::memory(&[]);
    let (mut wire, mut other) = (program.connect(), program.connect());
    let mut exec = |between: &mut dyn FnMut()| {
        assert_eq!(wire.ask("WATCH a b"), simple("OK"));
        between();
        for command in ["MULTI", "SET c 1", "GET a"] {
            wire.ask(command);
        }
        wire.ask("EXEC")
    };
    assert_eq!(exec(&mut || {}), array([simple("OK"), nil()]));
    assert_eq!(exec(&mut || drop(other.ask("SET b 1"))), nil());
    assert_eq!(exec(&mut || drop(other.ask("SET d 1"))), array([simple("OK"), nil()]));
    assert_eq!(exec(&mut || drop(other.ask("EXPIRE b 1000"))), nil(), "its expiry is watched, too");
    assert_eq!(exec(&mut || drop(other.ask("DEL b"))), nil());
    assert_eq!(exec(&mut || drop(other.ask("DEL b"))), array([simple("OK"), nil()]), "no change");
}

#[test]
fn in_the_newer_protocol_nothing_is_a_null() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for (hello, expected) in [("HELLO 3", "_\r\n"), ("HELLO 2", "*-1\r\n")] {
        wire.ask(hello);
        wire.ask("WATCH a");
        program.connect().ask(&format!("APPEND a {}", hello.len()));
        wire.ask("MULTI");
        wire.send("EXEC\r\n");
        assert_eq!(String::from_utf8_lossy(&wire.reply_bytes()), expected);
    }
}

#[test]
fn an_eviction_does_not_keep_it_from_running() {
    const OTHERS: usize = 4000;
    let program = Program::memory(&["--memory", "1mib"]);
    let (mut wire, mut other) = (program.connect(), program.connect());
    wire.ask("SET a watched");
    wire.ask("FOREBAY.FLUSH");
    assert_eq!(wire.ask("WATCH a none"), simple("OK"));
    let value = "x".repeat(500);
    let sets = (0..OTHERS).map(|number| format!("SET other{number} {value}\r\n"));
    other.send(sets.collect::<String>());
    (0..OTHERS).for_each(|_| drop(other.reply()));
    assert!(!other.ask("FOREBAY.EXPLAIN a").text().contains("clean"), "memory has let go of it");
    wire.ask("MULTI");
    wire.ask("GET a");
    assert_eq!(wire.ask("EXEC"), array([bulk("watched")]));
}

#[test]
fn what_cannot_run_together_is_refused_and_so_is_the_whole() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for command in ["FLUSHALL", "KEYS *", "SCAN 0", "DBSIZE", "FOREBAY.FLUSH", "HELLO 3", "INFO"] {
        wire.ask("MULTI");
        assert_eq!(wire.ask("SET a 1"), simple("QUEUED"));
        let refused = error("ERR Command not allowed inside a transaction");
        assert_eq!(wire.ask(command), refused, "{command}");
        let aborted = error("EXECABORT Transaction discarded because of previous errors.");
        assert_eq!(wire.ask("EXEC"), aborted);
    }
    assert_eq!(wire.ask("GET a"), nil());
}

#[test]
fn a_transaction_has_a_largest_size() {
    let flags = ["--value-bytes", "30kib", "--command-bytes", "64kib", "--reply-bytes", "64kib"];
    let program = Program::memory(&flags);
    let mut wire = program.connect();
    let set = format!("SET a {}", "x".repeat(20_000));
    wire.ask("MULTI");
    for _ in 0..3 {
        assert_eq!(wire.ask(&set), simple("QUEUED"));
    }
    let text = "ERR the transaction is too long: at most 65536 bytes are queued";
    assert_eq!(wire.ask(&set), error(text));
    assert!(wire.ask("EXEC").text().starts_with("EXECABORT "));
    wire.ask(&set);
    wire.ask("MULTI");
    for _ in 0..4 {
        wire.ask("GET a");
    }
    let text = "ERR the replies of this transaction exceed 65536 bytes";
    assert_eq!(wire.ask("EXEC"), error(text));
}

#[test]
fn counters_that_are_moved_together_are_seen_together_and_all_count() {
    const CLIENTS: usize = 4;
    const EACH: i64 = 50;
    for flags in WAYS {
        let folder = tempfile::tempdir().expect("a folder");
        let program = start(&folder, flags);
        program.connect().ask("MSET left 0 right 0");
        let mut clients: Vec<_> = (0..CLIENTS).map(|_| program.connect()).collect();
        for client in &mut clients {
            let moves = "MULTI\r\nINCR left\r\nDECR right\r\nEXEC\r\n";
            client.send(moves.repeat(usize::try_from(EACH).expect("few")));
        }
        let mut reader = program.connect();
        for _ in 0..EACH {
            reader.ask("MULTI");
            reader.ask("GET left");
            reader.ask("GET right");
            let seen = reader.ask("EXEC");
            let [left, right] = [0, 1].map(|at| seen.list()[at].text().parse::<i64>());
            assert_eq!(left.map(|left| -left), right, "{flags:?}");
        }
        for client in &mut clients {
            for _ in 0..EACH {
                let replies: Vec<_> = (0..4).map(|_| client.reply()).collect();
                assert_eq!(replies[3].list().len(), 2, "{replies:?}");
            }
        }
        let total = EACH * i64::try_from(CLIENTS).expect("few");
        assert_eq!(reader.ask("GET left"), bulk(total.to_string()), "{flags:?}");
    }
}

#[test]
fn counting_with_watch_counts_everything() {
    const EACH: usize = 40;
    let program = Program::memory(&[]);
    let mut counted = 0;
    let mut clients: Vec<_> = (0..3).map(|_| program.connect()).collect();
    while counted < EACH {
        for client in &mut clients {
            client.ask("WATCH n");
        }
        let values: Vec<_> = clients.iter_mut().map(|client| client.ask("GET n")).collect();
        for (client, value) in clients.iter_mut().zip(values) {
            let value =
                if value == nil() { 0 } else { value.text().parse::<usize>().expect("a number") };
            client.ask("MULTI");
            client.ask(&format!("SET n {}", value + 1));
            counted += usize::from(client.ask("EXEC") != nil());
        }
    }
    assert_eq!(clients[0].ask("GET n"), bulk(counted.to_string()));
}

/// What is there of each pair after a kill in the middle of its setting, and how many answers had come.
fn killed_while_setting(flags: &[&str]) -> (usize, Vec<[Value; 2]>) {
    const PAIRS: usize = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let program = start(&folder, flags);
    let mut wire = program.connect();
    let pairs: Vec<_> = (0..PAIRS)
        .map(|index| format!("MULTI\r\nSET a{index} {index}\r\nSET b{index} {index}\r\nEXEC\r\n"))
        .collect();
    wire.send(pairs.concat());
    let answered = 10;
    for _ in 0..answered * 4 {
        wire.reply();
    }
    program.signal("KILL");
    program.wait();
    let program = start(&folder, flags);
    let mut wire = program.connect();
    let mut both = |index| ["a", "b"].map(|name| wire.ask(&format!("GET {name}{index}")));
    (answered, (0..PAIRS).map(&mut both).collect())
}

#[test]
fn a_kill_leaves_all_of_a_transaction_or_nothing() {
    for flags in WAYS.into_iter().filter(|flags| !flags.contains(&"none")) {
        let (answered, pairs) = killed_while_setting(flags);
        for (index, [a, b]) in pairs.into_iter().enumerate() {
            assert_eq!(a, b, "{index}, {flags:?}");
            if index < answered && !flags.contains(&"memory") {
                assert_eq!(a, bulk(index.to_string()), "{index} was answered, {flags:?}");
            }
        }
    }
}

#[test]
fn some_keys_are_set_if_none_is_there() {
    for flags in WAYS {
        let folder = tempfile::tempdir().expect("a folder");
        let program = start(&folder, flags);
        let mut wire = program.connect();
        assert_eq!(wire.ask("MSETNX a 1 b 2 a 3"), int(1));
        assert_eq!(wire.ask("MSETNX c 4 b 5"), int(0));
        assert_eq!(wire.ask("MGET a b c").list(), [bulk("3"), bulk("2"), nil()]);
    }
}

#[test]
fn what_a_transaction_makes_has_a_bound() {
    let program = Program::memory(&["--memory", "8mib", "--value-bytes", "1mib"]);
    let mut wire = program.connect();
    let too_much = "ERR what this transaction writes exceeds 4194304 bytes, or 4 times that with what it replaces";
    for (count, is_one) in [(5, false), (18, true)] {
        wire.ask("MULTI");
        for number in 0..count {
            let number = if is_one { 0 } else { number };
            assert_eq!(wire.ask(&format!("SETRANGE k{number} 1048575 x")), simple("QUEUED"));
        }
        assert_eq!(wire.ask("EXEC"), error(too_much), "{count}");
        assert_eq!(wire.ask("EXISTS k0"), int(0), "nothing happened");
    }
    wire.ask("MULTI");
    (0..10).for_each(|_| drop(wire.ask("SETRANGE k0 1048575 x")));
    assert_eq!(wire.ask("EXEC").list().len(), 10);
}

#[test]
fn so_many_commands_are_queued_and_no_more() {
    const MAX: usize = 16_384;
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("MULTI");
    wire.send("INCR n\r\n".repeat(MAX));
    (0..MAX).for_each(|_| assert_eq!(wire.reply(), simple("QUEUED")));
    assert_eq!(wire.ask("EXEC").list().len(), MAX);
    wire.ask("MULTI");
    wire.send("INCR n\r\n".repeat(MAX));
    (0..MAX).for_each(|_| drop(wire.reply()));
    let text = "ERR the transaction is too long: at most 16384 commands are queued";
    assert_eq!(wire.ask("INCR n"), error(text));
    assert!(wire.ask("EXEC").text().starts_with("EXECABORT "));
    assert_eq!(wire.ask("GET n"), bulk(MAX.to_string()));
}

#[test]
fn the_end_of_a_watched_key_is_a_change_also_if_it_was_never_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = start(&folder, &["--durability", "journaled", "--flush-delay", "1m"]);
    let (mut wire, mut other) = (program.connect(), program.connect());
    wire.ask("SET k v PX 300");
    wire.ask("WATCH k");
    eventually("it is over", || other.ask("GET k") == nil());
    wire.ask("MULTI");
    wire.ask("SET x 1");
    assert_eq!(wire.ask("EXEC"), nil());
}

#[test]
fn a_key_may_be_watched_again_and_again_and_the_first_look_counts() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let keys = (0..9000).map(|number| format!(" k{number}")).collect::<Vec<_>>().concat();
    for _ in 0..3 {
        assert_eq!(wire.ask(&format!("WATCH{keys}")), simple("OK"));
    }
    program.connect().ask("SET k1 1");
    wire.ask("WATCH k1");
    program.connect().ask("DEL k1");
    wire.ask("WATCH k1");
    wire.ask("MULTI");
    assert_eq!(wire.ask("EXEC"), nil(), "a look in between saw something else");
    wire.ask(&format!("WATCH{keys}"));
    wire.ask("MULTI");
    assert_eq!(wire.ask("EXEC"), array([]));
}

#[test]
fn what_a_key_will_take_is_told_of_what_the_transaction_makes_of_it() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask(&format!("SET k {}", "x".repeat(5000)));
    wire.ask("MULTI");
    wire.ask("SET k 12345");
    wire.ask("MEMORY USAGE k");
    assert_eq!(wire.ask("EXEC"), array([simple("OK"), int(6)]));
}

#[test]
fn at_stored_over_redb_it_is_one_batch_of_the_store_or_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("redb:{}", folder.path().join("data.redb").display());
    let flags = ["--store", &store, "--durability", "stored", "--batch", "3"];
    let program = Program::start(&flags);
    let mut wire = program.connect();
    wire.ask("SET gone 1");
    let mut exec = |commands: &[&str]| {
        wire.ask("MULTI");
        for command in commands {
            assert_eq!(wire.ask(command), simple("QUEUED"), "{command}");
        }
        wire.ask("EXEC")
    };
    let replies = [simple("OK"), int(1), int(1), bulk("x")];
    assert_eq!(exec(&["SET a x", "INCR n", "DEL gone", "GET a"]), array(replies));
    let told = exec(&["SET a y", "INCR n", "SET b 1", "SET c 1"]);
    assert!(told.text().starts_with("ERR store: 4 writes together"), "{told:?}");
    assert_eq!(wire.ask("MSETNX d 1 e 2"), int(1));
    assert_eq!(wire.ask("MSETNX d 3 f 4"), int(0));
    drop(program);
    let program = Program::start(&flags);
    let found = program.connect().ask("MGET a n gone b c d e f");
    let kept = [bulk("x"), bulk("1"), nil(), nil(), nil(), bulk("1"), bulk("2"), nil()];
    assert_eq!(found.list(), kept);
}
