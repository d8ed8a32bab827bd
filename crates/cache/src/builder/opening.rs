//! Opening a cache, once all that makes sense.

use std::num::NonZero;
use std::thread::available_parallelism;

use forebay_store::{ByteSize, Error, Key, Op, Result, Value};

use super::start::Builder;
use crate::blueprint::Blueprint;
use crate::cache::Cache;
use crate::engine::{Parts, Shared, Span};
use crate::journal::Fold;

impl<K: Key, V: Value> Builder<K, V> {
    /// Opens the cache. With a journal this takes as long as reading the journal does. When the cache is there,
    /// everything that is not stored can be read from it.
    ///
    /// # Errors
    ///
    /// `Invalid` if a value makes no sense, or the journal is another cache's; the message names it.
    /// `Unavailable` if the journal has an owner already, whose process it names, or its disk does not
    /// answer. `Corrupt` if acknowledged writes are missing in the journal; nothing was changed then.
    ///
    /// # Cancel safety
    ///
    /// Without a journal it is ready at once. With one, a job opens the cache even if the operation is dropped, and then
    /// drops the cache. What the journal has is stored in the background then, as after every drop without a close.
    pub fn open(self) -> Op<Cache<K, V>> {
        if self.journal.is_none() {
            return match self.build() {
                Ok(cache) => Op::ready(cache),
                Err(error) => Op::failed(error),
            };
        }
        // Who awaits it must not be blocked by a disk.
        let seams = self.seams.clone().unwrap_or_default();
        let (done, op) = Op::pending();
        seams.spawn.run(Box::new(move || done.complete(self.build())));
        op
    }

    fn build(self) -> Result<Cache<K, V>> {
        let span = Span::open();
        let built = span.run(|| self.build_now());
        span.ended(built.is_ok());
        built
    }

    fn build_now(mut self) -> Result<Cache<K, V>> {
        let place = match (self.journal.take(), self.journal_second.take()) {
            (Some(place), Some(second)) => Some(place.with_second(&second)),
            (None, Some(_)) => {
                return Err(Error::invalid(
                    "`journal_second` needs a journal: give one with `Builder::journal`",
                ));
            }
            (place, None) => place,
        };
        let blueprint = self.check(place.is_some())?;
        let mut fold = Fold::default();
        let journal = place.map(|place| place.open(blueprint.seams(), &mut fold)).transpose()?;
        blueprint.open(journal, fold)
    }

    /// Whether the values make sense for a tenant, which has no journal of its own.
    pub(crate) fn check_tenant(self) -> Result<Blueprint<K, V>> {
        if self.journal.is_some() || self.journal_second.is_some() {
            let message = "a tenant writes to the shared journal and has no journal of its own: leave out `Builder::journal`";
            return Err(Error::invalid(message));
        }
        self.check(true)
    }

    /// Whether the values make sense.
    fn check(self, has_journal: bool) -> Result<Blueprint<K, V>> {
        const CAPACITY_MIN: ByteSize = ByteSize::kib(4);
        const SHARDS_MAX: usize = 4096;
        if self.capacity < CAPACITY_MIN {
            let capacity = self.capacity;
            let message = format!("capacity is {capacity}; it must be at least {CAPACITY_MIN}");
            return Err(Error::invalid(message));
        }
        self.reading.check()?;
        Self::check_promise(self.max_staleness)?;
        let shards = self.shards.unwrap_or_else(|| Self::default_shards(self.capacity));
        if !shards.is_power_of_two() || shards > SHARDS_MAX {
            let message =
                format!("shards is {shards}; it must be a power of two and at most {SHARDS_MAX}");
            return Err(Error::invalid(message));
        }
        let capacity = self.capacity.as_bytes();
        let dirty_bytes_max = self.settings.check(capacity)?;
        let quarantine_bytes_max = self.settings.check_quarantine(capacity, dirty_bytes_max)?;
        let write = self.way.write(self.coalescing, has_journal)?;
        let parts = Parts {
            seams: self.seams.unwrap_or_default(),
            settings: self.settings,
            write,
            capacity,
            dirty_bytes_max,
            quarantine_bytes_max,
            shards,
            weigher: self.weigher,
            merge: self.merge,
            reading: self.reading,
            max_staleness: self.max_staleness,
            is_read_only: self.is_read_only,
            listeners: self.listeners,
            journal: None,
            version: 0,
        };
        Ok(Blueprint { store: self.store, parts })
    }

    /// Four a processor, but each with at least 256 entries at their lightest: what is to leave a smaller
    /// one is chosen from too few.
    fn default_shards(capacity: ByteSize) -> usize {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let entries = capacity.as_bytes() / Shared::<K, V>::ENTRY_BYTES as u64;
        let fitting = usize::try_from(entries / 256).unwrap_or(usize::MAX).max(1);
        let shards = (processors * 4).next_power_of_two();
        let fitting =
            if fitting.is_power_of_two() { fitting } else { fitting.next_power_of_two() / 2 };
        shards.min(fitting).min(4096)
    }
}
