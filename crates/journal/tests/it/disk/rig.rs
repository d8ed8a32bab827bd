//! What the tests of the disk share.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::disk::{Directory, DiskFile};

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
