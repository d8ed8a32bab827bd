//! `forebay state inspect` and `verify` on what is good.

use forebay::state::State;

use super::rig::{Rig, Town, text};
use crate::journal::rig::{from_json, run};

#[test]
fn a_good_state_is_called_good_and_counted() {
    let rig = Rig::closed();
    let answer = rig.run("verify", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let expected = "good: revision 4294967299; 1 entry in a snapshot (4 KiB), 2 transactions with 2 \
                    changes in the journal behind it\n";
    assert_eq!(answer.out, expected);
    assert_eq!(answer.err, "", "nobody asked for progress");
    let json = rig.run("verify", &["--json"]).out;
    let expression = "d[0]['verdict'], d[0]['snapshot']['entries'], d[0]['changes'], d[0]['owner']";
    assert_eq!(from_json(&json, expression), "('good', 1, 2, None)");
}

#[test]
fn a_state_says_what_it_is() {
    let rig = Rig::closed();
    let answer = rig.run("inspect", &["--progress"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let (path, out) = (rig.path(), answer.out);
    for told in [
        format!("state     {}\n", text(&path)),
        "name \"town\"\nowner     nobody\njournal   generation 1: ".to_owned(),
        "snapshot  snap-000000000000000".to_owned(),
        "    1  people               ordered        1  u32\n".to_owned(),
        "    7  visits               hash           2  (text,u8)\n".to_owned(),
        "good: revision 4294967299;".to_owned(),
    ] {
        assert!(out.contains(&told), "no {told:?} in {out}");
    }
    assert!(answer.err.ends_with("all read\n"), "{:?}", answer.err);
    let json = rig.run("inspect", &["--json"]).out;
    let expression = "d[0]['name'], len(d[0]['snapshots']), [t['key'] for t in d[0]['tables']]";
    assert_eq!(from_json(&json, expression), "('town', 1, ['u32', '(text,u8)'])");
    assert_eq!(from_json(&json, "d[0]['verified']['verdict'], d[0]['owner']"), "('good', None)");
}

#[test]
fn a_state_that_is_open_is_looked_into_and_its_owner_is_told() {
    let (rig, town) = Rig::open();
    let answer = rig.run_beside("verify", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let pid = std::process::id();
    assert!(answer.out.contains(&format!("process {pid} has it open")), "{answer:?}");
    let json = rig.run_beside("inspect", &["--json"]).out;
    assert_eq!(from_json(&json, "d[0]['owner']['pid']"), pid.to_string());
    town.close().wait().expect("closed");
}

#[test]
fn a_copy_that_nobody_has_opened_says_so() {
    let (rig, town) = Rig::open();
    let copy = rig.at("copy");
    town.checkpoint(&copy).wait().expect("a copy");
    let answer = run(&["state", "inspect", text(&copy)]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        answer.out.contains("journal   none: this is a copy that nobody has opened"),
        "{answer:?}"
    );
    assert!(answer.out.contains("3 entries in a snapshot"), "{answer:?}");
}

#[test]
fn what_is_no_state_is_refused() {
    let rig = Rig::empty();
    for task in ["inspect", "verify", "export"] {
        let answer = rig.run(task, &[]);
        assert_eq!(answer.code, Some(2), "{answer:?}");
        assert!(answer.err.contains("there is no directory "), "{answer:?}");
    }
    let journal = Rig::closed().path().join("journal-00000001");
    let answer = run(&["state", "verify", text(&journal)]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    // A state that its program has only just made.
    let new = Rig::empty();
    State::<Town>::open(new.path()).expect("a state").close().wait().expect("closed");
    let answer = new.run("verify", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.starts_with("good: revision 0; no snapshot, 0 transactions"), "{answer:?}");
}
