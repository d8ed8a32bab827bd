//! Readers read what was written whole, and writers are alone. Miri runs this, too.
#![cfg(not(shuttle))]

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, OnceLock};
use std::thread;

use forebay_lock::{Biased, Reading, Seats, lease};

/// Enough for readers to take seats.
const READS: u32 = if cfg!(miri) { 20 } else { 3_000 };

type Lock = Biased<[u64; 2]>;

/// From this thread's seat, or else without.
fn read<'a>(lock: &'a Lock, seats: &'a Seats) -> Reading<'a, [u64; 2]> {
    lock.read_seated(seats).unwrap_or_else(|| lock.read())
}

/// Reads it until this thread does so from its seat, if the system grants any.
fn calm(lock: &Lock, seats: &Seats) {
    lease();
    if !Seats::are_granted() {
        return;
    }
    for _ in 0..1_000 * READS {
        if lock.read_seated(seats).is_some() {
            return;
        }
        let both = lock.read();
        assert_eq!(both[0], both[1]);
    }
    panic!("it is not read from seats");
}

#[test]
fn what_is_written_is_read_whole_from_seats_and_without() {
    let rounds = if cfg!(miri) { 10 } else { 100 };
    let (seats, start) = (Seats::default(), Barrier::new(4));
    let lock = Biased::new([0_u64; 2], &seats);
    let read = |has_seat: bool| {
        if has_seat {
            lease();
        }
        start.wait();
        for _ in 0..rounds * READS {
            let both = read(&lock, &seats);
            assert_eq!(both[0], both[1]);
        }
    };
    thread::scope(|scope| {
        for has_seat in [true, true, false] {
            scope.spawn(move || read(has_seat));
        }
        start.wait();
        for _ in 0..rounds {
            calm(&lock, &seats);
            let mut both = lock.write();
            both[0] += 1;
            both[1] += 1;
        }
    });
    assert_eq!(*lock.read(), [u64::from(rounds); 2]);
}

#[test]
fn a_thread_without_a_number_has_no_seat() {
    if !Seats::are_granted() {
        return;
    }
    let seats = Seats::default();
    let lock = Biased::new([1_u64; 2], &seats);
    calm(&lock, &seats);
    thread::scope(|scope| {
        scope.spawn(|| {
            assert!(lock.read_seated(&seats).is_none());
            lease();
            assert!(lock.read_seated(&seats).is_some());
        });
    });
}

/// Each write finds the lock biased, and a reader that comes or goes.
#[test]
fn a_writer_never_meets_a_reader_that_has_just_come() {
    let rounds = if cfg!(miri) { 10 } else { 150 };
    let seats = Seats::default();
    let lock = Biased::new([0_u64; 2], &seats);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            lease();
            while !is_over.load(Ordering::Relaxed) {
                let both = read(&lock, &seats);
                assert_eq!(both[0], both[1]);
            }
        });
        for _ in 0..rounds {
            calm(&lock, &seats);
            let mut both = lock.write();
            both[0] += 1;
            both[1] += 1;
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(*lock.read(), [rounds; 2]);
}

#[test]
fn a_seat_that_was_another_locks_a_moment_ago_keeps_a_writer_away() {
    let rounds = if cfg!(miri) { 10 } else { 100 };
    let seats = Seats::default();
    let locks = [0_u64, 0].map(|value| Biased::new([value; 2], &seats));
    let start = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            lease();
            start.wait();
            for _ in 0..rounds * READS {
                for lock in &locks {
                    let both = read(lock, &seats);
                    assert_eq!(both[0], both[1]);
                }
            }
        });
        start.wait();
        for _ in 0..rounds {
            for lock in &locks {
                calm(lock, &seats);
            }
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
    if !Seats::are_granted() {
        return;
    }
    let seats = Seats::default();
    let locks = [1_u64, 2].map(|value| Biased::new([value; 2], &seats));
    for lock in &locks {
        calm(lock, &seats);
    }
    lease();
    let one = locks[0].read_seated(&seats).expect("nobody has the seat");
    assert!(locks[1].read_seated(&seats).is_none(), "its seat is taken");
    let other = locks[1].read();
    // The first that goes is not the last that came.
    let (first, again) = (one[0], other[0]);
    drop(one);
    assert_eq!((first, again, other[1]), (1, 2, 2));
    drop(other);
    for lock in &locks {
        lock.write()[0] = 7;
        assert_eq!(read(lock, &seats)[0], 7);
    }
}

#[test]
fn a_reader_that_comes_with_the_seats_of_another_lock_takes_none_of_them() {
    if !Seats::are_granted() {
        return;
    }
    let (seats, others) = (Seats::default(), Seats::default());
    let lock = Biased::new([1_u64; 2], &seats);
    calm(&lock, &seats);
    lease();
    let free = format!("{others:?}");
    assert!(lock.read_seated(&others).is_none());
    assert_eq!(format!("{others:?}"), free);
    let seated = lock.read_seated(&seats).expect("that is one of its seats");
    assert_ne!(format!("{seats:?}"), free);
    assert_eq!(seated[1], 1);
}

/// What is dropped of a thread after its lease may still read: in the order of their first uses, the last goes first.
#[test]
fn a_reader_that_outlives_the_lease_of_its_thread_is_in_its_seat_until_it_is_dropped() {
    static PLACE: OnceLock<(Lock, Seats)> = OnceLock::new();
    thread_local! {
        static LATE: Late = const { Late(RefCell::new(None)) };
    }
    struct Late(RefCell<Option<Reading<'static, [u64; 2]>>>);
    impl Drop for Late {
        fn drop(&mut self) {
            let (lock, seats) = PLACE.get().expect("it was made before");
            assert!(lock.read_seated(seats).is_none(), "the thread has no number any more");
            assert_eq!(self.0.take().map(|both| both[0]), Some(5));
        }
    }
    if !Seats::are_granted() {
        return;
    }
    let seats = Seats::default();
    let (lock, seats) = PLACE.get_or_init(|| (Biased::new([5; 2], &seats), seats));
    for _ in 0..3 {
        calm(lock, seats);
        let reader = || {
            LATE.with(|late| assert!(late.0.borrow().is_none()));
            lease();
            let both = lock.read_seated(seats);
            assert!(both.is_some());
            LATE.with(|late| *late.0.borrow_mut() = both);
        };
        thread::scope(|scope| scope.spawn(reader).join()).unwrap();
        // Nobody is in it any more.
        drop(lock.write());
    }
}

#[test]
fn a_lock_that_is_read_without_seats_leaves_others_theirs() {
    if !Seats::are_granted() {
        return;
    }
    let seats = Seats::default();
    let [one, other] = [1_u64, 2].map(|value| Biased::new([value; 2], &seats));
    calm(&one, &seats);
    for _ in 0..2 * READS {
        assert_eq!(one.read()[1], 1);
    }
    for _ in 0..READS {
        assert_eq!(other.read()[1], 2);
    }
    assert!(other.read_seated(&seats).is_some());
}

#[test]
fn a_panic_gives_the_lock_back() {
    if !Seats::are_granted() {
        return;
    }
    let seats = Seats::default();
    let lock = Biased::new([0_u64; 2], &seats);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        lock.write()[0] = 1;
        let _held = lock.write();
        panic!("while it is written");
    }));
    assert!(panicked.is_err());
    lock.write()[1] = 1;
    calm(&lock, &seats);
    lease();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = lock.read_seated(&seats).expect("nobody has the seat");
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
    calm(&lock, &seats);
    let all_in = Barrier::new(4);
    let read = |has_seat: bool| {
        if has_seat {
            lease();
        }
        let both = read(&lock, &seats);
        // None goes before all have come.
        all_in.wait();
        assert_eq!(both[0], 3);
    };
    thread::scope(|scope| {
        for has_seat in [true, true, false, true] {
            scope.spawn(move || read(has_seat));
        }
    });
}
