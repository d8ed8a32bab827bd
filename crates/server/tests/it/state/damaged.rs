//! What is damaged is told, with the exit code for it, and nothing is made of it.

use super::rig::{Rig, exists, text};
use crate::journal::rig::from_json;

#[test]
fn damage_in_the_journal_is_told_by_every_task() {
    let rig = Rig::closed();
    rig.flip("Alan");
    let answer = rig.run("verify", &[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.out.starts_with("DAMAGED: "), "{answer:?}");
    assert!(answer.out.contains(".seg"), "{answer:?}");
    let json = rig.run("verify", &["--json"]);
    assert_eq!((json.code, from_json(&json.out, "d[0]['verdict']").as_str()), (Some(1), "damaged"));
    assert_eq!(rig.run("inspect", &[]).code, Some(1));

    let answer = rig.run("export", &[]);
    assert_eq!((answer.code, answer.out.as_str()), (Some(1), ""), "{answer:?}");
    assert!(answer.err.contains(".seg"), "{answer:?}");
    let copy = rig.at("copy");
    let answer = rig.run("checkpoint", &["--to", text(&copy)]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(!exists(&copy));
}

#[test]
fn damage_in_a_snapshot_is_told_with_its_name() {
    let rig = Rig::closed();
    rig.flip("FBSNAP01");
    for task in ["verify", "inspect", "export"] {
        let answer = rig.run(task, &[]);
        assert_eq!(answer.code, Some(1), "{task}: {answer:?}");
        let told = answer.out + &answer.err;
        assert!(told.contains("`snap-0000") && told.contains("block 0"), "{task}: {told}");
    }
}

#[test]
fn a_damaged_identity_is_damage() {
    let rig = Rig::closed();
    rig.flip("FBSTATE1");
    for task in ["verify", "inspect", "export"] {
        let answer = rig.run(task, &[]);
        assert_eq!(answer.code, Some(1), "{task}: {answer:?}");
        let told = answer.out + &answer.err;
        assert!(told.contains("the file `state`"), "{task}: {told}");
    }
}
