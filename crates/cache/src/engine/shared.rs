//! What all handles of one cache share, and the one way to take a step in a shard.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_lock::Writing;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use forebay_store::{Capabilities, Key, Seams, SharedStore, Value, WallTime};

use super::apart::Apart;
use super::cells::Cells;
use super::close::Closing;
use super::closed_store::ClosedStore;
use super::flusher::Flusher;
use super::journaling::{Journaling, RoomLine};
use super::pressure::{Budget, Spot};
use super::reading::Loads;
use super::storing::{Drains, FlushLine};
use super::telling::{Counters, Listener, Modes, Teller};
use crate::get::Get;
use crate::journal::Pen;
use crate::receipt::Engine;
use crate::settings::{Reading, Settings};
use crate::table::{Absence, Effects, Print, Roster, Shard, Times, Victim};
use crate::write::Write;

/// The bytes that a key and its value hold outside themselves.
pub(crate) type Weigher<K, V> = Box<dyn Fn(&K, &V) -> usize + Send + Sync>;
/// When a value is over.
pub(crate) type Expire<K, V> = Box<dyn Fn(&K, &V) -> Option<WallTime> + Send + Sync>;

/// What a part makes of a value.
pub(crate) type Merge<K, V> = Arc<dyn Fn(&K, Option<&V>, &V) -> V + Send + Sync>;

/// What a cache is built from, checked.
pub(crate) struct Parts<K, V> {
    pub(crate) seams: Seams,
    pub(crate) settings: Settings,
    pub(crate) write: Write,
    pub(crate) capacity: u64,
    pub(crate) dirty_bytes_max: u64,
    pub(crate) quarantine_bytes_max: u64,
    pub(crate) shards: usize,
    pub(crate) weigher: Option<Weigher<K, V>>,
    pub(crate) merge: Option<Merge<K, V>>,
    pub(crate) reading: Reading<K, V>,
    pub(crate) max_staleness: Option<Duration>,
    pub(crate) is_read_only: bool,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) journal: Option<Journaling<K, V>>,
    /// The highest version that the journal knows.
    pub(crate) version: u64,
}

pub(crate) struct Shared<K, V> {
    pub(crate) cells: Cells<K, V>,
    /// Under which receipts find it.
    engine: Engine,
    /// Let go of at the end of a clean close, so that the store can be opened again at once.
    store: Mutex<SharedStore<K, V>>,
    pub(crate) capabilities: Capabilities,
    pub(crate) parts: Parts<K, V>,
    /// Names this cache in batch ids.
    pub(crate) origin: u64,
    pub(crate) budget: Budget,
    pub(crate) loads: Loads<K, V>,
    pub(crate) flusher: Flusher<K, V>,
    pub(crate) flushes: FlushLine,
    pub(super) drains: Drains,
    pub(super) teller: Teller,
    pub(super) modes: Modes,
    pub(crate) closing: Closing,
    pub(crate) counters: Counters,
    /// What an entry with a value weighs that holds nothing outside of the table.
    pub(super) weight_inside: u32,
    /// The weight of everything resident, as the shards tell it.
    resident: Apart<AtomicI64>,
    /// So much more than it weighs a shard tells at once while puts make clean entries dirty, and at most while they bring new
    /// keys, so that not each of them writes what all shards write.
    pub(super) ahead: u64,
    /// Writes-through and modifications in line that are not answered yet.
    pub(crate) throughs: AtomicUsize,
    /// The engine itself, after the last handle was dropped with something left to store.
    pub(super) orphan: Mutex<Option<Arc<Self>>>,
    /// The last handle was dropped: whatever is accepted now has nobody but the engine.
    pub(crate) is_handleless: AtomicBool,
    /// Scans and counts that are with the store.
    pub(super) scans: AtomicUsize,
    /// Whether it takes no writes, as all shards know. Taken before their locks.
    pub(super) read_only: Mutex<bool>,
    /// Writers who wait for room in the journal.
    pub(super) journal_line: RoomLine,
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn new(store: SharedStore<K, V>, mut parts: Parts<K, V>) -> Arc<Self> {
        let teller = Teller::new(std::mem::take(&mut parts.listeners));
        let lifetimes = parts.reading.lifetimes;
        let table = |n| {
            let pen = parts.journal.as_ref().map(|journal| Pen::new(&journal.log, n));
            let times = Times::of(lifetimes, || parts.seams.random.next_u64());
            Shard::new(parts.version, parts.settings.when_refused, pen, times, parts.seams.clone())
        };
        let row = u32::try_from(lifetimes.row_bytes()).unwrap_or(u32::MAX);
        let cells = Cells::new(&parts.seams, (0..parts.shards).map(table));
        let capabilities = store.capabilities();
        let settings = &parts.settings;
        let shared = Arc::new(Self {
            cells,
            engine: Engine::default(),
            origin: parts.seams.random.next_u64(),
            budget: Budget::new(
                parts.dirty_bytes_max,
                settings.dirty_entries_max as u64,
                settings.waiting_writers_max,
                parts.quarantine_bytes_max,
                Arc::clone(&parts.seams.clock),
            ),
            loads: Loads::new(&capabilities, parts.reading.loads_waiting_max, parts.reading.window),
            flusher: Flusher::new(&capabilities, settings, parts.max_staleness),
            teller,
            modes: Modes::default(),
            flushes: FlushLine::default(),
            drains: Drains::default(),
            closing: Closing::default(),
            counters: Counters::default(),
            weight_inside: Self::weigh_absence().saturating_add(row),
            resident: Apart::default(),
            ahead: Self::ahead_of(parts.capacity, parts.shards),
            throughs: AtomicUsize::new(0),
            orphan: Mutex::new(None),
            is_handleless: AtomicBool::new(false),
            scans: AtomicUsize::new(0),
            read_only: Mutex::new(false),
            journal_line: RoomLine::default(),
            store: Mutex::new(store),
            capabilities,
            parts,
        });
        shared.engine.enter(&shared);
        shared
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn store(&self) -> SharedStore<K, V> {
        Arc::clone(&*self.store.lock())
    }

    pub(super) fn let_go_of_store(&self) {
        let store = std::mem::replace(&mut *self.store.lock(), Arc::new(ClosedStore));
        drop(store);
    }

    #[inline]
    pub(crate) fn hash(&self, key: &K) -> u64 {
        self.cells.hash(key)
    }

    #[inline]
    pub(crate) fn place(&self, hash: u64) -> usize {
        self.cells.place(hash)
    }

    /// What those are found by who wait for room to write a key.
    pub(super) fn spot(&self, hash: u64) -> Spot {
        (self.place(hash), Print::of(hash).bits())
    }

    /// The one way to change a shard: `step` runs under its lock; answers, drops and everything
    /// else that may run foreign code comes after it.
    pub(crate) fn step<R>(
        self: &Arc<Self>,
        n: usize,
        step: impl FnOnce(&mut Shard<K, V>, &mut Effects<K, V>) -> R,
    ) -> R {
        self.step_in(n, self.cells[n].lock.write(), step)
    }

    /// The same for a step that neither meets a fresh entry nor counts on there being none, and that has nothing to do with loads
    /// and brings in no key.
    pub(crate) fn step_beside_fresh<R>(
        self: &Arc<Self>,
        n: usize,
        step: impl FnOnce(&mut Shard<K, V>, &mut Effects<K, V>) -> R,
    ) -> R {
        self.step_in(n, self.cells[n].lock.enter(), step)
    }

    fn step_in<R>(
        self: &Arc<Self>,
        n: usize,
        shard: Writing<'_, Shard<K, V>>,
        step: impl FnOnce(&mut Shard<K, V>, &mut Effects<K, V>) -> R,
    ) -> R {
        let mut effects = Effects::default();
        let cell = &self.cells[n];
        let (result, change) = {
            // Here, so that after a panic the lock is given back before the effects are dropped.
            let mut shard = shard;
            let unstored = shard.unstored();
            let result = step(&mut shard, &mut effects);
            // Under the lock, so that what becomes of a key is told in its order.
            self.note_quarantined(&effects.quarantined);
            // What was written has its work from what is set aside, and pushes out what it weighs itself.
            if shard.unstored() <= unstored {
                self.use_aside(&mut shard);
            }
            (result, cell.leave(&mut shard, &mut effects))
        };
        // Before anybody is answered, so that no caller sees the bound exceeded by its own doing.
        self.fit(n, self.note_weight(change));
        self.finish(n, &mut effects);
        result
    }

    /// Ends a step that may have brought in something clean: what is set aside for works (`table/weight.rs`) is given up for
    /// that before anything is evicted.
    #[inline]
    pub(super) fn use_aside(&self, shard: &mut Shard<K, V>) {
        if shard.has_aside() {
            let over = self.resident_now().wrapping_sub(shard.ahead()) - self.capacity();
            shard.let_go_aside(over.max(0).cast_unsigned());
        }
    }

    /// Gives up all that is set aside for works, in every shard.
    pub(super) fn let_go_aside(&self) {
        for cell in &self.cells {
            let mut shard = cell.lock.enter();
            if shard.let_go_aside(u64::MAX) {
                cell.tell_weight(&shard);
                self.note_weight(shard.tell(0));
            }
        }
    }

    /// Makes room if what is resident is too much, best in shard `n`.
    #[inline]
    pub(super) fn fit(self: &Arc<Self>, n: usize, resident: i64) {
        if resident > self.capacity() {
            self.evict(n);
        }
    }

    /// What a step that took several shards leaves to be done for one of them, with no lock held.
    pub(super) fn finish_late(self: &Arc<Self>, n: usize, effects: &mut Effects<K, V>) {
        self.fit(n, self.resident.load(Ordering::Relaxed));
        self.finish(n, effects);
    }

    fn finish(self: &Arc<Self>, n: usize, effects: &mut Effects<K, V>) {
        // The engine's own part first: the answers may run foreign code.
        if !effects.urgent.is_empty() || !effects.kicked.is_empty() {
            self.note_hurry(n, &effects.urgent, &effects.kicked);
        }
        for (number, at) in effects.unparked.drain(..) {
            self.leave_flight(number, n, at);
        }
        self.tell(!effects.quarantined.is_empty());
        for write in effects.unsendable.drain(..) {
            self.park_unsendable(n, write);
        }
        if effects.has_marked && self.journal().is_some_and(|journal| journal.log.is_owing()) {
            self.see_to_journal();
        }
        if let Some(frame) = effects.frame.take() {
            Self::keep_frame(frame);
        }
        let waited = effects.run();
        for (done, version) in effects.safe_versions.drain(..) {
            self.answer_when_safe(done, version);
        }
        self.loads.answered(waited);
        self.budget.give_back(effects.room, effects.quarantine_bytes);
        if let Some((number, failed, cause)) = effects.barrier.take() {
            self.barrier_part_ended(number, failed, cause);
        }
        if !effects.urgent.is_empty() || !effects.kicked.is_empty() {
            self.pump();
        }
    }

    /// Notes that a shard's weight has changed, and says what all weigh now. The sum is signed:
    /// what one thread has added, another may take away before the first has noted it.
    #[inline]
    pub(super) fn note_weight(&self, change: i64) -> i64 {
        if change == 0 {
            return self.resident_now();
        }
        self.resident.fetch_add(change, Ordering::Relaxed).wrapping_add(change)
    }

    /// The weight of everything resident.
    pub(crate) fn resident(&self) -> u64 {
        self.resident_now().max(0).cast_unsigned()
    }

    /// The weight of everything resident as it is summed up, which may be below zero for a moment.
    #[inline]
    pub(super) fn resident_now(&self) -> i64 {
        self.resident.load(Ordering::Relaxed)
    }

    /// How far the bound on it is exceeded.
    fn over(&self) -> u64 {
        self.resident().saturating_sub(self.parts.capacity)
    }

    pub(super) fn capacity(&self) -> i64 {
        self.parts.capacity.cast_signed()
    }

    /// A part of what a shard has of the capacity, because memory is that much less, and a few pages at most.
    fn ahead_of(capacity: u64, shards: usize) -> u64 {
        (capacity / shards as u64 / 256).min(4096)
    }

    /// What each shard has of the capacity.
    pub(super) fn share(&self) -> u64 {
        // There are a power of two of them.
        self.parts.capacity >> self.cells.len().trailing_zeros()
    }

    /// Evicts clean entries until the whole fits again: from shard `n` if it has more than its
    /// share, else from one that has.
    fn evict(self: &Arc<Self>, n: usize) {
        let shards = self.cells.len();
        let share = self.share();
        // Two rounds: the second takes from any shard, for when of all that exceed their share nothing may
        // go. Where nothing may go no lock is taken.
        for round in 0..shards * 2 {
            let at = (n + round) % shards;
            let least = if round < shards { share } else { 0 };
            if self.cells[at].freeable.load(Ordering::Relaxed) <= least {
                continue;
            }
            loop {
                match self.over() {
                    0 => return,
                    over if !self.evict_from(at, over) => break,
                    _ => {}
                }
            }
        }
    }

    /// Evicts at least one and at most some entries of a shard. If it has no clean one, what is set aside for works is given
    /// up. `false` if there is nothing of that, either. It may also have come no further than past some that are fresh.
    fn evict_from(self: &Arc<Self>, n: usize, over: u64) -> bool {
        const AT_ONCE: usize = 16;
        let mut effects = Effects::default();
        let cell = &self.cells[n];
        let (evicted, is_to_go_on) = {
            let mut shard = cell.lock.enter();
            let (before, ahead) = (shard.takes(), shard.ahead().max(0).cast_unsigned());
            let (mut evicted, mut next) = (0, Victim::Nobody);
            while evicted < AT_ONCE && before - shard.takes() < over {
                next = shard.evict_one(&mut effects);
                let Victim::Is(_) = next else { break };
                evicted += 1;
            }
            let is_to_go_on = evicted > 0 || next == Victim::IsBehind;
            let has_let_go = !is_to_go_on && shard.let_go_aside(over);
            cell.tell_weight(&shard);
            self.note_weight(shard.tell(ahead));
            (evicted, is_to_go_on || has_let_go)
        };
        self.cells.tally().evict(evicted as u64);
        self.finish(n, &mut effects);
        is_to_go_on
    }

    /// What an entry weighs: its place in the table, and what key and value hold outside.
    #[inline]
    pub(crate) fn weigh(&self, key: &K, value: &V) -> u32 {
        let Some(weigher) = &self.parts.weigher else { return self.weight_inside };
        let outside = u32::try_from(weigher(key, value)).unwrap_or(u32::MAX);
        self.weight_inside.saturating_add(outside)
    }

    /// The table's bytes for one entry.
    pub(crate) const ENTRY_BYTES: usize = Roster::<K, V>::ENTRY_BYTES;

    pub(crate) fn weigh_absence() -> u32 {
        u32::try_from(Self::ENTRY_BYTES).unwrap_or(u32::MAX)
    }

    /// The wall time from which on a value is not visible; 0 is never.
    pub(crate) fn deadline(&self, key: &K, value: &V) -> u64 {
        let over = self.parts.reading.expire.as_ref().and_then(|expire| expire(key, value));
        // Zero means "never", so a value that was over at the beginning of time is over a
        // millisecond later.
        over.map_or(0, |at| at.0.max(1))
    }

    /// Whether a value with this deadline is over.
    pub(crate) fn is_over(&self, deadline: u64) -> bool {
        deadline != 0 && self.wall().0 >= deadline
    }

    pub(crate) fn wall(&self) -> WallTime {
        self.parts.seams.clock.wall()
    }

    /// How long an absence that was learnt now may be answered from memory.
    pub(crate) fn absence(&self) -> Absence {
        self.absence_of(self.parts.reading.absence_millis(Get::default()))
    }

    /// An absence that was learnt now and answers for `keep` milliseconds.
    pub(super) fn absence_of(&self, keep: u64) -> Absence {
        let wall = self.wall().0;
        let deadline = if keep == 0 { 0 } else { wall.saturating_add(keep) };
        Absence { deadline, wall }
    }
}

impl<K, V> fmt::Debug for Shared<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("shards", &self.cells.len()).finish_non_exhaustive()
    }
}
