//! Threads that come to the door in every order.

use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::sync::{Mutex, MutexGuard};
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner, thread};
use std::sync::Arc;

use super::Door;

#[derive(Default)]
struct Room {
    count: Mutex<u32>,
    door: Door,
    inside: AtomicUsize,
}

impl Room {
    fn enter(&self) -> MutexGuard<'_, u32> {
        let taken = self.count.try_lock();
        taken.unwrap_or_else(|| self.door.wait(|| self.count.try_lock()))
    }

    fn count_on(&self) {
        let mut count = self.enter();
        assert_eq!(self.inside.fetch_add(1, Ordering::SeqCst), 0, "two are inside");
        *count += 1;
        thread::yield_now();
        self.inside.fetch_sub(1, Ordering::SeqCst);
        drop(count);
        self.door.left();
    }
}

#[test]
fn whoever_comes_to_the_door_gets_in() {
    let check = || {
        let room = Arc::new(Room::default());
        let threads = [2, 2, 1].map(|times| {
            let room = Arc::clone(&room);
            thread::spawn(move || (0..times).for_each(|_| room.count_on()))
        });
        room.count_on();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*room.count.lock(), 6);
    };
    Runner::new(RandomScheduler::new(10_000), Config::new()).run(check);
    Runner::new(PctScheduler::new(3, 10_000), Config::new()).run(check);
}
