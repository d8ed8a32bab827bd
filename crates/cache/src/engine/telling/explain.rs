//! Looking at the cache: one key, or all of it in numbers.

use std::sync::Arc;

use forebay_journal::{Loss, LossBound};
use forebay_store::{Key, Moment, Value};

use crate::engine::shared::Shared;
use crate::explanation::{Explanation, Standing};
use crate::stats::{JournalStats, Stats};
use crate::table::{Held, Read, WORK_BYTES};

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn explain(&self, key: &K) -> Explanation {
        let hash = self.hash(key);
        let n = self.place(hash);
        let now = self.parts.seams.clock.now();
        let shard = self.cells[n].lock.read();
        let Some(at) = shard.find(hash, key) else { return Explanation::absent(n) };
        let Some(entry) = shard.entry(at) else { return Explanation::absent(n) };
        let (work, deadline) = (shard.work(at), shard.deadline(at));
        let standing = match (entry.held(), work) {
            (_, Some(work)) if work.is_queued() => Standing::HeldBack,
            (_, Some(work)) if work.quarantined().is_some() => Standing::Quarantined,
            (_, Some(work)) if work.is_unstored() && work.inflight == work.version => {
                Standing::BeingStored
            }
            (_, Some(work)) if work.is_unstored() && work.inflight != 0 => {
                Standing::BeingStoredAndDirty
            }
            (_, Some(work)) if work.is_unstored() => Standing::Dirty,
            (Held::Nothing, _) => Standing::Loading,
            (Held::Absent, _) => Standing::KnownAbsent,
            (Held::Value(_), _) if shard.is_stale(at, self.wall().0) => Standing::Stale,
            (Held::Tombstone | Held::Value(_), _) => Standing::Clean,
        };
        let unstored = work.filter(|work| work.is_unstored());
        Explanation {
            standing,
            is_deleted: matches!(entry.held(), Held::Tombstone),
            is_visible: matches!(shard.read(at, || self.wall()), Read::Hit(Some(_))),
            shard: n,
            weight: u64::from(entry.weight()),
            expires_at: (1..u64::MAX)
                .contains(&deadline)
                .then_some(forebay_store::WallTime(deadline)),
            version: unstored.and_then(|_| shard.version(at)),
            dirty_age: unstored.map(|work| now.since(work.dirtied.at())),
            tries: work.map_or(0, crate::table::Work::tries),
            failure: work.and_then(|work| work.failure().cloned()),
            is_loading: work.is_some_and(|work| work.load().is_some()),
            in_line: work.map_or(0, crate::table::Work::line_len),
        }
    }

    pub(crate) fn stats(self: &Arc<Self>) -> Stats {
        let counters = &self.counters;
        let used = self.budget.used();
        let counted = self.cells.tally().counted();
        let (waiting, waiting_accounts, waiting_most) = self.budget.waiting();
        let mut stats = Stats {
            loads: counters.loads.get(),
            load_failures: counters.load_failures.get(),
            loads_refused: counters.loads_refused.get(),
            fills: counted.fills,
            fills_fenced: counters.fills_fenced.get(),
            hits: counted.hits,
            misses: counted.misses,
            puts: counted.puts,
            deletes: counters.deletes.get(),
            stored: counters.stored.get(),
            refused: counters.refused.get(),
            retried: counters.retried.get(),
            unknown: counters.unknown.get(),
            evictions: counted.evictions,
            flushes: counters.flights.get(),
            waits: counters.waits.get(),
            busy: counters.busy.get(),
            refreshes: counters.refreshes.get(),
            stale: counters.stale.get(),
            restored: counters.restored.get(),
            dirty_bytes: used.bytes,
            quarantine_bytes: self.budget.quarantined(),
            batch_writes: counters.batch_writes.get(),
            batch_micros: counters.batch_micros.get(),
            max_staleness: self.parts.max_staleness,
            capacity_bytes: self.parts.capacity,
            dirty_bytes_max: self.parts.dirty_bytes_max,
            dirty_entries_max: self.parts.settings.dirty_entries_max as u64,
            journal: self.journal_stats(),
            wait_micros: counters.wait_micros.get(),
            waiting_writers: waiting as u64,
            waiting_accounts: waiting_accounts as u64,
            waiting_most: waiting_most as u64,
            ..Stats::default()
        };
        (stats.mode, stats.is_drill) = self.shown_mode();
        stats.is_load_down = self.loads.state.lock().breaker.is_open();
        let mut oldest: Option<Moment> = None;
        for cell in &self.cells {
            let shard = cell.lock.look();
            stats.resident_bytes += shard.weight();
            stats.coalesced += shard.coalesced();
            stats.entries += shard.len() as u64;
            stats.dirty_entries += (shard.unstored() - shard.quarantined()) as u64;
            stats.quarantined += shard.quarantined() as u64;
            oldest = earlier(oldest, shard.oldest_dirty());
        }
        let now = self.parts.seams.clock.now();
        {
            let flusher = self.flusher.state.lock();
            stats.in_flight = flusher.in_flight as u64;
            stats.is_paused = flusher.is_paused();
            let away = flusher.flying.values().filter_map(|flying| flying.oldest);
            oldest = earlier(oldest, away.chain(flusher.parking.oldest(true)).min());
            if let Some(promise) = &flusher.promise {
                stats.promises_broken = promise.breaches();
                stats.late_max = promise.late_max();
                let is_late = |at: Moment| now.since(at) > promise.span();
                stats.late_failing = flusher.parking.sick(is_late) as u64;
            }
        }
        stats.oldest_dirty_age = oldest.map(|at| now.since(at));
        stats
    }

    fn journal_stats(&self) -> Option<JournalStats> {
        let channel = self.journal()?.log.channel();
        Some(JournalStats {
            bytes: channel.extent(),
            bytes_max: channel.bytes_max(),
            has_failed: channel.failure().is_some(),
        })
    }

    pub(crate) fn loss_bound(self: &Arc<Self>) -> LossBound {
        if let Some(journal) = self.journal() {
            return journal.log.channel().loss_bound();
        }
        let mut loss = Loss::default();
        loss.records = self.unstored() as u64;
        // What is noted about them is no loss.
        let noted = WORK_BYTES.saturating_mul(loss.records);
        loss.bytes = self.budget.unstored_bytes().saturating_sub(noted);
        loss.age = self.stats().oldest_dirty_age.unwrap_or_default();
        let mut bound = LossBound::default();
        (bound.killed, bound.power_cut) = (loss, loss);
        bound
    }

    pub(crate) fn is_dirty(&self, key: &K) -> bool {
        let hash = self.hash(key);
        let shard = self.cells[self.place(hash)].lock.read();
        let work = shard.find(hash, key).and_then(|at| shard.work(at));
        work.is_some_and(crate::table::Work::is_unstored)
    }

    /// Keys with a write that is not stored, the longest dirty first.
    pub(crate) fn dirty_keys(&self) -> Vec<K> {
        let mut keys = Vec::new();
        for cell in &self.cells {
            let shard = cell.lock.read();
            keys.extend(shard.entries().filter_map(|(_, entry, work)| {
                let work = work.filter(|work| work.is_unstored())?;
                Some((work.dirtied.at(), work.since, entry.key.clone()))
            }));
        }
        keys.sort_by_key(|(dirtied_at, since, _)| (*dirtied_at, *since));
        keys.into_iter().map(|(_, _, key)| key).collect()
    }
}

fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
