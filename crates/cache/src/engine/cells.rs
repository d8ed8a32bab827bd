//! The shards of a cache, and which of them a key is in. A hit needs nothing else, so each handle has them at hand.

use std::hash::BuildHasher;
use std::ops::Deref;
use std::slice::Iter;
use std::sync::Arc;

use foldhash::fast::FixedState;
use forebay_lock::{Reading, Seats, leased};
use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::{Key, Seams, Value, WallTime};

use super::gate::Gate;
use super::telling::Tally;
use crate::table::{Effects, Head, Read, Shard, Used};

/// Cheap to clone; all clones are the same shards.
pub(crate) struct Cells<K, V> {
    all: Arc<[Cell<K, V>]>,
    /// Of all their locks.
    seats: Seats,
    hasher: FixedState,
    tally: Tally,
}

/// A shard and its lock, apart from its neighbours in the processor's cache.
#[repr(C, align(128))]
pub(crate) struct Cell<K, V> {
    pub(crate) lock: Gate<K, V>,
    /// What the shard takes if something of it may go, else 0.
    pub(super) freeable: AtomicU64,
    /// The shard's `due_hint`.
    pub(super) due: AtomicU64,
    /// The shard's `overtaken`.
    pub(super) overtaken: AtomicU64,
}

/// What a look into memory finds.
pub(crate) enum Looked<V> {
    /// The key's value, or the knowledge that it has none.
    Hit(Option<V>),
    /// The key's value, or the knowledge that it has none; its times say that something is to be done.
    Timed(Option<V>, Missed, Used),
    Missed(Missed),
    Closed,
}

/// A key that was looked for, as a rule in vain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Missed {
    pub(super) hash: u64,
    /// How many entries had come into its shard by then. As long as no other has, there is none of the key; 0 if that is
    /// not said.
    pub(super) came: u64,
}

impl<K, V> Cell<K, V> {
    /// The oldest that waits for the flusher.
    pub(super) fn head(&self) -> Option<Head> {
        Head::of_hint(self.due.load(Ordering::SeqCst))
    }

    /// The end of a step, under the lock. Says by how much what the shard weighs has changed.
    #[inline]
    pub(super) fn leave(&self, shard: &mut Shard<K, V>, effects: &mut Effects<K, V>) -> i64 {
        shard.note_marks(effects);
        self.tell(shard);
        if shard.overtaken != self.overtaken.load(Ordering::Relaxed) {
            self.overtaken.store(shard.overtaken, Ordering::Relaxed);
        }
        shard.tell(0)
    }

    /// Tells those without the lock what the shard weighs, and when something of it is due.
    #[inline]
    pub(super) fn tell(&self, shard: &mut Shard<K, V>) {
        self.tell_weight(shard);
        // Stored before the lock goes, so whoever looks after an accepted write sees it.
        let due = shard.due_hint();
        if due != self.due.load(Ordering::Relaxed) {
            self.due.store(due, Ordering::SeqCst);
        }
    }
}

impl<K, V> Cell<K, V> {
    /// The first half of that, if nothing became dirty, nor ceased to be.
    #[inline]
    pub(super) fn tell_weight(&self, shard: &Shard<K, V>) {
        let freeable = if shard.has_freeable() { shard.takes() } else { 0 };
        if freeable != self.freeable.load(Ordering::Relaxed) {
            self.freeable.store(freeable, Ordering::Relaxed);
        }
    }
}

impl<K: Key, V: Value> Cells<K, V> {
    pub(super) fn new(seams: &Seams, shards: impl Iterator<Item = Shard<K, V>>) -> Self {
        let places = Seats::default();
        let cell = |shard| Cell {
            lock: Gate::new(shard, &places),
            freeable: AtomicU64::new(0),
            due: AtomicU64::new(u64::MAX),
            overtaken: AtomicU64::new(0),
        };
        let all = shards.map(cell).collect();
        // Fixed is only what it adds to the seed. That is nowhere to be looked up first.
        let hasher = FixedState::with_seed(seams.random.next_u64());
        Self { all, seats: places, hasher, tally: Tally::default() }
    }

    #[inline]
    pub(super) fn hash(&self, key: &K) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Which shard. Other bits than those that the shard's own index uses.
    #[inline]
    pub(super) fn place(&self, hash: u64) -> usize {
        let bits = usize::try_from(hash >> 40).unwrap_or_default();
        bits & (self.all.len() - 1)
    }

    /// What memory knows of a key, which is counted, and noted as a use: the value alone if there is one and no time
    /// says anything of it. So it is with nearly all that is read, and goes through no more than it has to: of a key that is
    /// not in its cache, a processor looks for as many at once as their instructions fit what it has begun.
    #[inline]
    pub(crate) fn look(&self, key: &K, wall: impl Fn() -> WallTime) -> Result<V, Looked<V>> {
        let (hash, leased) = (self.hash(key), leased());
        let lock = &self.all[self.place(hash)].lock;
        let Some(shard) = lock.glance(&self.seats) else {
            return self.look_counted(key, hash, wall);
        };
        let Some(entry) = shard.seek_at_home(hash, key) else {
            return self.look_on(shard, hash, Some(key), wall);
        };
        if !shard.is_closed
            && let Some(value) = entry.use_timeless(V::clone)
        {
            drop(shard);
            self.tally.hit(leased);
            return Ok(value);
        }
        self.look_on(shard, hash, None, wall)
    }

    /// As [`look`](Self::look), without a seat: so it is where others write, and much of what is looked for is not there.
    #[inline(never)]
    fn look_counted(
        &self,
        key: &K,
        hash: u64,
        wall: impl Fn() -> WallTime,
    ) -> Result<V, Looked<V>> {
        let shard = self.all[self.place(hash)].lock.glance_without();
        self.look_through(shard, hash, Some(key), wall)
    }

    /// The whole look, where the first has come to no end. It has found nothing that is to be undone.
    #[inline(never)]
    fn look_on(
        &self,
        shard: Reading<'_, Shard<K, V>>,
        hash: u64,
        key: Option<&K>,
        wall: impl Fn() -> WallTime,
    ) -> Result<V, Looked<V>> {
        self.look_through(shard, hash, key, wall)
    }

    /// Without a key it is for that of the entry that is looked at first: it was compared, and to have that entry's number at
    /// hand costs each hit more than this look to find it again.
    #[expect(
        clippy::inline_always,
        reason = "a look without a seat takes a lock before, and a call between the two is a part of it"
    )]
    #[inline(always)]
    fn look_through(
        &self,
        shard: Reading<'_, Shard<K, V>>,
        hash: u64,
        key: Option<&K>,
        wall: impl Fn() -> WallTime,
    ) -> Result<V, Looked<V>> {
        if shard.is_closed {
            return Err(Looked::Closed);
        }
        let found = match key {
            Some(key) => shard.seek(hash, key),
            None => shard.first(hash),
        };
        let Some((at, entry)) = found else {
            return Err(self.missed(hash, shard.came()));
        };
        if let Some(value) = entry.use_timeless(V::clone) {
            drop(shard);
            self.tally.hit(leased());
            return Ok(value);
        }
        self.look_at(shard, hash, at, wall)
    }

    /// What is to be known of an entry of which its value is not all.
    #[inline(never)]
    fn look_at(
        &self,
        shard: Reading<'_, Shard<K, V>>,
        hash: u64,
        at: u32,
        wall: impl Fn() -> WallTime,
    ) -> Result<V, Looked<V>> {
        let looked = shard.entry(at).map(|entry| shard.look_up(at, entry, wall));
        drop(shard);
        let Some((Read::Hit(value), used)) = looked else { return Err(self.missed(hash, 0)) };
        self.tally.hit(leased());
        let is_plain = used == Used::default();
        Err(if is_plain {
            Looked::Hit(value)
        } else {
            Looked::Timed(value, Missed { hash, came: 0 }, used)
        })
    }

    #[inline]
    fn missed(&self, hash: u64, came: u64) -> Looked<V> {
        self.tally.miss();
        Looked::Missed(Missed { hash, came })
    }

    /// The value of a key if memory has it; without a trace in what is counted and in the eviction policy.
    #[inline]
    pub(crate) fn peek(&self, key: &K, wall: impl Fn() -> WallTime) -> Option<V> {
        let hash = self.hash(key);
        let lock = &self.all[self.place(hash)].lock;
        let shard = lock.glance(&self.seats).unwrap_or_else(|| lock.glance_without());
        let (at, entry) = shard.seek(hash, key).filter(|_| !shard.is_closed)?;
        match shard.read_entry(at, entry, wall) {
            Read::Hit(value) => value,
            Read::Miss => None,
        }
    }
}

impl<K, V> Cells<K, V> {
    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl<K, V> Clone for Cells<K, V> {
    fn clone(&self) -> Self {
        let (all, seats) = (Arc::clone(&self.all), self.seats.clone());
        Self { all, seats, hasher: self.hasher.clone(), tally: self.tally.clone() }
    }
}

impl<K, V> Deref for Cells<K, V> {
    type Target = [Cell<K, V>];

    fn deref(&self) -> &[Cell<K, V>] {
        &self.all
    }
}

impl<'a, K, V> IntoIterator for &'a Cells<K, V> {
    type Item = &'a Cell<K, V>;
    type IntoIter = Iter<'a, Cell<K, V>>;

    fn into_iter(self) -> Iter<'a, Cell<K, V>> {
        self.all.iter()
    }
}
