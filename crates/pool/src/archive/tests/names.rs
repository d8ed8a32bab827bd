//! Names of files.

use super::rig::key;
use crate::archive::names::{self, SnapshotName};

#[test]
fn a_snapshot_is_named_by_what_is_a_file_everywhere() {
    let longest = "n".repeat(SnapshotName::MAX);
    for good in ["s", "step-100", "A.b_c", "...", "a.tmp2", &longest] {
        assert_eq!(good.parse::<SnapshotName>().unwrap().as_str(), good);
    }
    let longer = "n".repeat(SnapshotName::MAX + 1);
    for bad in ["", ".", "..", "a/b", "a b", "a.tmp", ".tmp", "\u{e4}", "a\0", &longer] {
        assert!(bad.parse::<SnapshotName>().is_err(), "{bad:?}");
    }
}

#[test]
fn only_our_own_names_of_files_are_known() {
    let name = key(3).to_string();
    assert_eq!(names::key(&name), Some(key(3)));
    assert!(names::is_unfinished_key(&names::unfinished(&name)));
    for foreign in ["", "x", &name[1..], &name.to_uppercase(), &format!("{name}.bak")] {
        assert_eq!(names::key(foreign), None, "{foreign}");
        assert!(!names::is_unfinished_key(&names::unfinished(foreign)), "{foreign}");
    }
    assert!(!names::is_unfinished_key(&name));
    assert_eq!(names::unfinished_snapshot("s.tmp").unwrap().as_str(), "s");
    assert!(["s", "a b.tmp"].into_iter().all(|name| names::unfinished_snapshot(name).is_none()));
}
