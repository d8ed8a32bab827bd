//! Checkpoints that are damaged, cut off, or in the way: nothing is restored.

use std::fs;
use std::mem::discriminant;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::disk::{Directory, RealDirectory};
use forebay_state::copy::{Copying, restore, restore_from};
use forebay_state::snapshot::file_name;
use forebay_state::{State, Table};
use forebay_store::{Error, ErrorKind};

use super::checkpoints::{BACKUP, at};

#[derive(State, Clone)]
struct Town {
    #[table(id = 1)]
    people: Table<String, (u8, String)>,
}

fn town() -> State<Town> {
    let town = State::<Town>::memory();
    town.write(|tx| {
        tx.people.put("ada".into(), (36, "London".into()))?;
        tx.people.put("alan".into(), (41, "Manchester".into()))
    })
    .unwrap();
    town
}

fn stream() -> Vec<u8> {
    let mut bytes = Vec::new();
    town().checkpoint_to(&mut bytes, |_| Ok(())).unwrap();
    bytes
}

fn refused(bytes: &[u8], place: &str) -> Error {
    let disk = SimulatedDisk::new(1);
    let restored = restore_from(bytes, at(&disk, BACKUP), |_| Ok(()));
    assert!(disk.files(BACKUP).iter().all(|name| name == "LOCK"), "{place}");
    restored.expect_err(place)
}

#[test]
fn a_wrong_bit_at_any_byte_of_a_checkpoint_is_refused() {
    let bytes = stream();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let place = format!("byte {at}");
        assert_eq!(refused(&flipped, &place).kind(), ErrorKind::Corrupt, "{place}");
    }
}

#[test]
fn a_checkpoint_that_is_cut_off_or_has_more_behind_it_is_refused() {
    let bytes = stream();
    for length in 0..bytes.len() {
        let place = format!("{length} bytes of {}", bytes.len());
        assert_eq!(refused(&bytes[..length], &place).kind(), ErrorKind::Corrupt, "{place}");
    }
    let longer = [bytes.as_slice(), b"\0"].concat();
    assert_eq!(refused(&longer, "one byte more").kind(), ErrorKind::Corrupt);
}

#[test]
fn a_wrong_bit_in_a_directory_is_refused() {
    let disk = SimulatedDisk::new(1);
    town().checkpoint(at(&disk, BACKUP)).wait().unwrap();
    let snapshot = file_name(0);
    for name in ["state", &snapshot] {
        let length = disk.read_live(BACKUP, name).unwrap().len() as u64;
        for byte in (0..length).step_by(13) {
            let bit = byte * 8 + byte % 8;
            disk.flip_bit(BACKUP, name, bit);
            let restored = restore(at(&disk, BACKUP), at(&disk, "new"), |_| Ok(()));
            disk.flip_bit(BACKUP, name, bit);
            if name == "state" && byte >= 4096 {
                // Its two slots say the same, so one may be wrong.
                restored.unwrap();
                let files = disk.directory("new");
                files.list().unwrap().iter().for_each(|name| files.remove(name).unwrap());
                continue;
            }
            assert_eq!(restored.unwrap_err().kind(), ErrorKind::Corrupt, "{name}, byte {byte}");
            assert!(disk.files("new").iter().all(|name| name == "LOCK"), "{name}, byte {byte}");
        }
    }
    restore(at(&disk, BACKUP), at(&disk, "new"), |_| Ok(())).unwrap();
}

#[test]
fn a_snapshot_of_another_state_is_refused() {
    let disk = SimulatedDisk::new(1);
    for name in [BACKUP, "other"] {
        town().checkpoint(at(&disk, name)).wait().unwrap();
    }
    let name = file_name(0);
    let bytes = disk.read_live("other", &name).unwrap();
    let files = disk.directory(BACKUP);
    files.remove(&name).unwrap();
    files.create(&name).unwrap().write_at(&bytes, 0).unwrap();
    let error = restore(at(&disk, BACKUP), at(&disk, "new"), |_| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("another state"), "{error}");
}

#[test]
fn a_directory_that_is_not_empty_is_refused() {
    let disk = SimulatedDisk::new(1);
    disk.directory(BACKUP).create("letter.txt").unwrap();
    let error = restore_from(stream().as_slice(), at(&disk, BACKUP), |_| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("`letter.txt` is in it"), "{error}");
    assert_eq!(disk.files(BACKUP), ["letter.txt"]);
}

#[test]
fn progress_is_told_and_can_end_a_restore() {
    let (disk, bytes) = (SimulatedDisk::new(1), stream());
    for end_at in [Copying::Written as fn(u64) -> Copying, Copying::Checked] {
        let mut is_told = false;
        let stop = |done| {
            is_told |= discriminant(&done) == discriminant(&end_at(0));
            if is_told { Err(Error::refused("enough")) } else { Ok(()) }
        };
        let error = restore_from(bytes.as_slice(), at(&disk, BACKUP), stop).unwrap_err();
        assert!(is_told);
        assert!(error.kind() == ErrorKind::Refused && error.to_string().contains("enough"));
        assert_eq!(disk.files(BACKUP), ["LOCK"]);
    }
}

#[test]
fn directories_of_a_real_file_system_are_made_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let names = |name: &str| {
        let mut names: Vec<_> =
            fs::read_dir(path(name)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let town = town();
    town.checkpoint(path("deep/backup")).wait().unwrap();
    assert_eq!(names("deep"), ["backup"]);
    assert_eq!(names("deep/backup"), ["LOCK", "snap-0000000000000000", "state"]);
    // An empty directory is as good as none.
    fs::create_dir(path("empty")).unwrap();
    restore(path("deep/backup"), path("empty"), |_| Ok(())).unwrap();
    fs::create_dir(path("other")).unwrap();
    town.checkpoint(path("other")).wait().unwrap();
    for name in ["empty", "other"] {
        let copy = State::<Town>::open(path(name)).unwrap();
        assert!(copy.read().people.iter().eq(town.read().people.iter()), "{name}");
    }
    let error = town.checkpoint(path("other")).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    RealDirectory::existing(folder.path()).unwrap().create("file").unwrap();
    let error = town.checkpoint(path("file")).wait().unwrap_err();
    assert!(error.kind() == ErrorKind::Invalid && error.to_string().contains("not a directory"));
    let error = restore_from(&b"text"[..], path("new"), |_| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(!path("new").exists() && !path("file.unfinished").exists());
}
