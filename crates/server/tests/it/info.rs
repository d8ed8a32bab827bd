//! The server in numbers.

use crate::harness::{Program, Wire, simple};
use std::net::TcpStream;

fn number(wire: &mut Wire<TcpStream>, name: &str) -> u64 {
    let text = wire.ask("INFO").text();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
    line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {text}"))
}

#[test]
fn info_counts_what_happens() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("MSET a 1 b 2");
    wire.ask("GET a");
    wire.ask("GET none");
    assert_eq!(number(&mut wire, "connected_clients"), 1);
    assert_eq!(number(&mut wire, "keyspace_hits"), 1);
    assert_eq!(number(&mut wire, "puts"), 2);
    assert!(number(&mut wire, "total_commands_processed") >= 6);
    assert_eq!(number(&mut wire, "tcp_port").to_string(), program.port());
    for name in ["dirty_entries", "dirty_bytes", "oldest_dirty_age_ms", "quarantined"] {
        assert_eq!(number(&mut wire, name), 0, "{name}");
    }
    assert_eq!(wire.ask("CONFIG RESETSTAT"), simple("OK"));
    assert_eq!(number(&mut wire, "keyspace_hits"), 0);
    // What is known not to exist is an entry, too.
    assert_eq!(number(&mut wire, "resident_entries"), 3);
}

#[test]
fn info_has_sections() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.ask("SET a 1");
    let all = wire.ask("INFO").text();
    for section in ["Server", "Clients", "Memory", "Stats", "Cluster", "Forebay", "Keyspace"] {
        assert!(all.contains(&format!("# {section}\r\n")), "{section}");
    }
    let stats = wire.ask("INFO stats").text();
    assert!(stats.starts_with("# Stats\r\n") && !stats.contains("# Server"));
    assert_eq!(
        wire.ask("INFO keyspace").text(),
        "# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n"
    );
    assert_eq!(wire.ask("INFO nope").text(), "");
}
