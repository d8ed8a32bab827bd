//! What is given back is freed at once if that takes no I/O, and else before a medium that is almost full is
//! written to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::fault::{Call, Scripted};
use forebay_pool::{ByteSize, Medium, MediumTraits, Place, PlainMemory, Reading, Usage, Writing};
use forebay_store::Result;
use forebay_store::seam::manual::ManualClock;

use super::rig::{builder_with, mib};
use crate::rig::{World, bytes};

/// Says of itself that it is so full, in percent.
#[derive(Clone, Debug, Default)]
struct Full(Arc<PlainMemory>, Arc<AtomicU64>);

impl Medium for Full {
    fn traits(&self) -> MediumTraits {
        self.0.traits()
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        self.0.begin(length)
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        self.0.reading(place)
    }

    fn free(&self, place: Place) {
        self.0.free(place);
    }

    fn usage(&self) -> Usage {
        let bytes = self.1.load(Ordering::SeqCst);
        Usage { bytes, quota: Some(100), ..self.0.usage() }
    }
}

#[test]
fn what_was_given_back_is_freed_first_if_the_medium_is_almost_full() {
    let full = Full::default();
    let medium = Scripted::over(full.clone());
    let spill = medium.clone();
    let world = World::build(ByteSize::mib(1), true, |builder| builder.spill(spill));
    let insert = |name| world.pool.insert(bytes(name, 1000)).wait().unwrap();
    let [first, second, third, fourth] = [1, 2, 3, 4].map(insert);
    first.write_now().wait().unwrap();
    second.write_now().wait().unwrap();
    full.1.store(80, Ordering::SeqCst);
    drop(first);
    third.write_now().wait().unwrap();
    assert_eq!(medium.count(Call::Free), 0, "there is room, and a job does it");
    drop(second);
    full.1.store(81, Ordering::SeqCst);
    let (seen, before) = (medium.clone(), Arc::new(AtomicU64::new(0)));
    let freed = Arc::clone(&before);
    medium.during(move |call| {
        if call == Call::Begin {
            freed.store(seen.count(Call::Free), Ordering::SeqCst);
        }
    });
    fourth.write_now().wait().unwrap();
    medium.undisturbed();
    assert_eq!(before.load(Ordering::SeqCst), 2, "before the write");
    drop((third, fourth));
    world.jobs.run();
}

#[test]
fn a_directory_frees_at_once_what_takes_no_io_and_the_rest_in_a_job() {
    let disk = SimulatedDisk::new(1);
    // A sixteenth of it may be files that are kept to be used again.
    let spill = builder_with(&disk, mib(16), ManualClock::new().seams(1)).open().unwrap();
    let medium = Arc::new(spill);
    let spill = Arc::clone(&medium);
    let world = World::build(ByteSize::mib(8), true, |builder| builder.spill(spill));
    for (length, is_at_once) in [(1_000, true), (300_000, true), (2_000_000, false)] {
        let handle = world.pool.insert(bytes(1, length)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        world.jobs.run();
        assert_eq!(medium.usage().blobs, 1);
        drop(handle);
        assert_eq!(medium.usage().blobs, u64::from(!is_at_once), "{length} bytes");
        world.jobs.run();
        assert_eq!(medium.usage().blobs, 0);
    }
}
