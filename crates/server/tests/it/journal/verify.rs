//! `forebay journal verify`.

use super::rig::{Rig, from_json};

#[test]
fn a_good_journal_is_called_good() {
    let answer = Rig::good(10).run("verify", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.starts_with("good: 10 records, 1 to 10 (130 B)"), "{answer:?}");
    assert!(answer.out.contains("closed in order"), "{answer:?}");
    assert_eq!(answer.err, "", "nobody asked for progress");
}

#[test]
fn a_torn_tail_is_good_and_told() {
    let rig = Rig::torn();
    let answer = rig.run("verify", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.starts_with("good: 5 records, 1 to 5"), "{answer:?}");
    assert!(answer.out.contains("torn tail: 0000000000000001.seg from byte"), "{answer:?}");
    let json = rig.run("verify", &["--json"]).out;
    assert_eq!(from_json(&json, "d[0]['verdict'], d[0]['torn']['dropped_frames']"), "('good', 3)");
}

#[test]
fn damage_is_told_with_its_place_and_what_is_proven() {
    let rig = Rig::damaged();
    let answer = rig.run("verify", &[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.out.starts_with("DAMAGED: 0000000000000001.seg at byte "), "{answer:?}");
    assert!(answer.out.contains("first missing record: 7\n"), "{answer:?}");
    assert!(answer.out.contains("good before it: 6 records, 1 to 6"), "{answer:?}");
    let json = rig.run("verify", &["--json"]);
    assert_eq!(json.code, Some(1));
    let expression = "d[0]['verdict'], d[0]['records'], d[0]['damage']['first_missing']";
    assert_eq!(from_json(&json.out, expression), "('damaged', 6, 7)");
    let (_, _, at) = rig.find("ecord 000006");
    let offset = from_json(&json.out, "d[0]['damage']['offset']").parse::<usize>();
    assert!(offset.expect("a number") > at, "it is behind the last good record");
}

#[test]
fn a_missing_segment_is_damage() {
    let rig = Rig::good(4000);
    rig.remove("0000000000000002.seg");
    let answer = rig.run("verify", &[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let told = "0000000000000002.seg at byte 0: the segment is missing";
    assert!(answer.out.contains(told), "{answer:?}");
}

#[test]
fn a_missing_identity_is_damage() {
    let rig = Rig::good(3);
    rig.remove("journal");
    let answer = rig.run("verify", &[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.out.contains("no identity"), "{answer:?}");
}

#[test]
fn what_is_no_journal_is_refused() {
    let rig = Rig::empty();
    for task in ["inspect", "verify", "dump"] {
        let answer = rig.run(task, &[]);
        assert_eq!(answer.code, Some(2), "{answer:?}");
        assert!(answer.err.contains("there is no journal in "), "{answer:?}");
    }
    let nowhere = rig.copy();
    let answer = super::rig::run(&["journal", "verify", nowhere.to_str().expect("a path")]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("No such file or directory"), "{answer:?}");
}

#[test]
fn progress_is_told_to_who_asks_for_it() {
    let answer = Rig::good(4000).run("verify", &["--progress"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.err.contains("(100 %), 4000 records"), "{answer:?}");
    let told = answer.err.lines().count();
    assert!(told < 100, "{told} lines are too many");
}
