//! Readers beside writers, under a schedule explorer: `cargo xtask schedules`.
#![cfg(shuttle)]

use std::sync::Arc;

use forebay_lock::{Biased, Seats};
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread;

fn explore(case: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(case, 20_000);
}

/// Notices when somebody is in it who should not be: readers and writers are counted.
#[derive(Default)]
struct Watched {
    readers: AtomicUsize,
    writers: AtomicUsize,
    writes: usize,
}

impl Watched {
    fn read(&self) -> usize {
        self.readers.fetch_add(1, Ordering::SeqCst);
        assert_eq!(self.writers.load(Ordering::SeqCst), 0, "somebody writes it");
        let writes = self.writes;
        assert_eq!(self.writers.load(Ordering::SeqCst), 0, "somebody writes it");
        self.readers.fetch_sub(1, Ordering::SeqCst);
        writes
    }

    fn write(&mut self) {
        assert_eq!(self.writers.fetch_add(1, Ordering::SeqCst), 0, "somebody writes it");
        assert_eq!(self.readers.load(Ordering::SeqCst), 0, "somebody reads it");
        self.writes += 1;
        assert_eq!(self.readers.load(Ordering::SeqCst), 0, "somebody reads it");
        self.writers.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A lock and its seats.
type Lock = Arc<(Biased<Watched>, Seats)>;

fn lock() -> Lock {
    lock_of(&Seats::default())
}

fn lock_of(seats: &Seats) -> Lock {
    Arc::new((Biased::new(Watched::default(), seats), seats.clone()))
}

/// From this thread's seat, or else without. There are two seats, and a third thread has that of the first.
fn read(lock: &Lock) -> usize {
    let seated = lock.0.read_seated(&lock.1);
    seated.unwrap_or_else(|| lock.0.read()).read()
}

fn reader(lock: &Lock, times: usize) -> thread::JoinHandle<()> {
    let lock = Arc::clone(lock);
    thread::spawn(move || {
        let mut seen = 0;
        for _ in 0..times {
            let now = read(&lock);
            assert!(now >= seen, "what was seen is seen again");
            seen = now;
        }
    })
}

fn unseated(lock: &Lock, times: usize) -> thread::JoinHandle<()> {
    let lock = Arc::clone(lock);
    thread::spawn(move || {
        for _ in 0..times {
            lock.0.read().read();
        }
    })
}

fn writer(lock: &Lock, times: usize) -> thread::JoinHandle<()> {
    let lock = Arc::clone(lock);
    thread::spawn(move || (0..times).for_each(|_| lock.0.write().write()))
}

fn joined(threads: Vec<thread::JoinHandle<()>>) {
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn who_writes_is_alone_beside_readers_in_seats() {
    explore(|| {
        let lock = lock();
        joined(vec![reader(&lock, 4), reader(&lock, 4), writer(&lock, 2)]);
        assert_eq!(lock.0.read().read(), 2);
    });
}

#[test]
fn who_writes_is_alone_beside_readers_of_one_seat_and_of_none() {
    explore(|| {
        let lock = lock();
        joined(vec![reader(&lock, 3), unseated(&lock, 2), reader(&lock, 3), writer(&lock, 2)]);
        assert_eq!(lock.0.read().read(), 2);
    });
}

#[test]
fn writers_beside_each_other_lose_nothing() {
    explore(|| {
        let lock = lock();
        joined(vec![reader(&lock, 4), writer(&lock, 2), writer(&lock, 2)]);
        assert_eq!(lock.0.read().read(), 4);
    });
}

#[test]
fn a_seat_that_goes_from_lock_to_lock_holds_up_none_of_them_for_ever() {
    explore(|| {
        let seats = Seats::default();
        let both: [Lock; 2] = [(); 2].map(|()| lock_of(&seats));
        let locks = both.clone();
        let reads = thread::spawn(move || {
            for n in 0..6 {
                read(&locks[n / 2 % 2]);
            }
        });
        joined(vec![reads, writer(&both[0], 2), writer(&both[1], 1)]);
        assert_eq!((both[0].0.read().read(), both[1].0.read().read()), (2, 1));
    });
}
