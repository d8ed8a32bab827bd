//! `forebay state checkpoint` and `restore`.

use std::process::{Command, Stdio};

use super::rig::{Rig, exists, people, put, text, write};
use crate::journal::rig::{from_json, run};

#[test]
fn a_checkpoint_of_a_state_that_is_open_is_a_state() {
    let (rig, town) = Rig::open();
    let copy = rig.at("copy");
    let answer = rig.run_beside("checkpoint", &["--to", text(&copy), "--progress"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let told = format!("copied to {}: 3 entries (4 KiB), revision 4294967299, id ", text(&copy));
    assert!(answer.out.starts_with(&told), "{answer:?}");
    assert!(answer.err.ends_with("all copied\n"), "{answer:?}");
    put(&town, 3, "Grace");
    assert_eq!(people(&copy), ["Ada", "Alan"]);
    let answer = rig.run_beside("checkpoint", &["--to", text(&copy)]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("is not empty"), "{answer:?}");
}

#[test]
fn a_restore_takes_a_directory_a_file_or_a_pipe() {
    let rig = Rig::closed();
    let (copy, file) = (rig.at("copy"), rig.at("file"));
    let answer = rig.run("checkpoint", &["--to", text(&copy), "--json"]);
    let id = from_json(&answer.out, "d[0]['id']");
    let first = rig.at("first");
    let answer = run(&["state", "restore", text(&first), "--from", text(&copy), "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(from_json(&answer.out, "d[0]['entries'], len(d[0]['id'])"), "(3, 32)");
    assert_ne!(from_json(&answer.out, "d[0]['id']"), id, "it is a state of its own");
    assert_eq!(people(&first), ["Ada", "Alan"]);

    // As `forebay state checkpoint DIR --to - | forebay state restore DIR --from -`.
    let (path, piped, forebay) = (rig.path(), rig.at("piped"), env!("CARGO_BIN_EXE_forebay"));
    let from = ["state", "checkpoint", text(&path), "--to", "-"];
    let mut from =
        Command::new(forebay).args(from).stdout(Stdio::piped()).spawn().expect("it runs");
    let to = ["state", "restore", text(&piped), "--from", "-"];
    let stream = from.stdout.take().expect("a pipe");
    let to = Command::new(forebay).args(to).stdin(stream).status().expect("it runs");
    assert!(to.success() && from.wait().expect("it ends").success());
    assert_eq!(people(&piped), ["Ada", "Alan"]);

    write(&file, "this is no checkpoint");
    let answer = run(&["state", "restore", text(&rig.at("second")), "--from", text(&file)]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(!exists(&rig.at("second")));
    let nowhere = rig.at("nowhere");
    let answer = run(&["state", "restore", text(&rig.at("second")), "--from", text(&nowhere)]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    let answer = run(&["state", "restore", text(&first), "--from", text(&copy)]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("is not empty"), "{answer:?}");
}
