//! What the tests of archives share.

use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_journal::disk::simulated::SimulatedDisk;

use proptest::prelude::ProptestConfig;

use crate::key::Key;

/// Failures are not saved in files.
pub(crate) fn unsaved() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// A key that is told from others by its number.
pub(crate) fn key(number: u64) -> Key {
    let mut bytes = [0xa5; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Key::from_bytes(bytes)
}

/// An empty file on a disk of its own, and a way to its bytes.
pub(crate) fn new_file() -> (SimulatedDisk, Arc<dyn DiskFile>) {
    let disk = SimulatedDisk::new(1);
    let file = disk.directory("a").create("file").unwrap();
    (disk, file)
}

pub(crate) fn bytes_of(disk: &SimulatedDisk) -> Vec<u8> {
    disk.read_live("a", "file").unwrap()
}
