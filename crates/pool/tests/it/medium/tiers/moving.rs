//! What moves down, and what does not.

use std::sync::{Arc, Mutex};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::fault::{Call, Scripted};
use forebay_pool::{ByteSize, DirMedium, HEAD, Medium, Pool, Quota, Tiers};
use forebay_store::seam::Spawn;
use forebay_store::seam::manual::ManualClock;

use super::rig::{LONG, Two, gathering, named, plain};
use crate::medium::rig::{SPILL, write};

#[test]
fn the_coldest_move_down_when_the_fast_tier_is_nearly_full() {
    let two = Two::new();
    let places = two.write_all(10);
    assert_eq!(two.blobs(), (7, 3));
    let above: Vec<_> = places.iter().map(|place| two.is_above(*place)).collect();
    assert_eq!(above[..4], [false, false, false, true]);
    two.end(named(places));
}

#[test]
fn what_was_read_lately_is_not_the_coldest() {
    let two = Two::new();
    let mut places = two.write_all(9);
    assert!(two.is_whole(places[0], 0));
    places.push(two.write(9));
    assert!(two.is_above(places[0]));
    assert!(!two.is_above(places[3]));
    two.end(named(places));
}

#[test]
fn nothing_moves_before_a_job_does_it_and_one_job_is_enough() {
    let two = Two::stepped();
    let places = two.write_all(12);
    assert_eq!(two.blobs(), (10, 2));
    let jobs = two.jobs.clone().unwrap();
    assert!(jobs.step());
    assert_eq!(two.blobs(), (7, 5));
    assert!(!jobs.step(), "one was sent");
    two.end(named(places));
}

#[test]
fn a_job_that_is_thrown_away_is_sent_again() {
    let two = Two::stepped();
    let mut places = two.write_all(10);
    let jobs = two.jobs.clone().unwrap();
    jobs.lose();
    places.push(two.write(10));
    jobs.run();
    assert_eq!(two.blobs(), (7, 4));
    two.end(named(places));
}

#[test]
fn room_is_made_for_the_next_when_there_was_none_for_this() {
    let two = Two::new();
    let mut places = two.write_all(8);
    // More than is left, and not half of it.
    let large = vec![100; 300_000];
    let write = || {
        let mut writing = two.tiers.begin(Some(300_000)).unwrap();
        writing.put(&large).unwrap();
        writing.seal(&[100; HEAD]).unwrap()
    };
    let first = write();
    assert!(!two.is_above(first), "it does not wait for room");
    let second = write();
    assert!(two.is_above(second));
    two.tiers.free(first);
    two.tiers.free(second);
    places.push(two.write(8));
    two.end(named(places));
}

#[test]
fn a_blob_that_is_read_is_not_moved() {
    let two = Two::new();
    let mut places = two.write_all(9);
    let tiers = Arc::clone(&two.tiers);
    let mut reading = tiers.reading(places[0]).unwrap();
    // So that it is the coldest again.
    for (name, place) in (1..).zip(&places[1..]) {
        assert!(two.is_whole(*place, name));
    }
    places.push(two.write(9));
    assert_eq!(two.blobs(), (7, 3), "others are");
    let mut bytes = vec![9; LONG];
    reading.read(places[0].length - LONG as u64, &mut bytes).unwrap();
    assert!(bytes.iter().all(|byte| *byte == 0));
    drop(reading);
    assert!(two.is_above(places[0]));
    two.end(named(places));
}

/// A medium for as long as the process: so a reading of it can go anywhere.
fn leaked(two: &Two) -> &'static Arc<Tiers> {
    Box::leak(Box::new(Arc::clone(&two.tiers)))
}

#[test]
fn who_reads_a_blob_that_moves_meanwhile_reads_on() {
    let two = Two::new();
    let mut places = two.write_all(9);
    let (tiers, first) = (leaked(&two), places[0]);
    let reading = Arc::new(Mutex::new(None));
    let begun = Arc::clone(&reading);
    two.slow.during(move |call| {
        let mut reading = begun.lock().unwrap();
        if call == Call::Seal && reading.is_none() {
            *reading = Some(tiers.reading(first).unwrap());
        }
    });
    places.push(two.write(9));
    two.slow.undisturbed();
    assert_eq!(two.blobs(), (7, 4), "it is above still, and another one has made room");
    assert_eq!(two.tiers.usage().blobs, 10, "and counts once");
    assert!(!two.is_above(first), "who comes now reads below");
    let mut reading = reading.lock().unwrap().take().unwrap();
    let mut bytes = vec![9; LONG];
    reading.read(first.length - LONG as u64, &mut bytes).unwrap();
    assert!(bytes.iter().all(|byte| *byte == 0));
    drop(reading);
    assert_eq!(two.blobs(), (6, 4));
    two.end(named(places));
}

#[test]
fn a_blob_that_is_freed_while_it_moves_leaves_nothing() {
    for call in [Call::Begin, Call::Put, Call::Seal] {
        let two = Two::new();
        let mut places = two.write_all(9);
        let (tiers, first) = (leaked(&two), Mutex::new(Some(places.remove(0))));
        two.slow.during(move |now| {
            let first = if now == call { first.lock().unwrap().take() } else { None };
            if let Some(place) = first {
                tiers.free(place);
            }
        });
        places.push(two.write(9));
        two.slow.undisturbed();
        assert_eq!(two.blobs(), (7, 2), "{call:?}");
        two.end((1..).zip(places));
    }
}

/// A pack gives back nothing before its last blob has gone.
#[test]
fn a_fast_tier_with_packs_is_not_emptied() {
    let directory = SimulatedDisk::new(1).directory(SPILL);
    let builder = DirMedium::builder().directory(directory, Quota::unbounded());
    let fast = builder.seams(ManualClock::new().seams(1)).open().unwrap();
    let two = Two::with(Scripted::over(fast), plain(), |builder| builder);
    let mut places = Vec::new();
    for name in 0..40 {
        places.push(two.write(name));
        assert!(two.blobs().0 >= u64::from(name + 1).min(5), "{:?} of {name}", two.blobs());
    }
    assert!(two.blobs().1 > 20, "{:?}", two.blobs());
    two.end(named(places));
}

#[derive(Debug)]
struct NoThreads;

impl Spawn for NoThreads {
    fn run(&self, _job: Box<dyn FnOnce() + Send>) {
        panic!("there are no threads");
    }
}

#[test]
fn a_write_whose_mover_cannot_be_sent_succeeds_all_the_same() {
    let (fast, slow) = (plain(), plain());
    let mut seams = ManualClock::new().seams(1);
    seams.spawn = Arc::new(NoThreads);
    let builder = Tiers::builder(fast.clone(), slow).fast_max(ByteSize::mib(1));
    let tiers = builder.seams(seams).build();
    let places: Vec<_> = (0..10).map(|name| write(&tiers, name, LONG).unwrap()).collect();
    assert_eq!(fast.usage().blobs, 10);
    for place in places {
        tiers.free(place);
    }
    assert_eq!(fast.usage().blobs, 0);
}

/// A blob with a head, a gap and a payload whose bytes all differ from their neighbours.
fn whole(length: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(length).collect()
}

/// In memory payloads begin at once, in files of their own with the second block.
#[test]
fn a_place_stays_valid_where_payloads_begin_elsewhere() {
    let directory = || {
        let builder = DirMedium::builder()
            .directory(SimulatedDisk::new(1).directory(SPILL), Quota::unbounded())
            .small_max(ByteSize::kib(4));
        Scripted::over(builder.seams(ManualClock::new().seams(1)).open().unwrap())
    };
    for (fast, slow) in [(plain(), directory()), (directory(), plain())] {
        let two = Two::with(fast, slow, |builder| builder);
        let payload = whole(LONG);
        let head: [u8; HEAD] = whole(HEAD).try_into().unwrap();
        let mut writing = two.tiers.begin(Some(LONG as u64)).unwrap();
        writing.put(&payload).unwrap();
        let offset = writing.offset() as usize;
        let place = writing.seal(&head).unwrap();
        assert_eq!(place.length, (offset + LONG) as u64);
        let others = two.write_all(10);
        assert!(!two.is_above(place), "it has moved");

        let mut expected = vec![0; offset + LONG];
        expected[..HEAD].copy_from_slice(&head);
        expected[offset..].copy_from_slice(&payload);
        for piece in [expected.len(), 127, 128, 129, 4096, 5000] {
            let mut found = vec![1; expected.len()];
            let mut reading = two.tiers.reading(place).unwrap();
            let mut at = 0;
            for piece in found.chunks_mut(piece) {
                reading.read(at, piece).unwrap();
                at += piece.len() as u64;
            }
            assert!(found == expected, "in pieces of {piece}");
        }
        let mut reading = two.tiers.reading(place).unwrap();
        for (at, count) in [(place.length - 1, 2), (place.length, 1), (u64::MAX, 1)] {
            let error = reading.read(at, &mut vec![0; count]).unwrap_err();
            assert_eq!(error.kind(), forebay_pool::ErrorKind::Corrupt, "{count} bytes at {at}");
        }
        drop(reading);
        two.tiers.free(place);
        two.end(named(others));
    }
}

#[test]
fn what_moves_between_stores_is_there_twice_and_counts_in_the_pools_memory() {
    let two = Two::with(gathering(), gathering(), |builder| builder);
    let builder = Pool::builder().memory(ByteSize::mib(1)).spill(Arc::clone(&two.tiers));
    let pool = Arc::new(builder.seams(two.clock.seams(1)).build().unwrap());
    let before = pool.stats().encoding.as_bytes();
    let seen = Arc::<Mutex<Vec<u64>>>::default();
    let (looks, of) = (Arc::clone(&seen), Arc::clone(&pool));
    two.slow.during(move |call| {
        if call == Call::Seal {
            looks.lock().unwrap().push(of.stats().encoding.as_bytes() - before);
        }
    });
    let places = two.write_all(10);
    two.slow.undisturbed();
    let whole = (LONG + HEAD) as u64;
    assert_eq!(*seen.lock().unwrap(), [2 * whole; 3], "what is read, and what is written");
    assert_eq!(pool.stats().encoding.as_bytes(), before);
    drop(pool);
    two.end(named(places));
}

/// A directory of a mebibyte, in which blobs of a kilobyte take two.
fn small() -> Two {
    let directory = SimulatedDisk::new(1).directory(SPILL);
    let builder = DirMedium::builder().directory(directory, Quota::bytes(ByteSize::mib(1)));
    let fast = Scripted::over(builder.seams(ManualClock::new().seams(1)).open().unwrap());
    Two::with(fast, plain(), |builder| builder.blobs_max(10_000))
}

#[test]
fn small_blobs_move_until_three_quarters_are_taken_and_no_further() {
    let two = small();
    let places: Vec<_> = (0..1_000).map(|_| write(&*two.tiers, 1, 1_000).unwrap()).collect();
    let (above, below) = two.blobs();
    assert!((370..=450).contains(&above) && above + below == 1_000, "{above} of 512");
    for place in places {
        two.tiers.free(place);
    }
    two.end([]);
}

#[test]
fn where_what_is_free_is_in_pieces_blobs_move_until_something_whole_is() {
    let two = small();
    let small: Vec<_> = (0..600).map(|_| write(&*two.tiers, 1, 1_000).unwrap()).collect();
    let large = two.write_all(20);
    let above = large.iter().filter(|place| two.is_above(**place)).count();
    assert!(above >= 5, "{above} of 20");
    for place in small {
        two.tiers.free(place);
    }
    two.end(named(large));
}
