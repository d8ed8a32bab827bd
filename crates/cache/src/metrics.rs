//! The cache in numbers, as Prometheus reads them.

use std::fmt::{self, Display, Formatter};

use crate::histogram::Histogram;
use crate::stats::Stats;

/// The numbers of a cache in the text format of Prometheus, version 0.0.4: what [`Stats::metrics`] gives.
#[derive(Clone, Copy, Debug)]
pub struct Metrics<'a>(&'a Stats);

impl Stats {
    /// These numbers as Prometheus reads them.
    ///
    /// ```
    /// use forebay_cache::Cache;
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::<String, u64>::builder(MemoryStore::new()).open().wait()?;
    /// let text = cache.stats().metrics().to_string();
    /// assert!(text.contains("\nforebay_cache_dirty_bytes 0\n"));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn metrics(&self) -> Metrics<'_> {
        Metrics(self)
    }
}

impl Display for Metrics<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let stats = self.0;
        let counters = [
            ("hits", "Gets answered from memory", stats.hits),
            ("misses", "Gets that memory did not answer", stats.misses),
            ("loads", "Calls of the store's load", stats.loads),
            ("load_failures", "Keys whose load failed", stats.load_failures),
            ("loads_refused", "Keys not asked for: the store was down", stats.loads_refused),
            ("fills", "Loaded keys that memory kept", stats.fills),
            ("fills_fenced", "Loaded keys that something newer kept out", stats.fills_fenced),
            ("refreshes", "Loads of values whose time to live was about over", stats.refreshes),
            ("stale", "Gets answered with a value whose time to live was over", stats.stale),
            ("puts", "Puts", stats.puts),
            ("deletes", "Deletes", stats.deletes),
            ("coalesced", "Writes that took the place of an unstored one", stats.coalesced),
            ("stored", "Writes that the store took", stats.stored),
            ("refused", "Writes that the store refused", stats.refused),
            ("retried", "Attempts to be repeated", stats.retried),
            ("unknown", "Attempts that may have happened", stats.unknown),
            ("evictions", "Clean entries that made room", stats.evictions),
            ("flushes", "Calls of the store's apply", stats.flushes),
            ("waits", "Writes that waited for room", stats.waits),
            ("busy", "Requests refused at a bound", stats.busy),
            ("restored", "Unstored writes found in the journal", stats.restored),
            ("promises_broken", "Times that max_staleness was broken", stats.promises_broken),
        ];
        for (name, help, value) in counters {
            head(f, &format!("{name}_total"), "counter", help)?;
            writeln!(f, "forebay_cache_{name}_total {value}")?;
        }
        let journal = stats.journal.unwrap_or_default();
        let gauges = [
            ("entries", "Entries in memory", stats.entries),
            ("resident_bytes", "Bytes in memory, as weighed", stats.resident_bytes),
            ("dirty_entries", "Keys whose newest write is not stored", stats.dirty_entries),
            ("dirty_bytes", "Bytes of unstored writes", stats.dirty_bytes),
            ("in_flight", "Batches with the store", stats.in_flight),
            ("quarantined", "Keys in quarantine", stats.quarantined),
            ("quarantine_bytes", "Bytes in quarantine", stats.quarantine_bytes),
            ("waiting_writers", "Writers that wait for room", stats.waiting_writers),
            ("waiting_accounts", "Accounts with waiting writers", stats.waiting_accounts),
            ("waiting_most", "The most that wait for one account", stats.waiting_most),
            (
                "mode",
                "How bad it is: 0 healthy, 1 slow store, 2 store down, 3 journal filling, 4 full, 5 failed",
                stats.mode.rung().into(),
            ),
            ("paused", "1 while nothing is sent to the store", stats.is_paused.into()),
            ("load_down", "1 while the store is down for loads", stats.is_load_down.into()),
            ("late_failing", "Keys unstored for too long that the store fails", stats.late_failing),
            ("capacity_bytes", "Bytes that may be in memory", stats.capacity_bytes),
            ("dirty_bytes_max", "Bytes that may be unstored", stats.dirty_bytes_max),
            ("dirty_entries_max", "Keys that may be unstored", stats.dirty_entries_max),
            ("journal_bytes", "Bytes of the journal on disk", journal.bytes),
            ("journal_bytes_max", "Bytes that the journal may take on disk", journal.bytes_max),
            ("journal_failed", "1 if the journal has failed", journal.has_failed.into()),
        ];
        let is_told = |name: &str| stats.journal.is_some() || !name.starts_with("journal");
        for (name, help, value) in gauges.into_iter().filter(|(name, ..)| is_told(name)) {
            head(f, name, "gauge", help)?;
            writeln!(f, "forebay_cache_{name} {value}")?;
        }
        times(f, stats)?;
        let writes = ("batch_writes", "Writes in a batch that the store was given");
        histogram(f, writes, &stats.batch_writes, 1)?;
        let waits = ("wait_seconds", "Time that a write waited for room");
        histogram(f, waits, &stats.wait_micros, 1_000_000)?;
        let seconds = ("batch_seconds", "Time that the store had a batch");
        histogram(f, seconds, &stats.batch_micros, 1_000_000)
    }
}

/// What is told in seconds.
fn times(f: &mut Formatter<'_>, stats: &Stats) -> fmt::Result {
    let oldest = stats.oldest_dirty_age.unwrap_or_default();
    let times = [
        ("oldest_dirty_seconds", "Age of the oldest unstored write", oldest),
        ("late_max_seconds", "By how much max_staleness was broken at most", stats.late_max),
    ];
    for (name, help, time) in times {
        head(f, name, "gauge", help)?;
        writeln!(f, "forebay_cache_{name} {}", time.as_secs_f64())?;
    }
    if let Some(promised) = stats.max_staleness {
        head(f, "max_staleness_seconds", "gauge", "The promised longest age of an unstored write")?;
        writeln!(f, "forebay_cache_max_staleness_seconds {}", promised.as_secs_f64())?;
    }
    Ok(())
}

fn head(f: &mut Formatter<'_>, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(f, "# HELP forebay_cache_{name} {help}.\n# TYPE forebay_cache_{name} {kind}")
}

/// A histogram whose values are told in units of `unit`.
fn histogram(
    f: &mut Formatter<'_>,
    (name, help): (&str, &str),
    histogram: &Histogram,
    unit: u64,
) -> fmt::Result {
    head(f, name, "histogram", help)?;
    // The last class has no bound: what is in it is beyond all the others'.
    let bounds = histogram.up_to().filter(|(bound, _)| *bound < Histogram::BEYOND);
    for (bound, count) in bounds {
        writeln!(f, "forebay_cache_{name}_bucket{{le=\"{}\"}} {count}", Part(bound, unit))?;
    }
    let count = histogram.count();
    writeln!(f, "forebay_cache_{name}_bucket{{le=\"+Inf\"}} {count}")?;
    writeln!(f, "forebay_cache_{name}_sum {}", Part(histogram.sum(), unit))?;
    writeln!(f, "forebay_cache_{name}_count {count}")
}

/// A number of millionths, or of wholes, as a decimal.
struct Part(u64, u64);

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(value, unit) = *self;
        match unit {
            1 => write!(f, "{value}"),
            unit => write!(f, "{}.{:06}", value / unit, value % unit),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::histogram::Counting;
    use crate::stats::JournalStats;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let counting = Counting::default();
        for value in [1, 3, 3] {
            counting.add(value);
        }
        let stats = Stats {
            hits: 7,
            dirty_bytes: 5,
            oldest_dirty_age: Some(Duration::from_millis(1500)),
            is_paused: true,
            promises_broken: 4,
            batch_micros: counting.get(),
            ..Stats::default()
        };
        let text = stats.metrics().to_string();
        let hits = "# HELP forebay_cache_hits_total Gets answered from memory.\n\
                    # TYPE forebay_cache_hits_total counter\nforebay_cache_hits_total 7\n";
        assert!(text.starts_with(hits), "{text}");
        assert!(text.contains("\nforebay_cache_dirty_bytes 5\n"));
        assert!(text.contains("\nforebay_cache_oldest_dirty_seconds 1.5\n"));
        assert!(text.contains("\nforebay_cache_promises_broken_total 4\n"));
        assert!(text.contains("\nforebay_cache_paused 1\n"));
        assert!(!text.contains("journal_bytes") && !text.contains("max_staleness_seconds"));
        let times = "# TYPE forebay_cache_batch_seconds histogram\n\
                     forebay_cache_batch_seconds_bucket{le=\"0.000001\"} 1\n\
                     forebay_cache_batch_seconds_bucket{le=\"0.000002\"} 1\n\
                     forebay_cache_batch_seconds_bucket{le=\"0.000004\"} 3\n\
                     forebay_cache_batch_seconds_bucket{le=\"+Inf\"} 3\n\
                     forebay_cache_batch_seconds_sum 0.000007\n\
                     forebay_cache_batch_seconds_count 3\n";
        assert!(text.ends_with(times), "{text}");
    }

    #[test]
    fn bounds_are_told_where_there_are_some() {
        let journal = JournalStats { bytes: 3, bytes_max: 9, has_failed: true };
        let max_staleness = Some(Duration::from_millis(2500));
        let stats = Stats { journal: Some(journal), max_staleness, ..Stats::default() };
        let text = stats.metrics().to_string();
        assert!(text.contains("\nforebay_cache_journal_bytes 3\n"));
        assert!(text.contains("\nforebay_cache_journal_bytes_max 9\n"));
        assert!(text.contains("\nforebay_cache_journal_failed 1\n"));
        assert!(text.contains("\nforebay_cache_max_staleness_seconds 2.5\n"));
    }

    #[test]
    fn what_is_beyond_all_bounds_is_told_without_one() {
        let counting = Counting::default();
        counting.add(2);
        counting.add(u64::MAX / 4);
        let stats = Stats { batch_writes: counting.get(), ..Stats::default() };
        let text = stats.metrics().to_string();
        let with =
            |end: &str| text.contains(&format!("forebay_cache_batch_writes_bucket{{le={end}\n"));
        assert!(with("\"1073741824\"} 1") && with("\"+Inf\"} 2"), "{text}");
        assert!(!text.contains("le=\"2147483648\""), "{text}");
    }
}
