//! A process that is killed while it writes groups through: each is in the file as a whole, or not at all.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use forebay_cache::{Cache, Write};
use forebay_redb::RedbStore;
use forebay_store::{BlockingStore as _, Raw};

type Store = RedbStore<Vec<u8>, Vec<u8>, Raw>;

const TEST: &str = "kills::a_kill_leaves_all_of_a_group_through_or_none";
/// Tells the process that is to be killed where to write.
const FILE: &str = "FOREBAY_WRITES_GROUPS_TO";
const KEYS: u64 = 16;

fn keys() -> Vec<Vec<u8>> {
    (0..KEYS).map(|key| key.to_be_bytes().into()).collect()
}

/// Makes all keys 1, then 2, and so on, and says so of each when it is answered.
#[expect(clippy::print_stdout, reason = "it tells its parent")]
fn write_groups(path: &Path) {
    let cache = Cache::builder(Store::open_with(path, Raw).unwrap()).open().wait().unwrap();
    let first = cache.get(&keys()[0]).wait().unwrap().map_or(0, |value| number(&value));
    for value in first + 1.. {
        let mut group = cache.group();
        for key in keys() {
            group.put(key, value.to_be_bytes().into());
        }
        let _ = group.commit(Write::Through).wait().unwrap();
        println!("\nhas {value}");
    }
}

fn number(value: &[u8]) -> u64 {
    u64::from_be_bytes(value.try_into().unwrap())
}

#[test]
fn a_kill_leaves_all_of_a_group_through_or_none() {
    if let Some(path) = std::env::var_os(FILE) {
        return write_groups(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.redb");
    let mut last = 0;
    for round in 1..=8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([TEST, "--exact", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = lines.by_ref().map_while(Result::ok).filter_map(|line| {
            line.strip_prefix("has ").and_then(|value| value.parse::<u64>().ok())
        });
        // It is killed in the middle of one that comes after so many.
        let answered = told.by_ref().take(round * 3).last().unwrap();
        child.kill().unwrap();
        let answered = told.last().unwrap_or(answered);
        child.wait().unwrap();
        let found = Store::open_with(&path, Raw).unwrap().load(&keys()).unwrap();
        let found: Vec<_> = found.iter().map(|value| number(value.as_ref().unwrap())).collect();
        assert!(found.iter().all(|value| *value == found[0]), "all or none: {found:?}");
        assert!((answered..=answered + 1).contains(&found[0]), "{answered}, but {}", found[0]);
        assert!(found[0] > last, "it goes on");
        last = found[0];
    }
}
