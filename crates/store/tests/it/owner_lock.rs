//! One owner for one place, and a lock that dies with it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use forebay_store::ErrorKind;
use forebay_store::seam::OwnerLock;

#[test]
fn a_second_owner_is_told_the_first_ones_process_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("LOCK");
    let first = OwnerLock::take(&path).unwrap();
    let error = OwnerLock::take(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let pid = std::process::id().to_string();
    assert!(error.to_string().contains(&pid), "{error}");
    drop(first);
    let _second = OwnerLock::take(&path).unwrap();
}

#[test]
fn a_long_old_process_id_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("LOCK");
    #[expect(clippy::disallowed_methods, reason = "the test prepares a file")]
    std::fs::write(&path, "99999999999999999999\n").unwrap();
    let _lock = OwnerLock::take(&path).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the test looks at a file")]
    let pid = std::fs::read(&path).unwrap();
    assert_eq!(pid, format!("{}\n", std::process::id()).into_bytes());
}

#[test]
fn a_file_that_is_somebody_elses_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("LOCK");
    #[expect(clippy::disallowed_methods, reason = "the test prepares a file")]
    std::fs::write(&path, "my notes\n").unwrap();
    assert_eq!(OwnerLock::take(&path).unwrap_err().kind(), ErrorKind::Invalid);
    #[expect(clippy::disallowed_methods, reason = "the test looks at a file")]
    let notes = std::fs::read(&path).unwrap();
    assert_eq!(notes, b"my notes\n");
}

#[test]
fn the_lock_dies_with_its_owner() {
    const ROLE: &str = "FOREBAY_TEST_LOCK_TO_HOLD";
    if let Some(path) = std::env::var_os(ROLE) {
        hold(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("LOCK");
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "owner_lock::the_lock_dies_with_its_owner", "--nocapture"])
        .env(ROLE, &path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let held = lines.map_while(Result::ok).any(|line| line.contains("the lock is held"));
    assert!(held, "the other process takes the lock");

    let error = OwnerLock::take(&path).unwrap_err().to_string();
    assert!(error.contains(&format!("process {}", owner.id())), "{error}");
    owner.kill().unwrap();
    owner.wait().unwrap();
    let _heir = OwnerLock::take(&path).unwrap();
}

/// What the other process does: holds the lock until it is killed or its parent is gone.
fn hold(path: &Path) -> ! {
    let _lock = OwnerLock::take(path).expect("the lock is free");
    #[expect(clippy::print_stdout, reason = "it tells its parent")]
    {
        println!("the lock is held");
    }
    let mut nothing = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut nothing);
    std::process::exit(0)
}
