//! What the tasks say of an archive.
#![expect(clippy::disallowed_methods, reason = "the tests break real files")]

use std::fs;

use forebay::pool::{ByteSize, Pool};

use super::rig::{Rig, flip};
use crate::journal::rig::run;

#[test]
fn a_good_archive_is_good_and_nothing_of_it_changes() {
    let rig = Rig::new();
    let before = rig.files();
    let answer = run(&["pool", "verify", "--progress", rig.path()]);
    assert_eq!((answer.code, &*answer.out), (Some(0), "good: 4 objects in 1 KiB\n"));
    assert!(answer.err.contains("all read"), "{answer:?}");
    let json = run(&["pool", "verify", "--json", rig.path()]);
    let expected = "{\"verdict\":\"good\",\"objects\":4,\"bytes\":1108,\"damaged\":[],\"missing\":[],\
                    \"garbage\":0,\"strangers\":0}\n";
    assert_eq!((json.code, &*json.out), (Some(0), expected));
    assert_eq!(rig.files(), before);
}

#[test]
fn what_is_in_it_is_listed() {
    let rig = Rig::new();
    let answer = run(&["pool", "list", rig.path()]);
    let expected = "snapshot nothing: 0 objects, 0 B\nsnapshot step-1: 4 objects, 1.1 KiB\n\
                    kept 0000000000000001a5a5a5a5a5a5a5a5\n";
    assert_eq!((answer.code, &*answer.out), (Some(0), expected));
    let one = run(&["pool", "list", "--snapshot", "step-1", rig.path()]);
    assert_eq!(one.out.lines().count(), 4);
    assert!(one.out.contains("0000000000000003a5a5a5a5a5a5a5a5 \u{e4}hnlich: `u8`, 198 B\n"));
    let json = run(&["pool", "list", "--json", "--snapshot", "step-1", rig.path()]);
    assert!(
        json.out.starts_with("{\"snapshot\":\"step-1\",\"items\":[{\"name\":\"again\","),
        "{json:?}"
    );
    let other = run(&["pool", "list", "--snapshot", "step-9", rig.path()]);
    assert!(other.code == Some(2) && other.err.contains("`step-9`"), "{other:?}");
}

#[test]
fn damage_is_named_and_so_is_what_is_missing() {
    let rig = Rig::new();
    flip(&rig.only("packs"), 300);
    fs::remove_file(rig.only("objects")).expect("removed");
    let answer = run(&["pool", "verify", rig.path()]);
    assert_eq!(answer.code, Some(1));
    for told in ["DAMAGED: ", "MISSING: `large` of `step-1`", "good besides: "] {
        assert!(answer.out.contains(told), "no {told:?} in {}", answer.out);
    }
    let json = run(&["pool", "verify", "--json", rig.path()]);
    assert!(json.out.starts_with("{\"verdict\":\"damaged\""), "{json:?}");
}

#[test]
fn a_damaged_snapshot_is_listed_as_such_beside_the_others() {
    let rig = Rig::new();
    flip(&rig.at("snapshots/nothing"), 130);
    fs::write(rig.at("snapshots/letter"), "hello").expect("written");
    let answer = run(&["pool", "list", rig.path()]);
    let lines: Vec<_> = answer.out.lines().collect();
    let [whole, damaged, kept] = &*lines else { panic!("{answer:?}") };
    assert_eq!((answer.code, *whole), (Some(1), "snapshot step-1: 4 objects, 1.1 KiB"));
    assert!(damaged.starts_with("DAMAGED: snapshot nothing: "), "{answer:?}");
    assert!(damaged.contains("snapshots/nothing: "), "{answer:?}");
    assert!(kept.starts_with("kept "), "{answer:?}");
    let json = run(&["pool", "list", "--json", rig.path()]);
    assert_eq!(json.code, Some(1));
    let named = json.out.split("\"damaged\":").nth(1).is_some_and(|it| it.contains("\"nothing\""));
    assert!(named && json.out.contains("\"step-1\""), "{json:?}");
    let one = run(&["pool", "list", "--snapshot", "step-1", rig.path()]);
    assert_eq!(one.code, Some(0), "{one:?}");
}

#[test]
fn garbage_is_counted_and_then_removed() {
    let rig = Rig::new();
    fs::remove_file(rig.at("snapshots/step-1")).expect("removed");
    fs::write(rig.at("objects/letter"), "hello").expect("written");
    let stats = run(&["pool", "stats", rig.path()]);
    assert!(stats.out.contains("garbage    2 files, 940 B\n"), "{stats:?}");
    let before = rig.files();
    let dry = run(&["pool", "gc", "--dry-run", rig.path()]);
    assert_eq!(dry.out, "2 files would be removed, 940 B\n1 file of somebody else, not touched\n");
    assert_eq!(rig.files(), before);
    let json = run(&["pool", "gc", "--json", rig.path()]);
    let expected =
        "{\"dry_run\":false,\"removed\":2,\"bytes\":940,\"half_dead_packs\":0,\"strangers\":1}\n";
    assert_eq!((json.code, &*json.out), (Some(0), expected));
    assert_eq!(rig.only("objects"), rig.at("objects/letter"));
    assert!(run(&["pool", "verify", rig.path()]).out.starts_with("good: 1 object in"));
}

#[test]
fn nothing_is_collected_beside_an_owner_or_beside_damage() {
    let rig = Rig::new();
    let pool = Pool::builder().memory(ByteSize::mib(8)).build().expect("a pool");
    let archive = pool.archive(rig.path()).wait().expect("opened");
    let owned = run(&["pool", "gc", rig.path()]);
    let pid = std::process::id().to_string();
    assert!(owned.code == Some(2) && owned.err.contains(&pid), "{owned:?}");
    assert_eq!(run(&["pool", "verify", rig.path()]).code, Some(0));
    drop(archive);
    flip(&rig.at("snapshots/nothing"), 130);
    for task in ["gc", "list", "stats", "verify"] {
        assert_eq!(run(&["pool", task, rig.path()]).code, Some(1), "{task}");
    }
    let told = run(&["pool", "gc", rig.path()]).err;
    assert!(told.contains("nothing is removed") && told.contains("snapshots/nothing"), "{told}");
    assert_eq!(fs::read_dir(rig.at("objects")).expect("listed").count(), 1);
}
