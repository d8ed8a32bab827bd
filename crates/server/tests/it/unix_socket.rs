//! The Unix socket.

use std::os::unix::fs::PermissionsExt;

use crate::harness::{Program, Wire, bulk, simple};

#[test]
fn the_socket_serves_what_tcp_serves() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("socket");
    let flags = ["--socket", path.to_str().expect("text"), "--socket-mode", "640"];
    let mut program = Program::memory(&flags);
    program.wait_for_line("listening on /");
    let mode = std::fs::metadata(&path).expect("a socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let mut wire = Wire::unix(&path);
    assert_eq!(wire.ask("SET k v"), simple("OK"));
    assert_eq!(program.connect().ask("GET k"), bulk("v"));
    assert!(wire.ask("CLIENT INFO").text().contains(&format!("addr={}:0", path.display())));
    assert_eq!(program.stop().code, Some(0));
    assert!(!path.exists());
}

#[test]
fn the_socket_may_be_the_only_way_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("socket");
    let text = path.to_str().expect("text");
    let flags = ["serve", "--listen", "none", "--socket", text, "--store", "memory:"];
    let mut program = Program::spawn(&flags, &[]);
    program.wait_for_line("listening on /");
    assert_eq!(Wire::unix(&path).ask("PING"), simple("PONG"));

    let ended = Program::spawn(&flags, &[]).wait();
    assert_eq!(ended.code, Some(1));
    assert!(ended.said().contains("cannot serve: listen on /"), "{}", ended.said());

    program.signal("KILL");
    program.wait();
    assert!(path.exists());
    let mut program = Program::spawn(&flags, &[]);
    program.wait_for_line("listening on /");
    assert_eq!(Wire::unix(&path).ask("PING"), simple("PONG"));
}

#[test]
fn what_is_no_socket_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().to_str().expect("text");
    let flags = ["serve", "--listen", "none", "--socket", text, "--store", "memory:"];
    let ended = Program::spawn(&flags, &[]).wait();
    assert_eq!(ended.code, Some(1));
    assert!(folder.path().is_dir());
}
