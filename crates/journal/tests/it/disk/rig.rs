//! What the tests of the disk share.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::disk::{Directory, DiskFile, RealDirectory};

/// A file with `bytes`, durable with its name.
pub(crate) fn durable_file(disk: &SimulatedDisk, name: &str, bytes: &[u8]) -> Arc<dyn DiskFile> {
    let directory = disk.directory("a");
    let file = directory.create(name).unwrap();
    write(&*file, bytes, 0);
    file.sync().unwrap();
    directory.sync().unwrap();
    file
}

/// Writes all of it, by a call that takes it wholly.
pub(crate) fn write(file: &dyn DiskFile, bytes: &[u8], offset: u64) {
    assert_eq!(file.write_at(bytes, offset).unwrap(), bytes.len());
}

/// All that a file holds, as a process reads it.
pub(crate) fn read(directory: &dyn Directory, name: &str) -> io::Result<Vec<u8>> {
    let file = directory.open(name, false)?;
    let mut bytes = vec![0; usize::try_from(file.len()?).unwrap()];
    let mut done = 0;
    while done < bytes.len() {
        match file.read_at(&mut bytes[done..], done as u64)? {
            0 => break,
            count => done += count,
        }
    }
    assert_eq!(done, bytes.len(), "{name} ends before its length");
    Ok(bytes)
}

/// The states of a file's sectors, each all of one byte.
pub(crate) fn sectors(bytes: &[u8]) -> Vec<u8> {
    let one = |sector: &[u8]| {
        assert!(sector.iter().all(|byte| *byte == sector[0]), "a sector is torn");
        sector[0]
    };
    bytes.chunks(512).map(one).collect()
}

/// Runs a check on both kinds, each time in an empty directory.
pub(crate) fn on_both(check: impl Fn(Arc<dyn Directory>)) {
    let place = tempfile::tempdir().unwrap();
    check(Arc::new(RealDirectory::open(place.path().join("new/a")).unwrap()));
    check(SimulatedDisk::new(1).directory("a"));
}

/// The names in a directory, ascending.
pub(crate) fn names(directory: &dyn Directory) -> Vec<String> {
    let mut names = directory.list().unwrap();
    names.sort();
    names
}

/// The kind of the error that it must be.
pub(crate) fn kind<T>(result: io::Result<T>) -> ErrorKind {
    result.err().unwrap().kind()
}

/// Every list of names, with the first byte of each file, that power cuts leave after `change`.
pub(crate) fn outcomes(change: impl Fn(&SimulatedDisk)) -> BTreeSet<String> {
    let left = |seed| {
        let disk = SimulatedDisk::new(seed);
        change(&disk);
        disk.power_cut();
        shape(&disk, "a")
    };
    (0..300).map(left).collect()
}

/// What is in a directory and, after the name of each folder and a slash, in its folders.
fn shape(disk: &SimulatedDisk, directory: &str) -> String {
    let one = |name: String| match disk.read_live(directory, &name) {
        Some(bytes) => name + &bytes.first().map_or_else(|| "?".to_owned(), ToString::to_string),
        None => format!("{name}/{}", shape(disk, &format!("{directory}/{name}"))),
    };
    disk.files(directory).into_iter().map(one).collect::<Vec<_>>().join(" ")
}

pub(crate) fn set<const N: usize>(states: [&str; N]) -> BTreeSet<String> {
    states.map(str::to_owned).into()
}
