//! A journal that is in use.

use super::rig::{Rig, append, from_json};

#[test]
fn the_owner_is_named_and_not_disturbed() {
    let (rig, journal) = Rig::owned(10);
    let pid = std::process::id();
    let answer = rig.run_beside("inspect", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.contains(&format!("owner     process {pid}\n")), "{}", answer.out);
    let json = rig.run_beside("inspect", &["--json"]).out;
    assert_eq!(from_json(&json, "d[0]['owner']['pid']"), pid.to_string());
    let answer = rig.run_beside("verify", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.contains(&format!("process {pid} owns it")), "{answer:?}");
    append(&journal, 11..=12);
    journal.close().expect("the owner goes on");
}

#[test]
fn it_is_not_repaired() {
    let (rig, journal) = Rig::owned(10);
    let to = rig.copy();
    let answer = rig.run_beside("repair", &["--to", to.to_str().expect("a path")]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    let told = format!("process {} owns the journal: stop it first", std::process::id());
    assert!(answer.err.contains(&told), "{answer:?}");
    assert!(!to.exists());
    journal.close().expect("closed");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "an owner that writes all the time is a thread")]
fn a_good_journal_that_is_written_to_is_never_called_damaged() {
    use std::sync::atomic::{AtomicBool, Ordering};

    let (rig, journal) = Rig::owned(1);
    let is_over = std::sync::Arc::new(AtomicBool::new(false));
    let until = std::sync::Arc::clone(&is_over);
    let writer = std::thread::spawn(move || {
        let mut last = 1;
        while !until.load(Ordering::Relaxed) {
            append(&journal, last + 1..=last + 20);
            last += 20;
            journal.wait(last, forebay::Durability::Synced).expect("synced");
            journal.retire(last.saturating_sub(2000)).expect("retired");
        }
        last
    });
    let codes: Vec<_> = (0..20).map(|_| rig.run_beside("verify", &[]).code).collect();
    is_over.store(true, Ordering::Relaxed);
    let last = writer.join().expect("the owner was not disturbed");
    // It may be that no two readings agree; then there is no verdict.
    assert!(codes.iter().all(|code| [Some(0), Some(2)].contains(code)), "{last}: {codes:?}");
}
