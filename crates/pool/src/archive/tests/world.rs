//! A simulated disk with an archive on it, and processes that come and go.

use std::collections::BTreeMap;
use std::sync::Arc;

use forebay_journal::disk::simulated::{Ending, SimulatedDisk};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{ByteSize, Error, Result};

use super::object::Fake;
use super::spill::Spill;
use crate::archive::manifest::Entry;
use crate::archive::{Archive, ArchiveSettings};
use crate::blob::{Expected, expected, read_blob};
use crate::inner::Inner;
use crate::key::Key;
use crate::medium::Medium;
use crate::pool::Pool;
use crate::slot::Blob;

/// A disk, and the process that lives now.
pub(crate) struct World {
    pub(crate) disk: SimulatedDisk,
    pub(crate) pool: Pool,
    pub(crate) spill: Arc<Spill>,
    /// Each process draws other numbers.
    lives: u64,
}

impl World {
    pub(crate) const ARCHIVE: &'static str = "archive";

    pub(crate) fn new(seed: u64) -> Self {
        // Two worlds are two machines: they draw other numbers.
        Self::on(SimulatedDisk::new(seed), 1 + (seed << 16))
    }

    /// One that is there already.
    pub(crate) fn from(disk: SimulatedDisk) -> Self {
        Self::on(disk, 1)
    }

    fn on(disk: SimulatedDisk, lives: u64) -> Self {
        let seams = ManualClock::new().seams(lives << 8);
        let pool = Pool::builder().memory(ByteSize::mib(64)).seams(seams).build().unwrap();
        let spill = Spill::of(disk.directory("spill"));
        Self { disk, pool, spill, lives }
    }

    /// As it is now, for a run of its own: its process is dead.
    pub(crate) fn copy(&self) -> Self {
        let disk = self.disk.copy();
        disk.kill();
        Self::on(disk, self.lives + 1)
    }

    /// Another pool on the same disk, which stands for another process.
    pub(crate) fn beside(&self) -> Self {
        Self::on(self.disk.clone(), self.lives + 1)
    }

    /// The next process, after a kill or a power cut.
    pub(crate) fn after(self, end: impl FnOnce(&SimulatedDisk)) -> Self {
        end(&self.disk);
        Self::on(self.disk, self.lives + 1)
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        self.pool.inner()
    }

    pub(crate) fn try_open(&self) -> Result<Archive> {
        self.try_open_with(ArchiveSettings::default())
    }

    pub(crate) fn try_open_with(&self, settings: ArchiveSettings) -> Result<Archive> {
        self.pool.archive_in(self.disk.directory(Self::ARCHIVE), settings).wait()
    }

    pub(crate) fn open(&self) -> Archive {
        self.try_open().unwrap()
    }

    /// One that is spilled.
    pub(crate) fn spilled(&self, number: u64, length: usize) -> Arc<Fake> {
        let object = object(number, length);
        object.spill(self).unwrap();
        object
    }

    /// The names in a folder of the archive.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        self.disk.files(&format!("{}/{folder}", Self::ARCHIVE))
    }

    pub(crate) fn path(folder: &str) -> String {
        format!("{}/{folder}", Self::ARCHIVE)
    }
}

/// Lets so many calls through, and ends the process at the next.
pub(crate) fn end_after(disk: &SimulatedDisk, ending: Ending, steps: u64) {
    match ending {
        Ending::Kill => disk.kill_after(steps),
        Ending::PowerCut => disk.cut_after(steps),
    }
}

/// The process has ended so.
pub(crate) fn carry_out(disk: &SimulatedDisk, ending: Ending) {
    match ending {
        Ending::Kill => disk.kill(),
        Ending::PowerCut => disk.power_cut(),
    }
}

/// An object in memory that has no blob.
pub(crate) fn object(number: u64, length: usize) -> Arc<Fake> {
    Fake::new(super::rig::key(number), content(number, length))
}

/// What an object of that number has in it.
pub(crate) fn content(number: u64, length: usize) -> Vec<u8> {
    let step = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..length as u64).map(|at| (at.wrapping_mul(step) >> 13).to_le_bytes()[0]).collect()
}

/// What is in a blob, checked as a load checks it.
pub(crate) fn load(blob: &Blob) -> Result<Vec<u8>> {
    let expected: Expected = expected::<Vec<u8>>(Some(blob.head.id));
    read_blob::<Vec<u8>>(&*blob.medium, blob.place, &expected, None)
}

/// What an archive has under a key.
pub(crate) fn found(archive: &Archive, key: Key) -> Result<Option<Vec<u8>>> {
    archive.vault().find(key)?.map(|blob| load(&blob)).transpose()
}

/// What a snapshot has: names and contents.
pub(crate) fn shown(archive: &Archive, snapshot: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let snapshot = snapshot.parse()?;
    let known = archive.vault().known()?;
    let no_snapshot = || Error::invalid(format!("there is no snapshot `{snapshot}`"));
    let entries = known.entries(&snapshot)?.ok_or_else(no_snapshot)?;
    // Each where its own entry says it is: another snapshot may have another copy of it.
    let one = |entry: &Entry| {
        let blob = archive.vault().blob_at(entry.spot, entry.head);
        load(&blob).map(|bytes| (entry.name.to_string(), bytes))
    };
    entries.iter().map(one).collect()
}

/// A blob of a medium that a test wrote.
pub(crate) fn blob_of(world: &World, medium: Arc<dyn Medium>, fake: &Fake) -> Result<Arc<Blob>> {
    let mut scratch = world.inner().lanes.scratch();
    let (key, bytes) = (fake.id(), fake.bytes().to_vec());
    let written = crate::blob::write_blob(&*medium, key, &bytes, 0, &mut scratch)?;
    Ok(Blob::new(medium, written.place, written.head, &world.inner().lanes))
}
