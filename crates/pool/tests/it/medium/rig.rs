//! A medium on a simulated disk.

use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::{ByteSize, DirBuilder, DirMedium, HEAD, Medium, Place, Quota};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Result, Seams};

/// The directory that is used.
pub(super) const SPILL: &str = "spill";

/// A builder for that directory. Each process draws other numbers.
pub(super) fn builder(disk: &SimulatedDisk, process: u64) -> DirBuilder {
    builder_with(disk, Quota::unbounded(), ManualClock::new().seams(process))
}

pub(super) fn builder_with(disk: &SimulatedDisk, quota: Quota, seams: Seams) -> DirBuilder {
    DirMedium::builder().directory(disk.directory(SPILL), quota).seams(seams)
}

pub(super) fn open(disk: &SimulatedDisk, process: u64) -> Arc<DirMedium> {
    Arc::new(builder(disk, process).open().unwrap())
}

pub(super) fn mib(mib: u64) -> Quota {
    Quota::bytes(ByteSize::mib(mib))
}

/// Writes a blob of bytes that are all `byte`.
pub(super) fn write(to: &dyn Medium, byte: u8, length: usize) -> Result<Place> {
    let mut writing = to.begin(Some(length as u64))?;
    writing.put(&vec![byte; length])?;
    writing.seal(&[byte; HEAD])
}

/// Whether all bytes of a blob are `byte`.
pub(super) fn is_all(of: &dyn Medium, place: Place, byte: u8, length: usize) -> bool {
    let mut bytes = vec![0; length];
    of.reading(place).unwrap().read(place.length - length as u64, &mut bytes).unwrap();
    bytes.iter().all(|found| *found == byte)
}
