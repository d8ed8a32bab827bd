//! Two media as one keep the contract of one.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::conformance::assert_conforms;
use forebay_pool::{ByteSize, DirMedium, PlainMemory, Tiers};
use forebay_store::seam::manual::ManualClock;

use crate::medium::rig::{SPILL, mib};

fn directory(size: u64) -> DirMedium {
    let disk = SimulatedDisk::new(7);
    let builder = DirMedium::builder().directory(disk.directory(SPILL), mib(size));
    builder.small_max(ByteSize::kib(64)).seams(ManualClock::new().seams(7)).open().unwrap()
}

fn tiers(fast: impl forebay_pool::Medium, slow: impl forebay_pool::Medium) -> Tiers {
    Tiers::builder(fast, slow).seams(ManualClock::new().seams(7)).build()
}

#[test]
fn a_small_directory_before_a_larger_one_conforms() {
    assert_conforms(|| tiers(directory(2), directory(24)));
}

#[test]
fn a_directory_before_memory_conforms() {
    assert_conforms(|| tiers(directory(4), PlainMemory::default()));
}

#[test]
fn memory_before_a_directory_conforms() {
    for size in [1, 8] {
        assert_conforms(move || {
            let builder = Tiers::builder(PlainMemory::default(), directory(24));
            builder.fast_max(ByteSize::mib(size)).seams(ManualClock::new().seams(7)).build()
        });
    }
}

#[cfg(feature = "lz4")]
#[test]
fn compressed_memory_before_a_directory_conforms() {
    for size in [1, 8] {
        assert_conforms(move || {
            tiers(forebay_pool::CompressedMemory::of(ByteSize::mib(size)), directory(24))
        });
    }
}

#[test]
fn three_tiers_conform() {
    assert_conforms(|| tiers(directory(1), tiers(directory(4), directory(24))));
}
