//! The numbers of a cache that can be chosen.

use std::time::Duration;

use forebay_store::{ByteSize, Error, Result};

use super::pressure::{WhenFull, WhenRefused};

/// Plain values: each with its unit, default, limit, and what happens at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of unstored writes, and 64 for each of their keys. By default half the capacity, and at most all but a 128th
    /// of it. At it, writers wait or are refused, see [`when_full`](Self::when_full). An overwrite of an unstored value
    /// needs room only for what it grows. A single value heavier than this is written through.
    pub dirty_bytes_max: Option<ByteSize>,
    /// Keys with unstored writes. Default 1,000,000. At it, writers wait or are refused, as at `dirty_bytes_max`.
    pub dirty_entries_max: usize,
    /// Bytes in quarantine, and 64 for each of its keys. By default half of `dirty_bytes_max`; both together leave at
    /// least a 128th of the capacity. At it, what the store refuses stays among the unstored writes and is tried again late.
    pub quarantine_bytes_max: Option<ByteSize>,
    /// How long a write waits for other writes to be stored with it, and for overwrites that make it
    /// unnecessary, counted from when its key was first dirtied. Default 100 ms. It goes sooner if a
    /// flush, a receipt or pressure wants it. After half of the time it goes along with one that is due.
    pub flush_delay: Duration,
    /// Batches with the store at once. Default 4; never more than the store's concurrency.
    pub flushes_in_flight_max: usize,
    /// Writes in one batch. Default 256; never more than the store takes.
    pub batch_ops_max: usize,
    /// Bytes in one batch, as weighed. Default 16 MiB. A batch that weighs as much or more takes no further
    /// write, so it exceeds this by less than the weight of its last one.
    pub batch_bytes_max: ByteSize,
    /// The first back-off after a failed attempt. Default 50 ms.
    pub retry_delay_min: Duration,
    /// The longest back-off. Default 30 s. Failed attempts are repeated for as long as it takes; only the room for
    /// unstored writes bounds how much waits for a store that is down. A store that is taken to be down is
    /// tried after a second at most, or after `retry_delay_min` if that is longer, whatever this is.
    pub retry_delay_max: Duration,
    /// What happens to a writer for which there is no room. Default [`WhenFull::Wait`], for half a minute at most.
    pub when_full: WhenFull,
    /// Writers that wait for room, and likewise writes-through under way. Default 65,536. At it,
    /// a writer is refused with `Busy`.
    pub waiting_writers_max: usize,
    /// What becomes of later writes of a key whose write the store refused. Default [`WhenRefused::Supersede`].
    pub when_refused: WhenRefused,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dirty_bytes_max: None,
            dirty_entries_max: 1_000_000,
            quarantine_bytes_max: None,
            flush_delay: Duration::from_millis(100),
            flushes_in_flight_max: 4,
            batch_ops_max: 256,
            batch_bytes_max: ByteSize::mib(16),
            retry_delay_min: Duration::from_millis(50),
            retry_delay_max: Duration::from_secs(30),
            when_full: WhenFull::default(),
            waiting_writers_max: 65_536,
            when_refused: WhenRefused::default(),
        }
    }
}

impl Settings {
    /// The bound on unstored bytes for a cache of this capacity, if all values make sense.
    pub(crate) fn check(&self, capacity: u64) -> Result<u64> {
        self.check_flushing()?;
        self.check_pressure(capacity)
    }

    pub(super) fn at_least_one(values: &[(&str, usize)]) -> Result<()> {
        match values.iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => {
                Err(Error::invalid(format!("settings.{name} is 0; it must be at least 1")))
            }
            None => Ok(()),
        }
    }
}
