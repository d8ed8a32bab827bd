//! What is given back is freed before a medium that is almost full is written to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_pool::fault::{Call, Scripted};
use forebay_pool::{ByteSize, Medium, MediumTraits, Place, PlainMemory, Reading, Usage, Writing};
use forebay_store::Result;

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
