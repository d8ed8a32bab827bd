//! Readers read what was written whole, and writers are alone. Miri runs this, too.
#![cfg(not(shuttle))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;

use forebay_lock::{Biased, Reading, Seats};

/// Enough for readers to take seats.
const READS: u32 = if cfg!(miri) { 20 } else { 3_000 };

type Lock = Biased<[u64; 2]>;

/// From the seat, or else without.
fn read<'a>(lock: &'a Lock, seats: &'a Seats, seat: usize) -> Reading<'a, [u64; 2]> {
    lock.read_from(seats, seat).unwrap_or_else(|| lock.read())
}

fn calm(lock: &Lock) {
    for _ in 0..READS {
        assert_eq!(lock.read()[0], lock.read()[1]);
    }
}

#[test]
fn what_is_written_is_read_whole_from_seats_and_without() {
    let rounds = if cfg!(miri) { 10 } else { 200 };
    let (seats, start) = (Seats::default(), Barrier::new(4));
    let lock = Biased::new([0_u64; 2], &seats);
    let read = |seat: usize| {
        start.wait();
        for _ in 0..rounds * READS {
            let both = read(&lock, &seats, seat);
            assert_eq!(both[0], both[1]);
        }
    };
    thread::scope(|scope| {
        // Two of them share a seat, and one has none.
        for seat in [0, 0, Seats::COUNT] {
            scope.spawn(move || read(seat));
        }
        start.wait();
        for _ in 0..rounds {
            calm(&lock);
            let mut both = lock.write();
            both[0] += 1;
            both[1] += 1;
        }
    });
    assert_eq!(*lock.read(), [u64::from(rounds); 2]);
}

#[test]
fn a_seat_that_was_another_locks_a_moment_ago_keeps_a_writer_away() {
    let rounds = if cfg!(miri) { 10 } else { 200 };
    let seats = Seats::default();
    let locks = [0_u64, 0].map(|value| Biased::new([value; 2], &seats));
    let start = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            start.wait();
            for _ in 0..rounds * READS {
                for lock in &locks {
                    let both = read(lock, &seats, 0);
                    assert_eq!(both[0], both[1]);
                }
            }
        });
        start.wait();
        for _ in 0..rounds {
            locks.iter().for_each(calm);
            let mut both = locks[0].write();
            both[0] += 1;
            both[1] += 1;
        }
    });
    assert_eq!(*locks[0].read(), [u64::from(rounds); 2]);
}

#[test]
fn a_thread_that_has_a_lock_can_show_it() {
    let lock = Biased::new([1_u64; 2], &Seats::default());
    let held = lock.write();
    assert_eq!(format!("{lock:?}"), "Biased(<locked>)");
    drop(held);
    assert_eq!(format!("{lock:?}"), "Biased([1, 1])");
}

#[test]
fn each_write_counts() {
    let rounds = if cfg!(miri) { 50 } else { 20_000 };
    let lock = Biased::new(0, &Seats::default());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| (0..rounds).for_each(|_| *lock.write() += 1));
        }
    });
    assert_eq!(*lock.read(), rounds * 3);
}

#[test]
fn a_reader_reads_two_locks_at_once_from_one_seat() {
    let seats = Seats::default();
    let locks = [1_u64, 2].map(|value| Biased::new([value; 2], &seats));
    locks.iter().for_each(calm);
    let one = locks[0].read_from(&seats, 0).expect("nobody has the seat");
    assert!(locks[1].read_from(&seats, 0).is_none(), "its seat is taken");
    let other = locks[1].read();
    // The first that goes is not the last that came.
    let (first, again) = (one[0], other[0]);
    drop(one);
    assert_eq!((first, again, other[1]), (1, 2, 2));
    drop(other);
    for lock in &locks {
        lock.write()[0] = 7;
        assert_eq!(read(lock, &seats, 0)[0], 7);
    }
}

#[test]
fn a_reader_that_comes_with_the_seats_of_another_lock_takes_none_of_them() {
    let (seats, others) = (Seats::default(), Seats::default());
    let lock = Biased::new([1_u64; 2], &seats);
    calm(&lock);
    let free = format!("{others:?}");
    assert!(lock.read_from(&others, 0).is_none());
    assert_eq!(format!("{others:?}"), free);
    let seated = lock.read_from(&seats, 0).expect("that is one of its seats");
    assert_ne!(format!("{seats:?}"), free);
    assert_eq!(seated[1], 1);
}

#[test]
fn a_panic_gives_the_lock_back() {
    let seats = Seats::default();
    let lock = Biased::new([0_u64; 2], &seats);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        lock.write()[0] = 1;
        let _held = lock.write();
        panic!("while it is written");
    }));
    assert!(panicked.is_err());
    lock.write()[1] = 1;
    calm(&lock);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = lock.read_from(&seats, 0).expect("nobody has the seat");
        panic!("while it is read");
    }));
    assert!(panicked.is_err());
    lock.write()[0] = 2;
    assert_eq!(*lock.read(), [2, 1]);
}

#[test]
fn many_read_at_once() {
    let seats = Seats::default();
    let lock = Biased::new([3_u64; 2], &seats);
    calm(&lock);
    let all_in = Barrier::new(4);
    let read = |seat: usize| {
        let both = read(&lock, &seats, seat);
        // None goes before all have come.
        all_in.wait();
        assert_eq!(both[0], 3);
    };
    thread::scope(|scope| {
        for seat in [0, 1, Seats::COUNT, 1] {
            scope.spawn(move || read(seat));
        }
    });
}
