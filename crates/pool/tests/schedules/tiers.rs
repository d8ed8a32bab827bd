//! Threads beside a move from one tier to the other.

use std::sync::Arc;

use forebay_pool::fault::Scripted;
use forebay_pool::{ByteSize, HEAD, Medium, Place, Tiers};
use forebay_store::Seams;
use forebay_store::seam::manual::ManualClock;

use super::world::{Threads, explore, together};

const LENGTH: usize = 100_000;
/// Room for two blobs: with a third the coldest moves.
const FAST: u64 = 300_000;

/// Two tiers whose moves are threads of the explorer. Both check that no place is freed twice, or read
/// after that.
struct Two {
    fast: Scripted,
    slow: Scripted,
    tiers: Arc<Tiers>,
}

impl Two {
    fn new() -> Self {
        let (fast, slow) = (Scripted::default(), Scripted::default());
        let mut seams: Seams = ManualClock::new().seams(1);
        seams.spawn = Arc::new(Threads);
        let builder = Tiers::builder(fast.clone(), slow.clone());
        let tiers = builder.fast_max(ByteSize::bytes(FAST)).seams(seams).build();
        Self { fast, slow, tiers: Arc::new(tiers) }
    }

    fn write(&self, name: u8) -> Place {
        write(&self.tiers, name)
    }

    /// Nothing is left when whoever moves blobs has ended.
    fn check(&self) {
        for _ in 0..10_000 {
            if self.fast.usage().blobs + self.slow.usage().blobs == 0 {
                self.fast.assert_used_well();
                return self.slow.assert_used_well();
            }
            shuttle::thread::yield_now();
        }
        panic!("left: {:?}, {:?}", self.fast.usage(), self.slow.usage());
    }
}

fn write(tiers: &Tiers, name: u8) -> Place {
    let mut writing = tiers.begin(Some(LENGTH as u64)).unwrap();
    writing.put(&vec![name; LENGTH]).unwrap();
    writing.seal(&[name; HEAD]).unwrap()
}

/// In two pieces, so that it may move between them.
fn check(tiers: &Tiers, place: Place, name: u8) {
    let mut reading = tiers.reading(place).unwrap();
    let at = place.length - LENGTH as u64;
    for at in [at, at + LENGTH as u64 / 2] {
        let mut bytes = vec![!name; LENGTH / 2];
        reading.read(at, &mut bytes).unwrap();
        assert!(bytes.iter().all(|byte| *byte == name));
    }
}

#[test]
fn a_blob_is_read_whole_wherever_it_is_moving() {
    explore(|| {
        let two = Two::new();
        let first = two.write(1);
        let second = two.write(2);
        let (reader, writer) = (Arc::clone(&two.tiers), Arc::clone(&two.tiers));
        together(vec![
            Box::new(move || (0..2).for_each(|_| check(&reader, first, 1))),
            Box::new(move || {
                for name in [3, 4, 5] {
                    let place = write(&writer, name);
                    check(&writer, place, name);
                    writer.free(place);
                }
            }),
        ]);
        check(&two.tiers, second, 2);
        two.tiers.free(first);
        two.tiers.free(second);
        two.check();
    });
}

#[test]
fn a_blob_freed_beside_its_move_is_freed_once_in_each_tier() {
    explore(|| {
        let two = Two::new();
        let places = [1, 2, 3].map(|name| two.write(name));
        let (freer, writer) = (Arc::clone(&two.tiers), Arc::clone(&two.tiers));
        together(vec![
            Box::new(move || places.into_iter().for_each(|place| freer.free(place))),
            Box::new(move || {
                let place = write(&writer, 4);
                writer.free(place);
            }),
        ]);
        assert_eq!(two.tiers.usage().blobs, 0);
        two.check();
    });
}

#[test]
fn two_writers_never_take_more_than_the_bound_of_the_fast_tier() {
    explore(|| {
        let two = Two::new();
        let writers = [1, 2].map(|name| {
            let (tiers, fast) = (Arc::clone(&two.tiers), two.fast.clone());
            let work = move || {
                let places = [name, name + 2].map(|name| write(&tiers, name));
                assert!(fast.usage().bytes <= FAST, "{:?}", fast.usage());
                places.into_iter().for_each(|place| tiers.free(place));
            };
            Box::new(work) as Box<dyn FnOnce() + Send>
        });
        together(writers.into());
        two.check();
    });
}
