//! A place on a simulated disk, an archive beside it, and the places that the real one wrote.

use std::path::PathBuf;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{ByteSize, Result};

use crate::archive::{Archive, ArchiveSettings};
use crate::codec::{Bincode1, BlobCodec, Sink};
use crate::file_backed::{Import, Persisted};
use crate::key::Key;
use crate::medium::PlainMemory;
use crate::pool::Pool;

/// A disk with a place and an archive.
pub(super) struct World {
    pub(super) disk: SimulatedDisk,
    pub(super) pool: Pool,
}

impl World {
    /// With so many rows of a thousand numbers.
    pub(super) fn with(rows: u8) -> Self {
        let seams = ManualClock::new().seams(1);
        let pool = Pool::builder().memory(ByteSize::kib(128)).spill(PlainMemory::default());
        let world = Self { disk: SimulatedDisk::new(1), pool: pool.seams(seams).build().unwrap() };
        (0..rows).for_each(|number| world.put(number, &encoded(&row(number))));
        world
    }

    /// A file of the place.
    pub(super) fn put(&self, number: u8, bytes: &[u8]) {
        let name = key(number).to_string();
        self.put_at(&name[..2], &name, bytes);
    }

    pub(super) fn put_at(&self, folder: &str, name: &str, bytes: &[u8]) {
        let mut directory = self.disk.directory("place");
        for folder in folder.split('/') {
            directory = directory.folder(folder).unwrap();
        }
        assert_eq!(directory.create(name).unwrap().write_at(bytes, 0).unwrap(), bytes.len());
    }

    pub(super) fn place(&self) -> Persisted {
        Persisted::open_in(self.disk.directory("place")).unwrap()
    }

    pub(super) fn import(&self) -> Import<Vec<u64>> {
        Import::of(self.place()).written_by(&Bincode1)
    }

    pub(super) fn archive(&self) -> Archive {
        let directory = self.disk.directory("archive");
        self.pool.archive_in(directory, ArchiveSettings::default()).wait().unwrap()
    }
}

pub(super) fn row(number: u8) -> Vec<u64> {
    (0..1_000).map(|at| at * 31 + u64::from(number)).collect()
}

/// The key of an object; its first two digits say where its file is.
pub(super) fn key(number: u8) -> Key {
    Key::from_bytes([number.wrapping_mul(37); 16])
}

/// In bincode.
pub(super) fn encoded(row: &Vec<u64>) -> Vec<u8> {
    struct Bytes(Vec<u8>);
    impl Sink for Bytes {
        fn put(&mut self, bytes: &[u8]) -> Result<()> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
    }
    let mut bytes = Bytes(Vec::new());
    BlobCodec::<Vec<u64>>::encode(&Bincode1, row, &mut bytes).unwrap();
    bytes.0
}

/// A place that the real one wrote.
pub(super) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/file_backed-0.6.14").join(name)
}

/// What is in it: keys and values as `Debug` shows them.
pub(super) fn expected(text: &str) -> Vec<(Key, String)> {
    let line = |line: &str| {
        let (key, value) = line.split_once(' ').unwrap();
        (key.parse().unwrap(), value.to_owned())
    };
    let mut expected: Vec<_> = text.lines().map(line).collect();
    expected.sort_unstable();
    expected
}
