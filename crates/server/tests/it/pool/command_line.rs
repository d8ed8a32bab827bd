//! The arguments of `forebay pool`.

use crate::journal::rig::run;

#[test]
fn help_names_every_task_and_the_exit_codes() {
    let help = run(&["pool", "--help"]);
    assert_eq!(help.code, Some(0));
    for told in ["verify", "list", "gc", "stats", "import", "Exit codes:"] {
        assert!(help.out.contains(told), "no {told:?} in {}", help.out);
    }
    assert!(run(&["--help"]).out.contains("pool"));
    assert!(run(&["pool", "gc", "--help"]).out.contains("--dry-run"));
}

#[test]
fn what_is_missing_or_wrong_is_told() {
    for wrong in [&["verify"][..], &["vrify", "x"], &["list", "x", "--snapshot"], &[]] {
        let answer = run(&[&["pool"], wrong].concat());
        assert_eq!(answer.code, Some(2), "{wrong:?}: {answer:?}");
        assert!(!answer.err.is_empty(), "{wrong:?}");
    }
}

#[test]
fn a_directory_without_an_archive_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    for task in ["verify", "list", "gc", "stats"] {
        let answer = run(&["pool", task, path]);
        assert_eq!(answer.code, Some(2), "{task}: {answer:?}");
        assert!(answer.err.contains("no archive"), "{task}: {answer:?}");
        let gone = run(&["pool", task, &format!("{path}/nowhere")]);
        assert_eq!(gone.code, Some(2), "{task}: {gone:?}");
    }
    assert_eq!(folder.path().read_dir().expect("listed").count(), 0);
}
