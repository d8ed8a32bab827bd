//! Where a blob is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_pool::fault::{Call, Scripted};
use forebay_pool::{
    ByteSize, HEAD, Medium, MediumTraits, Place, PlainMemory, Pool, Reading, Tiers, Usage, Writing,
};
use forebay_store::seam::manual::ManualClock;

use super::rig::{LONG, Two, named, plain};
use crate::medium::rig::{is_all, write};
use crate::rig::bytes;

#[test]
fn what_is_written_goes_to_the_fast_tier() {
    let two = Two::new();
    let places = two.write_all(5);
    assert_eq!(two.blobs(), (5, 0));
    two.end(named(places));
}

#[test]
fn what_finds_no_room_goes_straight_to_the_slow_tier() {
    let two = Two::stepped();
    let places = two.write_all(12);
    assert_eq!(two.blobs(), (10, 2), "nobody has moved anything");
    assert_eq!(two.tiers.usage().blobs, 12);
    two.end(named(places));
}

#[test]
fn the_fast_tier_never_takes_more_than_its_bound() {
    for is_told in [true, false] {
        let two = Two::stepped();
        let mut places = Vec::new();
        for name in 0..30 {
            let length = is_told.then_some(LONG as u64);
            let mut writing = two.tiers.begin(length).unwrap();
            for piece in vec![name; LONG].chunks(10_000) {
                writing.put(piece).unwrap();
                assert!(two.fast.usage().bytes <= 1 << 20);
            }
            places.push(writing.seal(&[name; HEAD]).unwrap());
        }
        assert!(two.blobs().0 >= 9, "{:?}", two.blobs());
        two.end(named(places));
    }
}

#[test]
fn one_that_grows_beyond_the_fast_tier_is_handed_over_with_what_was_put() {
    let two = Two::new();
    let mut writing = two.tiers.begin(None).unwrap();
    let length = 3_000_000;
    for piece in vec![7; length].chunks(70_001) {
        writing.put(piece).unwrap();
    }
    let place = writing.seal(&[7; HEAD]).unwrap();
    assert_eq!(two.blobs(), (0, 1));
    assert!(is_all(&*two.tiers, place, 7, length));
    two.tiers.free(place);
    two.end([]);
}

/// Memory that takes no long blobs.
#[derive(Debug, Default)]
struct Short(PlainMemory);

impl Medium for Short {
    fn traits(&self) -> MediumTraits {
        MediumTraits { blob_max: 200_000, ..self.0.traits() }
    }

    fn begin(&self, length: Option<u64>) -> forebay_store::Result<Box<dyn Writing + '_>> {
        self.0.begin(length)
    }

    fn reading(&self, place: Place) -> forebay_store::Result<Box<dyn Reading + '_>> {
        self.0.reading(place)
    }

    fn free(&self, place: Place) {
        self.0.free(place);
    }

    fn usage(&self) -> Usage {
        self.0.usage()
    }
}

#[test]
fn one_that_is_too_long_for_the_fast_tier_is_written_to_the_slow_one() {
    for length in [Some(210_000), None] {
        let two = Two::with(Scripted::over(Short::default()), plain(), |builder| builder);
        let mut writing = two.tiers.begin(length).unwrap();
        for piece in vec![7; 210_000].chunks(70_000) {
            writing.put(piece).unwrap();
        }
        let place = writing.seal(&[7; HEAD]).unwrap();
        assert_eq!(two.blobs(), (0, 1), "{length:?}");
        assert!(is_all(&*two.tiers, place, 7, 210_000));
        two.tiers.free(place);
        two.end([]);
    }
}

#[test]
fn one_that_could_not_be_handed_over_leaves_nothing() {
    for call in [Call::Reading, Call::Read] {
        let two = Two::new();
        let mut writing = two.tiers.begin(None).unwrap();
        writing.put(&vec![7; 700_000]).unwrap();
        let gone = forebay_pool::Error::unavailable("the disk is gone");
        two.fast.fail(call, 1, &forebay_pool::fault::Fault::Error(gone));
        writing.put(&vec![7; 700_000]).unwrap_err();
        drop(writing);
        two.end([]);
    }
}

#[test]
fn where_there_are_no_numbers_left_it_goes_straight_to_the_slow_tier() {
    let two = Two::with(plain(), plain(), |builder| builder.blobs_max(2));
    let places = two.write_all(4);
    assert_eq!(two.blobs(), (2, 2));
    two.tiers.free(places[0]);
    let again = two.write(9);
    assert_eq!(two.blobs(), (2, 2), "its number is free");
    two.end(named(places).skip(1).chain([(9, again)]));
}

#[test]
fn what_the_table_takes_counts_in_the_pools_memory() {
    let of = |blobs| {
        let builder = Tiers::builder(plain(), plain()).seams(ManualClock::new().seams(1));
        builder.blobs_max(blobs).build().traits().memory
    };
    assert_eq!(of(usize::MAX), u64::MAX);
    assert_eq!(of(1_000) - of(0), 320_000);
    assert!(of(0) >= 128 << 10, "and so does a buffer");
}

#[test]
fn usage_shows_each_tier_and_all_of_them_is_the_sum() {
    let two = Two::stepped();
    let places = two.write_all(12);
    let usage = two.tiers.usage();
    let parts: Vec<_> =
        usage.parts.iter().map(|part| (&*part.name, part.blobs, part.quota)).collect();
    assert_eq!(parts, [("fast", 10, Some(1 << 20)), ("slow", 2, None)]);
    assert_eq!(usage.bytes, usage.parts.iter().map(|part| part.bytes).sum::<u64>());
    two.end(named(places));
}

#[cfg(feature = "lz4")]
#[test]
fn compressed_memory_counts_what_it_takes_and_not_what_it_was() {
    let fast = forebay_pool::CompressedMemory::of(ByteSize::mib(2));
    let tiers = Tiers::builder(fast, plain()).seams(ManualClock::new().seams(1)).build();
    let places: Vec<_> = (0..50).map(|name| write(&tiers, name, LONG).unwrap()).collect();
    assert_eq!(tiers.usage().parts[0].blobs, 50, "five megabytes of zeros and the like");
    assert!(tiers.traits().memory > 2 << 20);
    for (name, place) in named(places) {
        assert!(is_all(&tiers, place, name, LONG));
        tiers.free(place);
    }
}

/// Memory that counts how often it was asked for all that is in it.
#[derive(Debug, Default)]
struct Asked(PlainMemory, Arc<AtomicU64>);

impl Medium for Asked {
    fn traits(&self) -> MediumTraits {
        self.0.traits()
    }

    fn begin(&self, length: Option<u64>) -> forebay_store::Result<Box<dyn Writing + '_>> {
        self.0.begin(length)
    }

    fn reading(&self, place: Place) -> forebay_store::Result<Box<dyn Reading + '_>> {
        self.0.reading(place)
    }

    fn free(&self, place: Place) {
        self.0.free(place);
    }

    fn usage(&self) -> Usage {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.usage()
    }

    fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    fn is_tight(&self) -> bool {
        self.0.is_tight()
    }
}

#[test]
fn a_write_asks_the_tiers_for_their_bytes_and_not_for_all_that_is_in_them() {
    let asked = Arc::<AtomicU64>::default();
    let tier = || Scripted::over(Asked(PlainMemory::default(), Arc::clone(&asked)));
    let two = Two::with(tier(), tier(), |builder| builder);
    let pool = Pool::builder().memory(ByteSize::mib(4)).spill(Arc::clone(&two.tiers));
    let pool = pool.seams(two.clock.seams(1)).build().unwrap();
    let before = asked.load(Ordering::SeqCst);
    for name in 0..20 {
        // What is given back is freed before the next write, if the medium is tight.
        let handle = pool.insert(bytes(name, LONG)).wait().unwrap();
        handle.evict().wait().unwrap();
    }
    let places = two.write_all(12);
    assert_eq!(asked.load(Ordering::SeqCst), before);
    drop(pool);
    two.end(named(places));
}
