//! A shard's lock.

#[cfg(not(shuttle))]
use std::thread::yield_now;

use forebay_lock::{Biased, Reading, Seats, Writing, lease};

#[cfg(shuttle)]
use shuttle::thread::yield_now;

use crate::table::Shard;

/// A thread that it lets in finds the shard whole, unless it looks at nothing that a fresh entry lacks.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Gate<K, V>(Biased<Shard<K, V>>);

impl<K, V> Gate<K, V> {
    /// Hits take these seats.
    pub(super) fn new(shard: Shard<K, V>, seats: &Seats) -> Self {
        Self(Biased::new(shard, seats))
    }

    /// For a put, which may leave a fresh entry.
    #[inline]
    pub(crate) fn pass(&self) -> Writing<'_, Shard<K, V>> {
        self.0.write()
    }

    /// For a step that has nothing to do with those that are fresh, nor with loads, and that brings in no key.
    #[inline]
    pub(crate) fn enter(&self) -> Writing<'_, Shard<K, V>> {
        let mut shard = self.0.write();
        shard.end_tick();
        shard
    }

    /// For a look at what is the same whether or not entries are fresh: counts, the head of the dirty list, and works of writes
    /// that were accepted before the shard was last whole, or that the store has had.
    pub(crate) fn look(&self) -> Reading<'_, Shard<K, V>> {
        self.0.read()
    }

    /// For a hit, and any look at no more than what a key holds, by a thread that has a seat, while the lock may be read
    /// from one. The seats are those that it was made with.
    #[inline]
    pub(super) fn glance<'a>(&'a self, seats: &'a Seats) -> Option<Reading<'a, Shard<K, V>>> {
        self.0.read_seated(seats)
    }

    /// The same for all others.
    #[inline]
    pub(super) fn glance_without(&self) -> Reading<'_, Shard<K, V>> {
        // So that a thread that has no seat yet has one the next time.
        lease();
        self.0.read()
    }
}

impl<K: Clone, V> Gate<K, V> {
    /// For a step.
    #[inline]
    pub(crate) fn write(&self) -> Writing<'_, Shard<K, V>> {
        let mut shard = self.0.write();
        if shard.make_wholer() { shard } else { self.make_whole(shard, yield_now) }
    }

    /// Some at a time, between which others may have the lock. No more become fresh meanwhile, so it comes to an end.
    #[cold]
    fn make_whole<'a>(
        &'a self,
        mut shard: Writing<'a, Shard<K, V>>,
        between: impl Fn(),
    ) -> Writing<'a, Shard<K, V>> {
        shard.expect_onlooker();
        loop {
            drop(shard);
            between();
            shard = self.0.write();
            if shard.make_wholer() {
                shard.see_onlooker();
                return shard;
            }
        }
    }

    /// For a look at more than what a key holds.
    pub(crate) fn read(&self) -> Reading<'_, Shard<K, V>> {
        let shard = self.0.read();
        if shard.is_whole() {
            return shard;
        }
        drop(shard);
        // None becomes fresh between the two locks, and no errand begins.
        self.write().expect_onlooker();
        let shard = self.0.read();
        shard.see_onlooker();
        shard
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::cell::Cell;
    use std::fmt;
    use std::hash::{Hash, Hasher};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::{Arc, Mutex, OnceLock, PoisonError};
    use std::thread;
    use std::time::Duration;

    use forebay_store::{MemoryStore, Result};

    use crate::engine::shared::Shared;
    use crate::table::Held;
    use crate::{Cache, Settings};
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

    /// A cache of one shard with these keys, clean, and one that is dirty.
    fn clean(keys: u64) -> Result<Cache<u64, u64>> {
        let store = MemoryStore::new();
        // Nothing is stored before it is asked for.
        let settings = Settings { flush_delay: Duration::from_secs(3600), ..Settings::default() };
        let cache = Cache::builder(store).shards(1).write_behind(settings).open().wait()?;
        (0..keys).try_for_each(|key| put(&cache, key, key))?;
        cache.flush().wait()?;
        put(&cache, u64::MAX, 1)?;
        Ok(cache)
    }

    fn put(cache: &Cache<u64, u64>, key: u64, value: u64) -> Result<()> {
        cache.put(key, value).wait().map(drop)
    }

    /// How many notes there are.
    fn notes(cache: &Cache<u64, u64>) -> usize {
        cache.shared().cells[0].lock.pass().noted()
    }

    #[test]
    fn whoever_makes_much_whole_is_not_overtaken_by_puts() {
        let cache = clean(3000).unwrap();
        (0..2000).try_for_each(|key| put(&cache, key, 1)).unwrap();
        assert_eq!(notes(&cache), 2000);
        let lock = &cache.shared().cells[0].lock;
        let mut shard = lock.pass();
        assert!(!shard.make_wholer(), "there is more to be seen to than for one lock");
        let times = Cell::new(0);
        let whole = lock.make_whole(shard, || {
            assert!(notes(&cache) > 1000);
            put(&cache, 2500, 1).unwrap();
            assert_eq!(notes(&cache), 0, "it has seen to them, and left none of its own");
            times.set(times.get() + 1);
        });
        assert!(whole.is_whole() && times.get() == 1);
        drop(whole);
        put(&cache, 2600, 1).unwrap();
        assert_eq!(notes(&cache), 1);
        assert!(cache.is_dirty(&2500) && cache.is_dirty(&2600));
        cache.audit().unwrap();
    }

    #[test]
    fn shards_that_are_locked_together_were_whole_before_the_first_was() {
        let cache = clean(3000).unwrap();
        (0..700).try_for_each(|key| put(&cache, key, 1)).unwrap();
        let shared = cache.shared();
        shared.expect_whole(&[0]);
        assert_eq!(notes(&cache), 0, "and its lock is free");
        put(&cache, 700, 1).unwrap();
        assert_eq!(notes(&cache), 0, "it stays whole");
        shared.cells[0].lock.look().see_onlooker();
        shared.unlock(shared.lock([0].into_iter()), &mut Vec::new());
        put(&cache, 701, 1).unwrap();
        assert_eq!(notes(&cache), 1, "and is so no longer than it is locked");
    }

    #[test]
    fn clean_entries_are_fresh_when_they_are_put_though_all_are_of_one_hash() {
        #[derive(Clone, Debug, PartialEq, Eq)]
        struct Same(u64);
        impl Hash for Same {
            fn hash<H: Hasher>(&self, state: &mut H) {
                0.hash(state);
            }
        }
        let settings = Settings { flush_delay: Duration::from_secs(3600), ..Settings::default() };
        let builder = Cache::<Same, u64>::builder(MemoryStore::new()).shards(1);
        let cache = builder.write_behind(settings).open().wait().unwrap();
        let put_all =
            |value| (0..30).try_for_each(|key| cache.put(Same(key), value).wait().map(drop));
        put_all(1).unwrap();
        cache.flush().wait().unwrap();
        put_all(2).and_then(|()| put_all(3)).unwrap();
        // The first had no other before it on the dirty list.
        assert_eq!(cache.shared().cells[0].lock.pass().noted(), 29);
        assert!((0..30).all(|key| cache.peek(&Same(key)) == Some(3)));
        cache.audit().unwrap();
    }

    #[test]
    fn so_many_are_fresh_at_most() {
        let cache = clean(20_000).unwrap();
        (0..20_000).try_for_each(|key| put(&cache, key, 1)).unwrap();
        // All parts are full but the latest.
        assert_eq!(notes(&cache), 128 * 128 + 20_000 % 128);
        cache.audit().unwrap();
    }

    /// Notes what the lock looks like when the last of it is dropped.
    struct Last(OnceLock<Arc<Shared<u64, Value>>>, Arc<Mutex<String>>);
    type Value = Arc<Last>;

    impl fmt::Debug for Last {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Last")
        }
    }

    impl Drop for Last {
        fn drop(&mut self) {
            let Some(shared) = self.0.get() else { return };
            let mut seen = self.1.lock().unwrap_or_else(PoisonError::into_inner);
            *seen = format!("{:?}", shared.cells[0].lock);
        }
    }

    #[test]
    fn what_a_step_that_panics_leaves_is_dropped_without_the_lock() {
        let builder = Cache::<u64, Value>::builder(MemoryStore::new()).shards(1);
        let cache = builder.write_behind(Settings::default()).open().wait().unwrap();
        let (shared, seen) = (Arc::clone(cache.shared()), Arc::default());
        let last = Last(OnceLock::from(Arc::clone(&shared)), Arc::clone(&seen));
        let step = || {
            shared.step(0, |_, effects| {
                effects.drop(Held::Value(Arc::new(last)));
                panic!("the code of somebody");
            })
        };
        assert!(catch_unwind(AssertUnwindSafe(step)).is_err());
        let seen = seen.lock().unwrap();
        assert!(!seen.is_empty() && !seen.contains("locked"), "{seen}");
    }
}
