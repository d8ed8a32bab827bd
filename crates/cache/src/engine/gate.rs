//! A shard's lock.

use forebay_lock::{Biased, Reading, Seats, Writing, lease};

use crate::table::Shard;

/// A thread that it lets in finds the shard whole. Only a hit and a put are let in while entries are fresh, because
/// they look at nothing that a fresh entry lacks.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Gate<K, V>(Biased<Shard<K, V>>);

impl<K, V> Gate<K, V> {
    /// Hits take these seats.
    pub(super) fn new(shard: Shard<K, V>, seats: &Seats) -> Self {
        Self(Biased::new(shard, seats))
    }

    /// For a step.
    pub(crate) fn write(&self) -> Writing<'_, Shard<K, V>> {
        let mut shard = self.0.write();
        shard.make_whole();
        shard
    }

    /// For a look at more than what a key holds.
    pub(crate) fn read(&self) -> Reading<'_, Shard<K, V>> {
        let shard = self.0.read();
        if shard.is_whole() {
            return shard;
        }
        drop(shard);
        // It stays whole between the two locks.
        self.0.write().expect_onlooker();
        let shard = self.0.read();
        shard.see_onlooker();
        shard
    }

    /// For a put, which may leave a fresh entry.
    #[inline]
    pub(crate) fn pass(&self) -> Writing<'_, Shard<K, V>> {
        self.0.write()
    }

    /// For a hit, and any look at no more than what a key holds, by a thread that has a seat, while the lock may be read
    /// from one. The seats are those that it was made with.
    #[inline]
    pub(super) fn glance<'a>(&'a self, seats: &'a Seats) -> Option<Reading<'a, Shard<K, V>>> {
        self.0.read_seated(seats)
    }

    /// The same for all others.
    #[inline(never)]
    pub(super) fn glance_without(&self) -> Reading<'_, Shard<K, V>> {
        // So that a thread that has no seat yet has one the next time.
        lease();
        self.0.read()
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::thread;

    use forebay_store::MemoryStore;

    use crate::Cache;
    use forebay_lock::{SHARED, leased};

    #[test]
    fn a_thread_that_only_peeks_has_asked_for_a_seat() {
        let cache: Cache<u64, u64> = Cache::builder(MemoryStore::new()).open().wait().unwrap();
        let peek = || {
            let before = leased();
            cache.peek(&1);
            (before > SHARED, leased() <= SHARED)
        };
        let asked = thread::scope(|scope| scope.spawn(peek).join());
        assert_eq!(asked.unwrap(), (true, true));
    }
}
