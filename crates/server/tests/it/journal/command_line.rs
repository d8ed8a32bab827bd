//! The arguments of `forebay journal`.

use super::rig::run;

#[test]
fn help_names_every_task_and_the_exit_codes() {
    let help = run(&["journal", "--help"]);
    assert_eq!(help.code, Some(0));
    for told in ["inspect", "verify", "dump", "repair", "replay", "Exit codes:"] {
        assert!(help.out.contains(told), "no {told:?} in {}", help.out);
    }
    assert!(run(&["--help"]).out.contains("journal"));
    assert!(run(&["journal", "repair", "--help"]).out.contains("NEWDIR"));
}

#[test]
fn a_wrong_flag_is_told_with_a_hint() {
    let answer = run(&["journal", "verify", "--jsn", "x"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("--json"), "{answer:?}");
    for wrong in
        [&["inspect"][..], &["repair", "x"], &["dump", "x", "--from", "y"], &["vrify"], &[]]
    {
        let answer = run(&[&["journal"], wrong].concat());
        assert_eq!(answer.code, Some(2), "{wrong:?}: {answer:?}");
        assert!(!answer.err.is_empty(), "{wrong:?}");
    }
}
