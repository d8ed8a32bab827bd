//! What things cost: allocations, and the most that is on the heap.

use std::hint::black_box;
use std::sync::Mutex;

use allocation_counter::measure;
use forebay_pool::{ByteSize, Handle, Medium, MediumTraits, Place, Pool, Reading, Usage, Writing};
use forebay_store::Result;
use forebay_store::seam::manual::ManualClock;

use crate::rig::{World, bytes};

#[test]
fn a_hit_allocates_nothing() {
    let world = World::new();
    let handle = world.pool.insert(bytes(1, 1_000)).wait().unwrap();
    drop(handle.get().wait().unwrap());
    for (name, hit) in [
        ("get", (|handle| drop(black_box(handle.get().wait().unwrap()))) as fn(&Handle<Vec<u8>>)),
        ("try_get", |handle| drop(black_box(handle.try_get().unwrap()))),
        ("get_blocking", |handle| drop(black_box(handle.get_blocking().unwrap()))),
        ("clone", |handle| drop(black_box(handle.clone()))),
    ] {
        let counted = measure(|| (0..100).for_each(|_| hit(&handle)));
        assert_eq!(counted.count_total, 0, "{name}");
    }
}

#[test]
fn an_insert_allocates_three_times_at_most() {
    let world = World::new();
    let insert = || world.pool.insert(Vec::<u8>::new()).wait().unwrap();
    // The tables of the pool grow with the first.
    let mut kept: Vec<_> = (0..100).map(|_| insert()).collect();
    kept.truncate(10);
    let mut handles = Vec::with_capacity(50);
    let counted = measure(|| (0..50).for_each(|_| handles.push(insert())));
    assert!(counted.count_total <= 150, "{} for 50", counted.count_total);
    drop((kept, handles));
}

/// Keeps of each blob its head and one byte, as a payload of one byte only is written here. So what it
/// takes of the heap says nothing of the pool.
#[derive(Debug, Default)]
struct Sparse(Mutex<Vec<Kept>>);

#[derive(Clone, Copy, Debug)]
struct Kept {
    head: [u8; 128],
    byte: u8,
}

impl Medium for Sparse {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (1 << 40, 1 << 17);
        MediumTraits { blob_max, is_whole: false, piece, has_links: false, memory: 0 }
    }

    fn begin(&self, _: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        Ok(Box::new(Begun { of: self, byte: 0, length: 128 }))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        let at = usize::try_from(place.file).unwrap();
        Ok(Box::new(self.0.lock().unwrap()[at]))
    }

    fn free(&self, _: Place) {}

    fn usage(&self) -> Usage {
        Usage::default()
    }
}

struct Begun<'a> {
    of: &'a Sparse,
    byte: u8,
    length: u64,
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.byte = bytes.first().copied().unwrap_or(self.byte);
        self.length += bytes.len() as u64;
        Ok(())
    }

    fn offset(&self) -> u32 {
        128
    }

    fn seal(self: Box<Self>, head: &[u8; 128]) -> Result<Place> {
        let mut all = self.of.0.lock().unwrap();
        let file = all.len() as u64;
        all.push(Kept { head: *head, byte: self.byte });
        Ok(Place { part: 0, file, at: 0, length: self.length })
    }
}

impl Reading for Kept {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        for (at, byte) in (at..).zip(into) {
            *byte = usize::try_from(at)
                .ok()
                .and_then(|at| self.head.get(at).copied())
                .unwrap_or(self.byte);
        }
        Ok(())
    }
}

/// Everything runs on this thread, so what is counted is all that there is.
fn sparse(memory: ByteSize) -> Pool {
    let seams = ManualClock::new().seams(1);
    Pool::builder().memory(memory).spill(Sparse::default()).seams(seams).build().unwrap()
}

const MEBIBYTE: usize = 1 << 20;

#[test]
fn the_heap_stays_within_the_budget_and_a_tenth() {
    let memory = ByteSize::mib(8);
    let mut all = Vec::with_capacity(48);
    let counted = measure(|| {
        let pool = sparse(memory);
        for name in 0..48_u8 {
            let room = pool.reserve(ByteSize::bytes(MEBIBYTE as u64 + 24)).wait().unwrap();
            all.push(pool.insert_into(room, vec![name; MEBIBYTE]).unwrap());
        }
        for round in 0..2 {
            for (name, handle) in (0..48_u8).zip(&all) {
                let value = handle.get().wait().unwrap();
                assert_eq!((value[0], value[MEBIBYTE - 1]), (name, name), "round {round}");
            }
        }
    });
    let bound = memory.as_bytes() * 11 / 10;
    assert!(counted.bytes_max <= bound, "{} of {memory}", ByteSize::bytes(counted.bytes_max));
    assert!(counted.bytes_max >= memory.as_bytes() / 2, "all the objects were here at some time");
    drop(all);
}

#[test]
fn a_value_that_is_made_before_there_is_room_is_all_that_comes_on_top() {
    let memory = ByteSize::mib(8);
    let mut all: Vec<Handle<Vec<u8>>> = Vec::with_capacity(48);
    let counted = measure(|| {
        let pool = sparse(memory);
        for name in 0..48_u8 {
            all.push(pool.insert(vec![name; MEBIBYTE]).wait().unwrap());
        }
    });
    let bound = memory.as_bytes() * 11 / 10 + MEBIBYTE as u64;
    assert!(counted.bytes_max <= bound, "{} of {memory}", ByteSize::bytes(counted.bytes_max));
    drop(all);
}

#[test]
fn what_a_slot_is_counted_for_is_what_it_takes() {
    let (count, size) = (5_000_u64, 4_000);
    let mut all = Vec::with_capacity(5_000);
    let medium = Sparse::default();
    medium.0.lock().unwrap().reserve(10_000);
    let seams = ManualClock::new().seams(1);
    let builder = Pool::builder().memory(ByteSize::mib(16)).spill(medium).seams(seams);
    let pool = builder.build().unwrap();
    // The buffers of writes are there from the first on.
    pool.insert(bytes(1, 10)).wait().unwrap().write_now().wait().unwrap();
    let before = pool.stats().own.as_bytes();
    let insert = |_| all.push(pool.insert(vec![7_u8; size]).wait().unwrap());
    let heap = measure(|| (0..count).for_each(insert));
    let stats = pool.stats();
    assert!(stats.objects.spilled > 1_000 && stats.objects.all() - stats.objects.spilled > 1_000);
    let slots = heap.bytes_current - i64::try_from(stats.resident.as_bytes()).unwrap();
    let (takes, counted) = (slots.cast_unsigned() / count, (stats.own.as_bytes() - before) / count);
    assert!((counted * 2 / 3..=counted).contains(&takes), "{takes} bytes, counted for {counted}");
    drop(all);
}
