//! Reading, loading and forgetting.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Done, Result, WallTime};

use super::accept::{closed, full};
use super::effects::Effects;
use super::entry::{Entry, Held};
use super::refresh::Postponed;
use super::shard::Shard;
use super::times::Used;
use super::work::{Basing, Load, Turn};

/// What a read finds in memory.
#[derive(Debug)]
pub(crate) enum Read<V> {
    /// The key's value, or the knowledge that it has none.
    Hit(Option<V>),
    /// Not known: it takes a load.
    Miss,
}

impl<K: Eq + Hash, V: Clone> Shard<K, V> {
    /// What memory knows of an entry. `wall` is asked only if the entry can expire.
    pub(crate) fn read(&self, at: u32, wall: impl Fn() -> WallTime) -> Read<V> {
        self.read_entry(at, &self.entries[at], wall)
    }

    /// What memory knows of an entry, and that it was used.
    pub(crate) fn look_up(
        &self,
        at: u32,
        entry: &Entry<K, V>,
        wall: impl Fn() -> WallTime,
    ) -> (Read<V>, Used) {
        let read = self.read_entry(at, entry, &wall);
        let used = match read {
            Read::Hit(_) => self.touch(at, entry, || wall().0),
            Read::Miss => Used::default(),
        };
        (read, used)
    }

    pub(crate) fn read_entry(
        &self,
        at: u32,
        entry: &Entry<K, V>,
        wall: impl Fn() -> WallTime,
    ) -> Read<V> {
        let is_over = || entry.is_timed() && self.is_past(at, wall().0);
        match entry.held() {
            Held::Value(value) if !is_over() => Read::Hit(Some(value.clone())),
            // G10: expiry hides a value that is not stored yet; the store will get it all the same.
            Held::Value(_) if self.is_unstored(at) => Read::Hit(None),
            Held::Tombstone => Read::Hit(None),
            Held::Absent if entry.is_timed() && !is_over() => Read::Hit(None),
            Held::Value(_) | Held::Absent | Held::Nothing => Read::Miss,
        }
    }

    fn is_unstored(&self, at: u32) -> bool {
        self.works.get(self.entries.ties(at).work).is_some_and(super::work::Work::is_unstored)
    }

    /// Waits for the load of a key, and says whether the caller has to start it: one load per key
    /// however many wait. For `absence` milliseconds an absence that it finds is to answer.
    pub(crate) fn join_load(
        &mut self,
        hash: u64,
        key: K,
        waiter: Done<Option<V>>,
        absence: u64,
        effects: &mut Effects<K, V>,
    ) -> Option<Joined<V>> {
        if self.is_closed {
            effects.drop_key(key);
            effects.answer_load(Load::of(waiter), Err(closed()));
            return None;
        }
        let at = match self.ensure(hash, key, effects) {
            Ok(at) => at,
            Err(error) => {
                effects.answer_load(Load::of(waiter), Err(error));
                return None;
            }
        };
        let Some(work) = self.ensure_work(at) else {
            self.settle(at, effects);
            effects.answer_load(Load::of(waiter), Err(full()));
            return None;
        };
        if let Some(load) = work.load() {
            load.absence.fetch_max(absence, Ordering::Relaxed);
            load.waiters.lock().push(waiter);
            return Some(Joined { at, load: Arc::clone(load), is_new: false });
        }
        let load = Load::of(waiter);
        load.absence.store(absence, Ordering::Relaxed);
        work.set_load(Arc::clone(&load));
        self.settle(at, effects);
        Some(Joined { at, load, is_new: true })
    }

    /// A load has ended. Its value is kept only if nothing has happened to the key since the load
    /// began (G6), and no write of a group is with the store; its waiters get it in any case. One that failed may have `postponed` the next.
    pub(crate) fn end_load(
        &mut self,
        at: u32,
        load: &Arc<Load<V>>,
        result: Result<Option<V>>,
        keep: Result<Keep<V>, Option<Postponed>>,
        cut: &Cut<'_, K>,
        effects: &mut Effects<K, V>,
    ) -> Ended<V> {
        let current =
            self.work_mut(at).filter(|work| work.load().is_some_and(|own| Arc::ptr_eq(own, load)));
        let is_current = current.is_some();
        let mut is_kept = is_current;
        if let Some(work) = current {
            work.end_load();
            match keep {
                // It may be what the store has by now, and the other keys of the group are still seen as they were (G15).
                Ok(keep) if work.is_in_group() => {
                    effects.drop(keep.held);
                    is_kept = false;
                }
                Ok(keep) => {
                    self.hold(at, keep.held, keep.weight, keep.deadline, effects);
                    self.note_loaded(at);
                    self.begin_times(at, cut.wall.0);
                }
                // A failed load changes nothing but when the next begins.
                Err(Some(postponed)) => self.postpone(at, postponed),
                Err(None) => {}
            }
            self.settle(at, effects);
        } else if let Ok(keep) = keep {
            effects.drop(keep.held);
        }
        // What memory holds by now for a key whose load was cut off is told instead of what was
        // loaded, so that no later read goes back behind it.
        let is_asked = !is_current && load.is_wanted();
        let look = || self.look(cut.hash, cut.key, cut.wall);
        let newer = if is_asked { catch_unwind(AssertUnwindSafe(look)).ok() } else { None };
        let moved = match newer {
            Some(Read::Hit(_)) => None,
            _ if is_asked => self.hand_over(load, cut),
            Some(Read::Miss) | None => None,
        };
        let result = match newer {
            Some(Read::Hit(value)) => {
                drop_result(result, effects);
                Ok(value)
            }
            Some(Read::Miss) | None => result,
        };
        if moved.is_some() {
            drop_result(result, effects);
        } else {
            effects.answer_load(Arc::clone(load), result);
        }
        Ended { is_kept, moved }
    }

    /// Who waits for a load that was cut off waits for the one that is under way instead, if there is one:
    /// that may have looked earlier, and tells it to those who ask later.
    fn hand_over(&self, load: &Load<V>, cut: &Cut<'_, K>) -> Option<(u32, Arc<Load<V>>)> {
        let find = || self.find(cut.hash, cut.key);
        let at = catch_unwind(AssertUnwindSafe(find)).ok().flatten()?;
        let current = self.work(at)?.load()?;
        let mut waiting = std::mem::take(&mut *load.waiters.lock());
        current.absence.fetch_max(load.absence.load(Ordering::Relaxed), Ordering::Relaxed);
        current.waiters.lock().append(&mut waiting);
        let mut looking = std::mem::take(&mut *load.lookups.lock());
        current.lookups.lock().append(&mut looking);
        Some((at, Arc::clone(current)))
    }

    /// What memory knows of a key.
    pub(crate) fn look(&self, hash: u64, key: &K, wall: WallTime) -> Read<V> {
        self.find(hash, key).map_or(Read::Miss, |at| self.read(at, || wall))
    }

    /// The modification whose turn it is may take what was loaded just now.
    fn note_loaded(&mut self, at: u32) {
        let stamp = self.entries[at].stamp;
        if let Some(work) = self.work_mut(at)
            && let Some(Turn::Modify { go: None, loaded, .. }) = work.head_mut()
            && *loaded == Basing::Asked
        {
            *loaded = Basing::Brought(stamp);
        }
    }

    /// Forgets the memory copy of a stored value, and cuts off loads and fences write-throughs
    /// under way. A value that is not stored yet is kept (G5).
    pub(crate) fn invalidate(&mut self, at: u32, effects: &mut Effects<K, V>) -> bool {
        if let Some(work) = self.work_mut(at) {
            // Most keys have no line, and are not to get one that is empty.
            if work.has_line() {
                for turn in work.line_mut() {
                    if let Turn::Write(write) = turn {
                        write.is_fenced = true;
                    }
                }
            }
            if work.is_unstored() {
                self.settle(at, effects);
                return false;
            }
            // The load goes on for those who wait for it already; later reads start another.
            work.take_load();
        }
        let had = !matches!(self.entries[at].held(), Held::Nothing);
        self.hold(at, Held::Nothing, 0, 0, effects);
        self.settle(at, effects);
        had
    }

    /// Behind the last slot that was ever used.
    pub(crate) fn slots(&self) -> u32 {
        self.entries.end()
    }

    /// Invalidates some slots from one on, up to `end`, and says where that goes on, and how many there were.
    pub(crate) fn invalidate_from(
        &mut self,
        from: u32,
        end: u32,
        effects: &mut Effects<K, V>,
    ) -> (u32, u64) {
        // Slots looked at under one lock.
        const AT_ONCE: u32 = 64;
        let to = end.min(from.saturating_add(AT_ONCE));
        let mut forgotten = 0;
        for at in from..to {
            let is_there = self.entries.get(at).is_some();
            forgotten += u64::from(is_there && self.invalidate(at, effects));
        }
        (to, forgotten)
    }
}

/// What nobody is told is dropped outside the lock.
fn drop_result<K, V>(result: Result<Option<V>>, effects: &mut Effects<K, V>) {
    if let Ok(Some(value)) = result {
        effects.drop(Held::Value(value));
    }
}

/// A load that somebody waits for.
#[derive(Debug)]
pub(crate) struct Joined<V> {
    pub(crate) at: u32,
    pub(crate) load: Arc<Load<V>>,
    /// He has to start it.
    pub(crate) is_new: bool,
}

/// The key of a load, in case it was cut off and its entry is another by now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut<'a, K> {
    pub(crate) hash: u64,
    pub(crate) key: &'a K,
    pub(crate) wall: WallTime,
}

/// What has become of a load.
#[derive(Debug)]
pub(crate) struct Ended<V> {
    /// Memory has its value.
    pub(crate) is_kept: bool,
    /// Who waited for it waits for this one of this entry, and has to be seen to like any who joins it.
    pub(crate) moved: Option<(u32, Arc<Load<V>>)>,
}

/// What a load leaves in memory.
#[derive(Debug)]
pub(crate) struct Keep<V> {
    pub(crate) held: Held<V>,
    pub(crate) weight: u32,
    pub(crate) deadline: u64,
}
