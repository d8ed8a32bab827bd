//! The arguments of `forebay state`.

use crate::journal::rig::run;

#[test]
fn help_names_every_task_and_the_exit_codes() {
    let help = run(&["state", "--help"]);
    assert_eq!(help.code, Some(0));
    for told in ["inspect", "verify", "export", "checkpoint", "restore", "Exit codes:"] {
        assert!(help.out.contains(told), "no {told:?} in {}", help.out);
    }
    assert!(run(&["--help"]).out.contains("state"));
    assert!(run(&["state", "checkpoint", "--help"]).out.contains("NEWDIR"));
}

#[test]
fn what_is_missing_or_wrong_is_told() {
    for wrong in [&["checkpoint", "x"][..], &["restore", "x"], &["verify"], &["vrify", "x"], &[]] {
        let answer = run(&[&["state"], wrong].concat());
        assert_eq!(answer.code, Some(2), "{wrong:?}: {answer:?}");
        assert!(!answer.err.is_empty(), "{wrong:?}");
    }
    let answer = run(&["state", "verify", "--jsn", "x"]);
    assert!(answer.err.contains("--json"), "{answer:?}");
}
