//! A pool that spills to two tiers.

use std::sync::Arc;

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{ByteSize, DirMedium, Error, Pool, Tiers};
use forebay_store::seam::manual::ManualClock;

use super::rig::{LONG, Two};
use crate::rig::bytes;

/// Several times what the fast tier takes, on real directories.
#[test]
fn what_a_pool_has_spilled_to_either_tier_is_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let fast = DirMedium::open(directory.path().join("fast")).unwrap();
    let slow = DirMedium::open(directory.path().join("slow")).unwrap();
    let seams = ManualClock::new().seams(1);
    let tiers = Tiers::builder(fast, slow).fast_max(ByteSize::mib(2)).seams(seams.clone()).build();
    let pool = Pool::builder().memory(ByteSize::mib(4)).spill(tiers).seams(seams).build().unwrap();
    for (length, objects) in [(300_000, 48), (20_000, 250)] {
        let handles: Vec<_> =
            (0..objects).map(|name| pool.insert(bytes(name, length)).wait().unwrap()).collect();
        for handle in &handles {
            handle.evict().wait().unwrap();
        }
        let parts = pool.stats().medium.unwrap().parts;
        assert!(parts.iter().all(|part| part.blobs > 0), "{parts:?}");
        for _ in 0..2 {
            for (name, handle) in (0..).zip(&handles) {
                assert_eq!(*handle.get().wait().unwrap(), bytes(name, length));
                handle.evict().wait().unwrap();
            }
        }
        drop(handles);
        assert_eq!(pool.stats().medium.unwrap().blobs, 0);
    }
}

#[test]
fn a_write_that_fails_above_is_tried_again_below() {
    let two = Two::new();
    let builder = Pool::builder().memory(ByteSize::mib(2)).spill(Shared(Arc::clone(&two.tiers)));
    let pool = builder.seams(two.clock.seams(3)).build().unwrap();
    let handle = pool.insert(bytes(1, LONG)).wait().unwrap();
    let gone = Fault::Error(Error::unavailable("the disk is gone"));
    two.fast.fail(Call::Put, 1, &gone);
    handle.evict().wait().unwrap_err();
    assert_eq!(*handle.try_get().unwrap(), bytes(1, LONG), "it stays in memory");
    assert!(handle.evict().wait().unwrap());
    assert_eq!(two.blobs(), (0, 1));
    assert_eq!(*handle.get().wait().unwrap(), bytes(1, LONG));
    drop((handle, pool));
    two.end([]);
}

/// The same medium, for a test that looks at it from outside.
#[derive(Debug)]
struct Shared(Arc<Tiers>);

impl forebay_pool::Medium for Shared {
    fn traits(&self) -> forebay_pool::MediumTraits {
        self.0.traits()
    }

    fn begin(
        &self,
        length: Option<u64>,
    ) -> forebay_store::Result<Box<dyn forebay_pool::Writing + '_>> {
        self.0.begin(length)
    }

    fn reading(
        &self,
        place: forebay_pool::Place,
    ) -> forebay_store::Result<Box<dyn forebay_pool::Reading + '_>> {
        self.0.reading(place)
    }

    fn free(&self, place: forebay_pool::Place) {
        self.0.free(place);
    }

    fn usage(&self) -> forebay_pool::Usage {
        self.0.usage()
    }
}
