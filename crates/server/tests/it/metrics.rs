//! The server in numbers, as Prometheus asks for them.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::harness::{PATIENCE, Program, simple};

/// What the server answers to a request that begins so.
fn ask(address: &str, line: &str) -> String {
    let mut socket = TcpStream::connect(address).expect("connect");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    write!(socket, "{line} HTTP/1.1\r\nHost: here\r\n\r\n").expect("sent");
    let mut text = String::new();
    socket.read_to_string(&mut text).expect("answered");
    text
}

#[test]
fn prometheus_finds_the_numbers_of_cache_and_server() {
    let flags =
        ["serve", "--listen", "127.0.0.1:0", "--store", "memory:", "--metrics", "127.0.0.1:0"];
    let mut program = Program::spawn(&flags, &[]);
    let said = program.wait_for_line("metrics at http://");
    let address = said.split("http://").nth(1).and_then(|rest| rest.strip_suffix("/metrics"));
    let address = address.expect("an address").to_owned();
    program.await_listening();
    assert_eq!(program.connect().ask("SET key value"), simple("OK"));
    let answer = ask(&address, "GET /metrics");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
    assert!(body.contains("\nforebay_cache_puts_total 1\n"), "{body}");
    assert!(body.contains("\nforebay_cache_batch_writes_count 1\n"), "{body}");
    assert!(body.contains("\nforebay_commands_total 1\n"), "{body}");
    // Every line is a comment, or a name and a number.
    let numbers = body.lines().filter(|line| !line.starts_with('#'));
    assert!(numbers.clone().count() > 30);
    let is_number =
        |line: &str| line.rsplit(' ').next().is_some_and(|it| it.parse::<f64>().is_ok());
    assert!(numbers.into_iter().all(is_number), "{body}");
    assert!(ask(&address, "GET /").starts_with("HTTP/1.1 404 "));
    assert!(ask(&address, "POST /metrics").starts_with("HTTP/1.1 405 "));
}
