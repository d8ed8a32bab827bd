//! Opens the backing store and the cache in front of it, as the settings say.

use std::sync::Arc;
use std::time::Duration;

use forebay::{
    Builder, ByteSize, Cache, DirStore, Event, IntoStore, JournalSettings, MemoryStore, RedbStore,
    Result, Seams, Settings, SharedStore, Write,
};

use crate::config::{Config, StoreAddress, WhenFull, way};
use crate::keyspace::Keyspace;
use crate::octets::Octets;
use crate::record::{Record, ServerCodec};
use crate::report::{self, Seldom};

/// Opens the cache in front of `store`. Blocks until the journal, if there is one, is read.
pub(crate) fn keyspace(
    config: &Config,
    store: SharedStore<Octets, Record>,
    seams: &Seams,
) -> Result<Keyspace> {
    let builder = builder(config, &store, seams);
    let builder = match config.journal_path() {
        Some(path) => builder.journal_with(path, journal(config), ServerCodec),
        None => builder,
    };
    let builder = match &config.journal_second {
        Some(path) => builder.journal_second(path),
        None => builder,
    };
    Ok(Keyspace::new(builder.open().wait()?, store, Arc::clone(&seams.clock)))
}

/// The cache as the settings say, still without a journal.
pub(crate) fn builder(
    config: &Config,
    store: &SharedStore<Octets, Record>,
    seams: &Seams,
) -> Builder<Octets, Record> {
    let settings = settings(config);
    let (refused, clock) = (Seldom::default(), Arc::clone(&seams.clock));
    let tell = move |event: &Event| match event {
        // There may be one for each write.
        Event::Quarantined { .. } => refused.tell(event, clock.now()),
        event => report::tell(event),
    };
    let builder = Cache::builder(Arc::clone(store))
        .capacity(ByteSize::bytes(config.memory))
        .weigher(|key: &Octets, record: &Record| key.len() + record.data.len())
        .expire_with(|_, record: &Record| record.expires_at)
        .cache_absence(config.absence)
        .loads_waiting_max(config.waiting_loads)
        .listen(tell)
        .seams(seams.clone());
    let builder = match config.max_staleness {
        Duration::ZERO => builder,
        longest => builder.max_staleness(longest),
    };
    match way(config.rung()) {
        Write::Behind(rung) => builder.write_behind_at(rung, settings),
        _ => builder.write_through(settings),
    }
}

/// Opens the backing store. Blocks until it is open.
pub(crate) fn store(address: &StoreAddress, seams: &Seams) -> Result<SharedStore<Octets, Record>> {
    Ok(match address {
        StoreAddress::Memory => MemoryStore::new().into_store(seams),
        StoreAddress::Dir(path) => DirStore::open_with(path, ServerCodec)?.into_store(seams),
        StoreAddress::Redb(path) => RedbStore::open_with(path, ServerCodec)?.into_store(seams),
    })
}

/// What the journal is told.
pub(crate) fn journal(config: &Config) -> JournalSettings {
    JournalSettings {
        segment_bytes: config.journal_segment,
        bytes_max: config.journal_bytes,
        buffer_max: config.journal_buffer,
        sync_after: config.journal_sync_after,
        ..JournalSettings::default()
    }
}

fn settings(config: &Config) -> Settings {
    Settings {
        dirty_bytes_max: config.dirty_bytes.map(ByteSize::bytes),
        dirty_entries_max: config.dirty_entries,
        quarantine_bytes_max: config.quarantine_bytes.map(ByteSize::bytes),
        flush_delay: config.flush_delay(),
        flushes_in_flight_max: config.flushes,
        batch_ops_max: config.batch,
        retry_delay_min: config.retry_delay_min,
        retry_delay_max: config.retry_delay_max,
        when_full: match config.when_full {
            WhenFull::Wait => forebay::WhenFull::Wait { at_most: config.write_wait },
            WhenFull::Refuse => forebay::WhenFull::Refuse,
        },
        waiting_writers_max: config.waiting_writers,
        when_refused: config.when_refused,
        ..Settings::default()
    }
}
