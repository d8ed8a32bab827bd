//! An archive that a release has written. What is found in it stays as it is, whatever is written later.
//!
//! `fixtures/pool/v1/archive/good.hex` has the bytes of every file: `file NAME LENGTH`, then `OFFSET HEX` for
//! each 32 bytes that are not all zero.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::ControlFlow;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::{ByteSize, ErrorKind};

use super::world::{World, content, object, shown};
use crate::archive::{ArchiveSettings, Catalog};

const GOOD: &str = include_str!("../../../../../fixtures/pool/v1/archive/good.hex");
const FOLDERS: [&str; 4] = ["kept", "objects", "packs", "snapshots"];

type Contents = BTreeMap<String, Vec<u8>>;

fn expand(text: &str) -> Contents {
    let mut files = Contents::new();
    let mut last = String::new();
    for line in text.lines() {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["file", name, length] => {
                (*name).clone_into(&mut last);
                files.insert(last.clone(), vec![0; length.parse().unwrap()]);
            }
            [offset, hex] => {
                let at = usize::from_str_radix(offset, 16).unwrap();
                let file = &mut files.get_mut(&last).unwrap()[at..];
                for (byte, pair) in file.iter_mut().zip(hex.as_bytes().chunks(2)) {
                    *byte = u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
                }
            }
            _ => panic!("`{line}` is neither a file nor bytes"),
        }
    }
    files
}

fn text_of(files: &Contents) -> String {
    let mut text = String::new();
    for (name, bytes) in files {
        writeln!(text, "file {name} {}", bytes.len()).unwrap();
        let lines = bytes.chunks(32).enumerate();
        for (at, line) in lines.filter(|(_, line)| line.iter().any(|byte| *byte != 0)) {
            write!(text, "{:08x} ", at * 32).unwrap();
            for byte in line {
                write!(text, "{byte:02x}").unwrap();
            }
            text.push('\n');
        }
    }
    text
}

/// A disk with these files, and no process that has them open.
fn on_disk(files: &Contents) -> World {
    let disk = SimulatedDisk::new(1);
    let root = disk.directory(World::ARCHIVE);
    for folder in FOLDERS {
        root.folder(folder).unwrap();
    }
    for (path, bytes) in files {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = if folder.is_empty() { World::ARCHIVE.into() } else { World::path(folder) };
        let file = disk.directory(&folder).create(name).unwrap();
        assert_eq!(file.write_at(bytes, 0).unwrap(), bytes.len());
    }
    World::from(disk)
}

/// How it was made: one object that was kept, a snapshot with a pack and a file, and one that is
/// empty.
fn made() -> Contents {
    let world = World::new(7);
    let settings = ArchiveSettings { small_max: ByteSize::bytes(100), ..Default::default() };
    let archive = world.try_open_with(settings).unwrap();
    archive.keep(&object(1, 40)).wait().unwrap();
    let (small, other, large) = (object(2, 0), object(3, 70), object(4, 300));
    let items = [("small", &small), ("\u{e4}hnlich", &other), ("large", &large), ("again", &large)];
    archive.commit("step-1", items).wait().unwrap();
    archive
        .commit("nothing", Vec::<(&str, &std::sync::Arc<super::object::Fake>)>::new())
        .wait()
        .unwrap();
    drop(archive);
    let mut files = Contents::new();
    let mut add = |directory: &str, path: String, name: &str| {
        files.insert(path, world.disk.read_live(directory, name).unwrap());
    };
    add(World::ARCHIVE, "ARCHIVE".into(), "ARCHIVE");
    for folder in FOLDERS {
        for name in world.names(folder) {
            add(&World::path(folder), format!("{folder}/{name}"), &name);
        }
    }
    files
}

#[test]
fn an_archive_is_written_as_ever() {
    let text = text_of(&made());
    assert!(text == GOOD, "{text}");
}

#[test]
fn what_was_written_is_found() {
    let world = on_disk(&expand(GOOD));
    let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
    let verified = catalog.verify(|_| ControlFlow::Continue(())).unwrap();
    assert!(verified.is_good() && verified.objects == 4, "{verified:?}");
    assert_eq!(catalog.kept().unwrap(), [super::rig::key(1)]);
    let archive = world.open();
    let expected = [("again", 4, 300), ("large", 4, 300), ("small", 2, 0), ("\u{e4}hnlich", 3, 70)];
    let expected = expected.map(|(name, number, length)| (name.into(), content(number, length)));
    assert_eq!(shown(&archive, "step-1").unwrap(), expected.into());
    assert_eq!(shown(&archive, "nothing").unwrap(), BTreeMap::new());
    let snapshots = archive.snapshots().wait().unwrap().all().unwrap();
    let facts: Vec<_> = snapshots.iter().map(|it| (&*it.name, it.sequence, it.objects)).collect();
    assert_eq!(facts, [("nothing", 2, 0), ("step-1", 1, 4)]);
}

/// The good one with one byte of a file changed.
fn damaged(folder: &str, at: usize) -> World {
    let mut files = expand(GOOD);
    let (_, bytes) = files.iter_mut().find(|(name, _)| name.starts_with(folder)).unwrap();
    bytes[at] ^= 0x10;
    on_disk(&files)
}

#[test]
fn damage_is_found_where_it_is() {
    let identity = damaged("ARCHIVE", 20);
    assert_eq!(identity.try_open().unwrap_err().kind(), ErrorKind::Corrupt);
    for (folder, at) in [("kept", 140), ("objects", 200), ("packs", 300), ("snapshots/step", 200)] {
        let world = damaged(folder, at);
        let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
        let verified = catalog.verify(|_| ControlFlow::Continue(())).unwrap();
        assert_eq!(verified.damaged.len(), 1, "{folder}: {verified:?}");
        assert!(verified.damaged[0].path.contains(folder), "{folder}: {verified:?}");
        assert_eq!(verified.missing.is_empty(), matches!(folder, "kept" | "snapshots/step"));
        assert_eq!(world.try_open().unwrap().gc().wait().is_err(), folder == "snapshots/step");
    }
}
