//! Opens the backing store and the cache in front of it, as the settings say.

use std::sync::Arc;

use bytes::Bytes;
use forebay::{
    ByteSize, Cache, DirStore, IntoStore, MemoryStore, RedbStore, Result, Seams, Settings,
    SharedStore,
};

use crate::config::{Config, StoreAddress, WhenFull, WriteMode};
use crate::keyspace::Keyspace;
use crate::record::{Record, ServerCodec};

/// Opens everything. Blocks until the store is open.
pub(crate) fn open(config: &Config, seams: &Seams) -> Result<Keyspace> {
    let store = store(config, seams)?;
    let settings = settings(config);
    let builder = Cache::builder(Arc::clone(&store))
        .capacity(ByteSize::bytes(config.memory))
        .weigher(|key: &Bytes, record: &Record| key.len() + record.data.len())
        .expire_with(|_, record: &Record| record.expires_at)
        .cache_absence(config.absence)
        .loads_waiting_max(config.waiting_loads)
        .seams(seams.clone());
    let builder = match config.write {
        WriteMode::Through => builder.write_through(settings),
        WriteMode::Behind => builder.write_behind(settings),
    };
    let cache = builder.open().wait()?;
    Ok(Keyspace::new(cache, store, Arc::clone(&seams.clock)))
}

fn store(config: &Config, seams: &Seams) -> Result<SharedStore<Bytes, Record>> {
    Ok(match &config.store {
        StoreAddress::Memory => MemoryStore::new().into_store(seams),
        StoreAddress::Dir(path) => DirStore::open_with(path, ServerCodec)?.into_store(seams),
        StoreAddress::Redb(path) => RedbStore::open_with(path, ServerCodec)?.into_store(seams),
    })
}

fn settings(config: &Config) -> Settings {
    Settings {
        dirty_bytes_max: config.dirty_bytes.map(ByteSize::bytes),
        dirty_entries_max: config.dirty_entries,
        flush_delay: config.flush_delay,
        flushes_in_flight_max: config.flushes,
        batch_ops_max: config.batch,
        retry_delay_min: config.retry_delay_min,
        retry_delay_max: config.retry_delay_max,
        when_full: match config.when_full {
            WhenFull::Wait => forebay::WhenFull::Wait,
            WhenFull::Refuse => forebay::WhenFull::Refuse,
        },
        waiting_writers_max: config.waiting_writers,
    }
}
