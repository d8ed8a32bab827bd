//! The cache in numbers.

use std::time::Duration;

use crate::histogram::Histogram;
use crate::mode::Mode;

/// How a cache's journal stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalStats {
    /// Bytes that the journal takes on disk now.
    pub bytes: u64,
    /// Bytes that the journal may take on disk.
    pub bytes_max: u64,
    /// Whether the journal has failed: writes that need it are refused, and reads go on.
    pub has_failed: bool,
}

/// What a cache has done since it was opened, and how it stands now. The numbers are taken one after the other, so those
/// that belong together may be a moment apart. Each count is exact, and only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Gets answered from memory.
    pub hits: u64,
    /// Gets that memory did not answer.
    pub misses: u64,
    /// Calls of the store's `load`.
    pub loads: u64,
    /// Keys whose load failed.
    pub load_failures: u64,
    /// Keys that the store was not asked for, because it is taken to be down for loads.
    pub loads_refused: u64,
    /// Loaded keys that memory kept, known absences included.
    pub fills: u64,
    /// Loaded keys that memory did not keep, because something newer happened meanwhile (G6).
    pub fills_fenced: u64,
    /// Loads of values that were in memory, because their time to live was nearly or just over.
    pub refreshes: u64,
    /// Gets answered with a value whose time to live was over: while it was refreshed, or because the store
    /// could not be asked.
    pub stale: u64,
    /// Puts, accepted or not.
    pub puts: u64,
    /// Deletes, accepted or not.
    pub deletes: u64,
    /// Writes that took the place of one that was not stored yet: store calls saved.
    pub coalesced: u64,
    /// Writes that the store took.
    pub stored: u64,
    /// Writes that the store refused.
    pub refused: u64,
    /// Attempts that are to be repeated.
    pub retried: u64,
    /// Attempts that may or may not have happened.
    pub unknown: u64,
    /// Clean entries that made room for others.
    pub evictions: u64,
    /// Calls of the store's `apply`.
    pub flushes: u64,
    /// Writes that waited for room.
    pub waits: u64,
    /// Requests refused at a bound.
    pub busy: u64,
    /// Writes that an earlier owner of the journal could not store, and that became dirty again, or
    /// are in quarantine again, when the cache was opened.
    pub restored: u64,
    /// Entries in memory now.
    pub entries: u64,
    /// Bytes in memory now, as weighed, and 64 for each key with a write that is not stored.
    /// Room that is set aside for such keys to come is not in it, so entries may be evicted although this is
    /// less than the capacity.
    pub resident_bytes: u64,
    /// Keys now whose newest write is not stored, without those in quarantine.
    pub dirty_entries: u64,
    /// Bytes of unstored writes now, those with the store included, and 64 for each of their keys.
    pub dirty_bytes: u64,
    /// Batches with the store now.
    pub in_flight: u64,
    /// How many writes each batch had that the store answered.
    pub batch_writes: Histogram,
    /// For how many microseconds the store had each batch.
    pub batch_micros: Histogram,
    /// Keys in quarantine now.
    pub quarantined: u64,
    /// Bytes in quarantine now, and 64 for each of its keys.
    pub quarantine_bytes: u64,
    /// For how many microseconds writes waited for room, or until they were told that there is none.
    pub wait_micros: Histogram,
    /// Writers that wait for room now.
    pub waiting_writers: u64,
    /// The [accounts](crate::Cache::account) that have writers waiting for room now.
    pub waiting_accounts: u64,
    /// The most writers that wait for one account now.
    pub waiting_most: u64,
    /// How well the cache can do its work now, see [`Cache::mode`](crate::Cache::mode).
    pub mode: Mode,
    /// Whether the cache behaves as in a worse mode, see [`Cache::drill`](crate::Cache::drill).
    pub is_drill: bool,
    /// Whether writing to the store is paused now, see [`Cache::pause`](crate::Cache::pause).
    pub is_paused: bool,
    /// Whether the store is taken to be down for loads now, because loads of different keys failed one after the other.
    /// A miss is `Unavailable` at once then, but for one at a time that asks whether the store is back.
    pub is_load_down: bool,
    /// How many times [`max_staleness`](crate::Builder::max_staleness) was broken.
    pub promises_broken: u64,
    /// By how much [`max_staleness`](crate::Builder::max_staleness) was broken at most: how far beyond it the oldest write
    /// was, when it was stored or last looked at.
    pub late_max: Duration,
    /// Keys that are unstored for longer than [`max_staleness`](crate::Builder::max_staleness) now, because the store
    /// fails their writes while it takes those of others. They break no promise.
    pub late_failing: u64,
    /// How long the oldest unstored write has been dirty, or longer where no time is promised: few of many puts are
    /// dated by the clock.
    pub oldest_dirty_age: Option<Duration>,
    /// The promised [`max_staleness`](crate::Builder::max_staleness), if there is one.
    pub max_staleness: Option<Duration>,
    /// Bytes that may be in memory.
    pub capacity_bytes: u64,
    /// Bytes that may be unstored.
    pub dirty_bytes_max: u64,
    /// Keys that may be unstored.
    pub dirty_entries_max: u64,
    /// The journal, if there is one. If it is shared, these are the numbers of all its tenants together.
    pub journal: Option<JournalStats>,
}
