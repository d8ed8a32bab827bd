//! Clients over TLS.
//!
//! The certificates beside this file are the tests' own: `authority.pem` has signed that of the server, which is
//! for 127.0.0.1, and that of the client. They are good until the year 9999.

mod rig;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::harness::{PATIENCE, Program, eventually, redis_cli, simple};
use rig::{Rig, path};

#[test]
fn a_client_that_speaks_tls_is_served_beside_one_that_does_not() {
    let rig = Rig::start(&[]);
    let mut over_tls = rig.connect();
    let large = "x".repeat(300_000);
    assert_eq!(over_tls.ask(&format!("SET k {large}")), simple("OK"));
    assert_eq!(rig.program.connect().ask("GET k").text(), large);
    assert_eq!(over_tls.ask("GET k").text(), large);
    let list = over_tls.ask("CLIENT LIST").text();
    assert!(list.contains(&format!("laddr={}", rig.address)), "{list}");
}

#[test]
fn the_client_of_redis_comes_in_over_tls() {
    let rig = Rig::start(&[]);
    let port = rig.address.port().to_string();
    let ask = |arguments: &[&str]| {
        let output = Command::new(redis_cli())
            .args(["-h", "127.0.0.1", "-p", &port, "--tls", "--cacert", &path("authority.pem")])
            .args(arguments)
            .output()
            .expect("it runs");
        String::from_utf8_lossy(&output.stdout).trim_end().to_string()
    };
    assert_eq!(ask(&["set", "k", "a value"]), "OK");
    assert_eq!(ask(&["-3", "get", "k"]), "a value");
}

#[test]
fn a_client_that_speaks_no_tls_is_told_of_and_others_go_on() {
    let mut rig = Rig::start(&[]);
    let mut before = rig.connect();
    let mut plain = TcpStream::connect(rig.address).expect("connect");
    plain.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    plain.write_all(b"PING\r\nPING\r\n").expect("sent");
    let line = rig.program.wait_for_line("no TLS connection with 127.0.0.1:");
    assert!(line.ends_with(": the client does not speak TLS"), "{line}");
    // An alert may come; an answer does not.
    let mut rest = Vec::new();
    let _ = plain.read_to_end(&mut rest);
    assert!(!rest.windows(4).any(|part| part == b"PONG"), "{rest:?}");
    assert_eq!(before.ask("PING"), simple("PONG"));
    assert_eq!(rig.connect().ask("PING"), simple("PONG"));
}

#[test]
fn with_an_authority_only_its_clients_come_in() {
    let mut rig = Rig::start(&["--tls-ca", &path("authority.pem")]);
    assert_eq!(rig.connect_as("client").ask("PING"), simple("PONG"));
    assert!(rig.connect().is_closed());
    let line = rig.program.wait_for_line("no TLS connection with 127.0.0.1:");
    assert!(line.to_lowercase().contains("certificate"), "{line}");
    assert_eq!(rig.connect_as("client").ask("PING"), simple("PONG"));
}

#[test]
fn who_has_not_agreed_on_keys_yet_has_a_place_and_gives_it_back() {
    let rig = Rig::start(&["--clients", "2"]);
    let silent = TcpStream::connect(rig.address).expect("connect");
    let mut plain = rig.program.connect();
    eventually("both have a place", || plain.ask("CLIENT LIST").text().lines().count() == 2);
    assert!(rig.connect().is_closed());
    drop(silent);
    eventually("there is a place again", || plain.ask("CLIENT LIST").text().lines().count() == 1);
    assert_eq!(rig.connect().ask("PING"), simple("PONG"));
}

#[test]
fn files_that_cannot_be_used_are_named_at_the_start() {
    let start = |cert: &str, key: &str, more: &[&str]| {
        let (cert, key) = (path(cert), path(key));
        let flags = ["serve", "--store", "memory:", "--listen", "none"];
        let tls = ["--tls-listen", "127.0.0.1:0", "--tls-cert", &cert, "--tls-key", &key];
        let ended = Program::spawn(&[&flags[..], &tls, more].concat(), &[]).wait();
        assert_eq!(ended.code, Some(2), "{}", ended.said());
        ended.said()
    };
    assert!(start("none.pem", "server.key", &[]).contains("tls-cert "));
    assert!(start("server.pem", "none.key", &[]).contains("tls-key "));
    assert!(start("server.key", "server.key", &[]).contains("there is no certificate in it"));
    assert!(start("server.pem", "client.key", &[]).contains("tls-cert and tls-key: "));
    assert!(start("server.pem", "server.key", &["--tls-ca", "/"]).contains("tls-ca /: "));
}
