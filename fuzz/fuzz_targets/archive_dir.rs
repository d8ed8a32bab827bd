//! An archive with some of its bytes changed: it opens or is refused, a verification ends, nothing that is
//! damaged is called good, and a collection leaves what snapshots have. The input says whether its names are in doubt,
//! so that they are made anew, and then has a list of changes: which file, where, and what is there instead.
#![no_main]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use forebay_journal::disk::Directory;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::{ArchiveSettings, ByteSize, Catalog, Pool};
use libfuzzer_sys::fuzz_target;

const FOLDERS: [&str; 4] = ["kept", "objects", "packs", "snapshots"];

type Files = Vec<(String, String, Vec<u8>)>;

/// The files of a good archive, each with its folder.
static GOOD: LazyLock<Files> = LazyLock::new(|| {
    let disk = SimulatedDisk::new(1);
    let pool = pool();
    let settings = ArchiveSettings { small_max: ByteSize::bytes(64), ..Default::default() };
    let archive = pool.archive_in(disk.directory("a"), settings).wait().expect("made");
    let kept = pool.insert(vec![1_u8; 40]).wait().expect("there is room");
    let large = pool.insert(vec![2_u16; 90]).wait().expect("there is room");
    archive.keep(&kept).wait().expect("kept");
    archive.commit("s", [("kept", kept.item()), ("large", large.item())]).wait().expect("done");
    archive.commit("t", [("large", large.item())]).wait().expect("done");
    let mut files = vec![file(&disk, "a", "ARCHIVE")];
    for folder in FOLDERS.map(|folder| format!("a/{folder}")) {
        files.extend(disk.files(&folder).iter().map(|name| file(&disk, &folder, name)));
    }
    files
});

fn file(disk: &SimulatedDisk, folder: &str, name: &str) -> (String, String, Vec<u8>) {
    let bytes = disk.read_live(folder, name).expect("it was listed");
    (folder.to_owned(), name.to_owned(), bytes)
}

fn pool() -> Pool {
    Pool::builder().memory(ByteSize::mib(4)).build().expect("a pool")
}

fn changed(mutations: &[u8]) -> (Files, bool) {
    let mut files = GOOD.clone();
    for change in mutations.chunks_exact(4) {
        let count = files.len();
        let (_, _, bytes) = &mut files[usize::from(change[0]) % count];
        let at = usize::from(u16::from_le_bytes([change[1], change[2]])) % (bytes.len() + 1);
        match bytes.get_mut(at) {
            Some(byte) => *byte = change[3],
            None => bytes.truncate(usize::from(change[3])),
        }
    }
    let is_good = files == *GOOD;
    (files, is_good)
}

fn put(files: &Files) -> Arc<dyn Directory> {
    let disk = SimulatedDisk::new(1);
    let root = disk.directory("a");
    for folder in FOLDERS {
        root.folder(folder).expect("made");
    }
    for (folder, name, bytes) in files {
        let file = disk.directory(folder).create(name).expect("made");
        assert_eq!(file.write_at(bytes, 0).expect("written"), bytes.len());
    }
    root
}

fuzz_target!(|input: &[u8]| {
    let Some((first, mutations)) = input.split_first() else { return };
    let (files, is_good) = changed(mutations);
    let root = put(&files);
    if first & 1 == 1 {
        root.create("DOUBT").expect("made");
    }
    let Ok(catalog) = Catalog::open_in(Arc::clone(&root)) else {
        assert!(!is_good);
        return;
    };
    let verified = catalog.verify(|_| ControlFlow::Continue(())).expect("the disk is good");
    // What nothing is left of is a stranger, and counted.
    assert_eq!(verified.is_good() && verified.strangers == 0, is_good, "{verified:?}");
    let pool = pool();
    let archive = pool.archive_in(Arc::clone(&root), ArchiveSettings::default()).wait();
    let archive = archive.expect("it is ours");
    let before = shown(&catalog);
    let collected = archive.gc().wait();
    assert!(!is_good || collected.expect("it is good").removed == 0);
    assert_eq!(shown(&catalog), before);
    assert!(root.list().expect("the disk is good").iter().all(|name| name != "DOUBT"));
});

/// What each snapshot says of itself.
fn shown(catalog: &Catalog) -> BTreeMap<String, usize> {
    let snapshots = catalog.snapshots().expect("the disk is good").whole;
    let one = |name: String| {
        let items = catalog.items(&name).expect("it was listed");
        (name, items.len())
    };
    snapshots.into_iter().map(|snapshot| one(snapshot.name)).collect()
}
