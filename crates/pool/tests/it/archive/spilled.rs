//! Objects that were spilled to a directory before they were kept.

use std::path::Path;

use forebay_pool::{ByteSize, DirMedium, Handle, Pool};

const LENGTH: usize = 600_000;

fn pool(path: &Path) -> Pool {
    let spill = DirMedium::open(path.join("spill")).unwrap();
    Pool::builder().memory(ByteSize::mib(8)).spill(spill).build().unwrap()
}

fn values(number: u8) -> Vec<u8> {
    (0..LENGTH as u64).map(|at| (at >> 4).to_le_bytes()[0] ^ number).collect()
}

fn spilled(pool: &Pool, number: u8) -> Handle<Vec<u8>> {
    let object = pool.insert(values(number)).wait().unwrap();
    assert!(object.evict().wait().unwrap());
    object
}

#[test]
fn what_is_spilled_later_never_goes_where_a_kept_object_is() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path());
    let archive = pool.archive(folder.path().join("archive")).wait().unwrap();
    let (kept, committed) = (spilled(&pool, 1), spilled(&pool, 2));
    let key = archive.keep(&kept).wait().unwrap();
    let report = archive.commit("s", [("a", &committed)]).wait().unwrap();
    // On one file system a spilled object is linked, not copied.
    assert_eq!(report.written, 0);
    drop((kept, committed));
    pool.idle().wait().unwrap();
    let later: Vec<_> = (3..9).map(|number| spilled(&pool, number)).collect();
    let again: Handle<Vec<u8>> = archive.open(key).wait().unwrap();
    assert_eq!(*again.get().wait().unwrap(), values(1));
    let again: Handle<Vec<u8>> = archive.open_in("s", "a").wait().unwrap();
    assert_eq!(*again.get().wait().unwrap(), values(2));
    for (object, number) in later.iter().zip(3..) {
        assert_eq!(*object.get().wait().unwrap(), values(number));
    }
}

#[test]
fn a_spilled_object_lives_on_when_it_is_deleted_from_the_archive() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path());
    let archive = pool.archive(folder.path().join("archive")).wait().unwrap();
    let object = spilled(&pool, 1);
    let key = archive.keep(&object).wait().unwrap();
    assert!(archive.delete(key).wait().unwrap());
    assert_eq!(*object.get().wait().unwrap(), values(1));
    drop((object, archive, pool));
    let pool = self::pool(folder.path());
    let archive = pool.archive(folder.path().join("archive")).wait().unwrap();
    assert!(archive.find::<Vec<u8>>(key).wait().unwrap().is_none());
}

/// A folder on another file system than the usual one, if this machine has one where we may write; else on the
/// same one. Whether it is another one.
fn elsewhere() -> (tempfile::TempDir, bool) {
    let usual = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap());
    let is_other = device(other.path()) != device(usual.path());
    (other, is_other)
}

#[cfg(unix)]
fn device(path: &Path) -> u64 {
    std::os::unix::fs::MetadataExt::dev(&path.metadata().unwrap())
}

#[cfg(not(unix))]
fn device(_: &Path) -> u64 {
    0
}

#[test]
fn what_is_spilled_on_another_file_system_is_copied() {
    let (folder, (other, is_other)) = (tempfile::tempdir().unwrap(), elsewhere());
    let pool = pool(other.path());
    let archive = pool.archive(folder.path().join("archive")).wait().unwrap();
    let (kept, committed) = (spilled(&pool, 1), spilled(&pool, 2));
    let key = archive.keep(&kept).wait().unwrap();
    let report = archive.commit("s", [("a", &committed)]).wait().unwrap();
    assert_eq!(report.written, if is_other { report.bytes } else { 0 });
    drop((kept, committed, archive, pool));
    drop(other);
    let pool = self::pool(folder.path());
    let archive = pool.archive(folder.path().join("archive")).wait().unwrap();
    let again: Handle<Vec<u8>> = archive.open(key).wait().unwrap();
    assert_eq!(*again.get().wait().unwrap(), values(1));
    let again: Handle<Vec<u8>> = archive.open_in("s", "a").wait().unwrap();
    assert_eq!(*again.get().wait().unwrap(), values(2));
}
