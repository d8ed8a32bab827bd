//! Files that somebody else puts into directories, or takes out of them.

use std::path::Path;

use forebay_journal::disk::{Directory, RealDirectory};
use forebay_pool::{Archive, ByteSize, DirMedium, ErrorKind, Handle, Key, Pool};

use crate::rig::bytes;

const LARGE: usize = 400_000;

fn pool(spill: &Path) -> Pool {
    let spill = DirMedium::open(spill).unwrap();
    Pool::builder().memory(ByteSize::mib(8)).spill(spill).build().unwrap()
}

fn put(path: &Path, text: &str) {
    use std::io::Write;
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let (folder, name) = (path.parent().unwrap(), path.file_name().unwrap());
    let mut file = tempfile::NamedTempFile::new_in(folder).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.persist(folder.join(name)).unwrap();
}

/// Everything that an archive does to its own files.
fn work(archive: &Archive, pool: &Pool) -> Key {
    let object = pool.insert(bytes(1, LARGE)).wait().unwrap();
    object.evict().wait().unwrap();
    archive.commit("s", [("a", &object)]).wait().unwrap();
    archive.commit("s", [("b", &pool.insert(bytes(2, 100)).wait().unwrap())]).wait().unwrap();
    archive.delete_snapshot("s").wait().unwrap();
    archive.gc().wait().unwrap();
    archive.keep(&object).wait().unwrap()
}

#[test]
fn f06_a_thesis_and_photos_are_never_touched_wherever_they_are_put() {
    let folder = tempfile::tempdir().unwrap();
    let (spill, place) = (folder.path().join("spill"), folder.path().join("archive"));
    {
        let pool = pool(&spill);
        work(&pool.archive(&place).wait().unwrap(), &pool);
    }
    let strangers = [
        "spill/thesis.tex",
        "spill/photos/2024/wedding.jpg",
        "archive/thesis.tex",
        "archive/photos/2024/wedding.jpg",
        "archive/kept/thesis.tex",
        "archive/kept/thesis.tex.tmp",
        "archive/objects/photos/2024/wedding.jpg",
        "archive/packs/00000000-0000-0000-0000-000000000000",
        "archive/snapshots/my thesis",
    ];
    for stranger in strangers {
        put(&folder.path().join(stranger), stranger);
    }
    for _ in 0..2 {
        let pool = pool(&spill);
        let archive = pool.archive(&place).wait().unwrap();
        work(&archive, &pool);
        assert_eq!(archive.gc().wait().unwrap().strangers, 5, "in its folders");
    }
    for stranger in strangers {
        let text = std::fs::read_to_string(folder.path().join(stranger)).unwrap();
        assert_eq!(text, stranger);
    }
}

#[test]
fn f15_a_file_that_is_taken_out_or_put_in_by_hand_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let (spill, place) = (folder.path().join("spill"), folder.path().join("archive"));
    let key = {
        let pool = pool(&spill);
        work(&pool.archive(&place).wait().unwrap(), &pool)
    };
    let pool = pool(&spill);
    let archive = pool.archive(&place).wait().unwrap();
    let open: Handle<Vec<u8>> = archive.open(key).wait().unwrap();
    let kept = place.join("kept");
    RealDirectory::existing(&kept).unwrap().remove(&key.to_string()).unwrap();
    assert!(!archive.contains(key).wait().unwrap());
    // Whoever has it open has its file: he reads it, or hears that it is gone.
    match open.get().wait() {
        Ok(value) => assert!(*value == bytes(1, LARGE)),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unavailable),
    }
    drop(open);
    assert!(archive.find::<Vec<u8>>(key).wait().unwrap().is_none());
    assert!(!archive.delete(key).wait().unwrap());
    let stray = Key::from_bytes([7; 16]);
    put(&kept.join(stray.to_string()), "no blob at all");
    assert_eq!(archive.open::<Vec<u8>>(stray).wait().unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn f16_what_is_spilled_on_one_file_system_is_kept_on_another() {
    // Where that is no file system of its own the claim holds all the more.
    let other = Path::new("/dev/shm");
    let other = if other.is_dir() { other.to_path_buf() } else { std::env::temp_dir() };
    let (spill, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir_in(other).unwrap());
    let pool = pool(spill.path());
    let archive = pool.archive(place.path()).wait().unwrap();
    let object = pool.insert(bytes(1, LARGE)).wait().unwrap();
    assert!(object.evict().wait().unwrap());
    let key = archive.keep(&object).wait().unwrap();
    archive.commit("s", [("a", &object)]).wait().unwrap();
    drop((object, archive));
    let archive = pool.archive(place.path()).wait().unwrap();
    for object in [archive.open::<Vec<u8>>(key), archive.open_in("s", "a")] {
        assert_eq!(*object.wait().unwrap().get().wait().unwrap(), bytes(1, LARGE));
    }
}

#[test]
fn a_file_in_place_of_a_directory_is_invalid_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thesis.tex");
    put(&file, "thesis");
    assert_eq!(DirMedium::open(&file).unwrap_err().kind(), ErrorKind::Invalid);
    let pool = Pool::builder().memory(ByteSize::mib(1)).build().unwrap();
    assert_eq!(pool.archive(&file).wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(pool.archive_to_read(&file).wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "thesis");
}
