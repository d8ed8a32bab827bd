//! Everything is bounded, and says so at the bound.

use crate::harness::{Program, error, eventually, nil, simple};

#[test]
fn a_key_has_a_longest_length() {
    let program = Program::memory(&["--key-bytes", "10"]);
    let mut wire = program.connect();
    let too_long = error("ERR key is too long: 11 bytes, at most 10");
    for command in
        ["GET 12345678901", "SET 12345678901 v", "MGET a 12345678901", "INCR 12345678901"]
    {
        assert_eq!(wire.ask(command), too_long, "{command}");
    }
    assert_eq!(wire.ask("SET 1234567890 v"), simple("OK"));
}

#[test]
fn a_value_has_a_longest_length() {
    let program = Program::memory(&["--value-bytes", "1kib"]);
    let mut wire = program.connect();
    let half = "x".repeat(512);
    wire.ask(&format!("APPEND k {half}"));
    wire.ask(&format!("APPEND k {half}"));
    let too_long = error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    assert_eq!(wire.ask("APPEND k x"), too_long);
    wire.send("*2\r\n$3\r\nGET\r\n$1025\r\n");
    assert_eq!(wire.reply(), error("ERR Protocol error: invalid bulk length"));
}

#[test]
fn a_command_has_a_largest_size() {
    let flags = ["--value-bytes", "60kib", "--command-bytes", "64kib", "--arguments", "16"];
    let program = Program::memory(&flags);
    let mut wire = program.connect();
    wire.send("*17\r\n");
    assert_eq!(wire.reply(), error("ERR Protocol error: invalid multibulk length"));
    let mut wire = program.connect();
    wire.send(format!("*3\r\n$4\r\nMGET\r\n$60000\r\n{}\r\n$60000\r\n", "x".repeat(60_000)));
    assert_eq!(wire.reply(), error("ERR Protocol error: too big command"));
}

#[test]
fn a_reply_has_a_largest_size() {
    let program = Program::memory(&["--reply-bytes", "64kib"]);
    let mut wire = program.connect();
    wire.ask(&format!("SET k {}", "x".repeat(40_000)));
    assert_eq!(wire.ask("MGET k none").list().len(), 2);
    let too_large = error("ERR the values of this reply exceed 65536 bytes");
    assert_eq!(wire.ask("MGET k k"), too_large);
}

#[test]
fn unfinished_commands_of_all_clients_share_a_bound() {
    let flags = ["--input-bytes", "1mib", "--command-bytes", "1mib", "--value-bytes", "1mib"];
    let program = Program::memory(&flags);
    let part = format!("*2\r\n$4\r\nECHO\r\n$1000000\r\n{}", "x".repeat(900_000));
    let mut holder = program.connect();
    holder.send(&part);
    let mut watcher = program.connect();
    eventually("the first one holds its part", || {
        watcher.ask("INFO memory").text().lines().any(|line| {
            let bytes = line.strip_prefix("input_buffer_bytes:");
            bytes.is_some_and(|bytes| bytes.parse::<u64>().expect("a number") > 700_000)
        })
    });
    let mut late = program.connect();
    late.send(&part);
    let refused = error("ERR too much input of all clients is held, try again later");
    assert_eq!(late.reply(), refused);
    holder.send(format!("{}\r\n", "x".repeat(100_000)));
    assert_eq!(holder.reply().text().len(), 1_000_000);
    assert_eq!(watcher.ask("GET none"), nil());
}

#[test]
fn one_client_too_many_is_told_so() {
    let program = Program::memory(&["--clients", "2"]);
    let (mut one, two) = (program.connect(), program.connect());
    eventually("both are in", || one.ask("CLIENT LIST").text().lines().count() == 2);
    let mut three = program.connect();
    assert_eq!(three.reply(), error("ERR max number of clients reached"));
    assert!(three.is_closed());
    drop(two);
    eventually("there is a place again", || one.ask("CLIENT LIST").text().lines().count() == 1);
    assert_eq!(program.connect().ask("PING"), simple("PONG"));
    assert!(one.ask("INFO stats").text().contains("rejected_connections:1\r\n"));
}

#[test]
fn an_idle_connection_is_closed_if_so_set() {
    let program = Program::memory(&["--idle-timeout", "1ms"]);
    assert!(program.connect().is_closed());
}

#[test]
fn a_client_that_does_not_read_does_not_make_replies_pile_up() {
    let program = Program::memory(&[]);
    let mut lazy = program.connect();
    lazy.ask(&format!("SET k {}", "x".repeat(1_000_000)));
    // 2,000 replies of a megabyte: they fit into no buffer on the way.
    let asks = b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n".repeat(2000);
    lazy.send(asks);
    let mut other = program.connect();
    assert_eq!(other.ask("GET none"), nil());
    let resident = || {
        let path = format!("/proc/{}/statm", program.id());
        let statm = std::fs::read_to_string(path).expect("a process has one");
        let pages: u64 = statm.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("pages");
        pages * 4096
    };
    for _ in 0..2000 {
        other.ask("PING");
        assert!(resident() < 200 << 20, "{} bytes", resident());
    }
}

#[test]
fn a_client_that_sends_nothing_more_holds_nothing_of_the_bound() {
    let flags = ["--input-bytes", "1mib", "--command-bytes", "1mib", "--value-bytes", "1mib"];
    let program = Program::memory(&flags);
    let large = "x".repeat(900_000);
    let mut watcher = program.connect();
    let mut clients: Vec<_> = (0..3).map(|_| program.connect()).collect();
    for client in &mut clients {
        // The next command has begun, so its buffer is not empty.
        client.send(format!("*2\r\n$4\r\nECHO\r\n$900000\r\n{large}\r\n*1\r\n"));
        assert_eq!(client.reply().text().len(), 900_000);
        eventually("nothing is held", || {
            watcher.ask("INFO memory").text().contains("input_buffer_bytes:0\r\n")
        });
    }
}

#[test]
fn a_pattern_has_a_longest_length() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("SET k v");
    let long = "?".repeat(1025);
    let scan = wire.ask(&format!("SCAN 0 MATCH {long}"));
    assert_eq!(scan, error("ERR pattern is too long, at most 1024 bytes"));
    let config = wire.ask(&format!("CONFIG GET {}", "[x]*".repeat(5000)));
    assert_eq!(config, error("ERR pattern is too long, at most 16384 bytes"));
    assert_eq!(wire.ask(&format!("SCAN 0 MATCH {}", &long[1..])).list().len(), 2);
}

#[test]
fn a_short_command_does_not_become_an_enormous_reply() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let too_many = error("ERR too many names, at most 1024");
    for command in ["COMMAND INFO", "COMMAND DOCS"] {
        let names = " client".repeat(1024);
        assert_ne!(wire.ask(&format!("{command}{names}")), too_many, "{command}");
        assert_eq!(wire.ask(&format!("{command}{names} get")), too_many, "{command}");
    }
    let name = "x".repeat(1025);
    let too_long = error("ERR client name is too long, at most 1024 bytes");
    assert_eq!(wire.ask(&format!("CLIENT SETNAME {name}")), too_long);
    assert_eq!(wire.ask(&format!("HELLO 3 SETNAME {name}")), too_long);
    assert_eq!(wire.ask(&format!("CLIENT SETNAME {}", &name[1..])), simple("OK"));
}
