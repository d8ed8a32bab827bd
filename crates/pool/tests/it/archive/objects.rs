//! Objects that outlive their pool.

use std::ops::ControlFlow;
use std::path::Path;

use forebay_pool::{ArchiveSettings, ByteSize, Handle, Key, PlainMemory, Pool};
use forebay_store::ErrorKind;

fn pool() -> Pool {
    Pool::builder().memory(ByteSize::mib(8)).spill(PlainMemory::default()).build().unwrap()
}

fn values(number: u8) -> Vec<u8> {
    (0..400_000_u32).map(|at| (at >> 3).to_le_bytes()[0] ^ number).collect()
}

fn fill(path: &Path) -> Vec<Key> {
    let pool = pool();
    let archive = pool.archive(path).wait().unwrap();
    let large = pool.insert(values(1)).wait().unwrap();
    let small = pool.insert(vec![1_u32, 2, 3]).wait().unwrap();
    let text = pool.insert(String::from("kept")).wait().unwrap();
    archive.commit("s", [("large", large.item()), ("small", small.item())]).wait().unwrap();
    vec![large.key(), small.key(), archive.keep(&text).wait().unwrap()]
}

#[test]
fn objects_are_opened_by_a_later_pool_by_key_and_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let keys = fill(folder.path());
    let pool = pool();
    let archive = pool.archive(folder.path()).wait().unwrap();
    let large: Handle<Vec<u8>> = archive.open(keys[0]).wait().unwrap();
    assert!(!large.is_resident() && large.key() == keys[0]);
    assert_eq!(*large.get().wait().unwrap(), values(1));
    let small: Handle<Vec<u32>> = archive.open_in("s", "small").wait().unwrap();
    assert_eq!(*small.get().wait().unwrap(), [1, 2, 3]);
    let text: Handle<String> = archive.find(keys[2]).wait().unwrap().unwrap();
    assert_eq!(*text.get().wait().unwrap(), "kept");
    let both = archive.open_all::<Vec<u8>>(&keys[..1]).wait().unwrap();
    assert!(both[0].ptr_eq(&large));
}

#[test]
fn a_key_that_is_opened_twice_or_was_kept_here_is_one_object() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool();
    let archive = pool.archive(folder.path()).wait().unwrap();
    let first = pool.insert(values(1)).wait().unwrap();
    let key = archive.keep(&first).wait().unwrap();
    let second: Handle<Vec<u8>> = archive.open(key).wait().unwrap();
    assert!(first.ptr_eq(&second));
    archive.commit("s", [("a", &first)]).wait().unwrap();
    assert!(archive.open_in::<Vec<u8>>("s", "a").wait().unwrap().ptr_eq(&first));
}

#[test]
fn what_is_not_there_or_is_of_another_type_is_invalid() {
    let folder = tempfile::tempdir().unwrap();
    let keys = fill(folder.path());
    let pool = pool();
    let archive = pool.archive(folder.path()).wait().unwrap();
    let other = archive.open::<Vec<u16>>(keys[1]).wait().unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Invalid);
    assert!(other.to_string().ends_with("is a `u32`, not a `u16`"), "{other}");
    let nowhere = Key::from_bytes([7; 16]);
    assert_eq!(archive.open::<String>(nowhere).wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert!(archive.find::<String>(nowhere).wait().unwrap().is_none());
    for (snapshot, name) in [("s", "other"), ("t", "large")] {
        let error = archive.open_in::<Vec<u8>>(snapshot, name).wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
}

#[test]
fn an_object_that_was_kept_from_memory_need_not_be_spilled() {
    let folder = tempfile::tempdir().unwrap();
    for adopts in [true, false] {
        let pool = pool();
        let settings = ArchiveSettings { adopts, ..ArchiveSettings::default() };
        let archive = pool.archive_with(folder.path(), settings).wait().unwrap();
        let object = pool.insert(values(2)).wait().unwrap();
        archive.keep(&object).wait().unwrap();
        assert_eq!(object.is_saved(), adopts);
        assert!(object.evict().wait().unwrap());
        archive.delete(object.key()).wait().unwrap();
        assert_eq!(*object.get().wait().unwrap(), values(2));
    }
}

#[test]
fn a_change_after_it_was_kept_is_another_version_with_another_key() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool();
    let archive = pool.archive(folder.path()).wait().unwrap();
    let mut object = pool.insert(values(1)).wait().unwrap();
    let first = archive.keep(&object).wait().unwrap();
    object.get_mut().wait().unwrap()[0] ^= 1;
    let second = archive.keep(&object).wait().unwrap();
    assert_ne!(first, second);
    assert_eq!(*archive.open::<Vec<u8>>(first).wait().unwrap().get().wait().unwrap(), values(1));
    assert_ne!(*archive.open::<Vec<u8>>(second).wait().unwrap().get().wait().unwrap(), values(1));
}

#[test]
fn a_large_commit_goes_through_a_small_memory_and_is_good() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool();
    let archive = pool.archive(folder.path()).wait().unwrap();
    let objects: Vec<_> = (0..48).map(|n| pool.insert(values(n)).wait().unwrap()).collect();
    let named = objects.iter().zip(0..).map(|(object, n)| (format!("n{n:02}"), object.item()));
    let report = archive.commit("s", named).wait().unwrap();
    assert_eq!(report.objects, 48);
    let verified = archive.verify(|_| ControlFlow::Continue(())).wait().unwrap();
    assert!(verified.is_good() && verified.objects == 48, "{verified:?}");
    drop(objects);
    for number in 0..48 {
        let name = format!("n{number:02}");
        let object: Handle<Vec<u8>> = archive.open_in("s", &name).wait().unwrap();
        assert_eq!(*object.get().wait().unwrap(), values(number));
    }
}

#[test]
fn keeps_of_many_threads_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool();
    let archive = pool.archive(folder.path()).wait().unwrap();
    let same = pool.insert(values(9)).wait().unwrap();
    let keys: Vec<Key> = std::thread::scope(|scope| {
        let keep = |number: u8| {
            let (pool, archive, same) = (&pool, &archive, &same);
            scope.spawn(move || {
                let mut keys = vec![archive.keep(same).wait().unwrap()];
                for more in 0..8 {
                    let object = pool.insert(vec![number, more]).wait().unwrap();
                    keys.push(archive.keep(&object).wait().unwrap());
                }
                keys
            })
        };
        let threads: Vec<_> = (0..4).map(keep).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    for key in keys {
        assert!(archive.contains(key).wait().unwrap());
    }
    assert_eq!(archive.keys().wait().unwrap().len(), 33);
}

#[test]
fn an_object_of_another_pool_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (pool, other) = (pool(), pool());
    let archive = pool.archive(folder.path()).wait().unwrap();
    let (ours, alien) =
        (pool.insert(values(1)).wait().unwrap(), other.insert(values(2)).wait().unwrap());
    assert_eq!(archive.keep(&alien).wait().unwrap_err().kind(), ErrorKind::Invalid);
    let both = archive.commit("s", [("ours", &ours), ("alien", &alien)]);
    assert_eq!(both.wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert!(archive.keys().wait().unwrap().is_empty());
    assert!(archive.snapshots().wait().unwrap().is_empty());
}
