//! The same stores with their logs on the disk: every transaction is answered when it is there.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ::fjall::{Database as FjallDatabase, Keyspace, KeyspaceCreateOptions, PersistMode};
use ::redb::{Database as RedbDatabase, Durability as RedbDurability};
use ::rusqlite::Connection;
use forebay_state::State;
use forebay_store::Durability;

use super::disk::{TABLE, bytes};
use super::etchdb::six;
use super::shop::Shop;
use super::subject::Result;
use crate::people::Person;

/// A store that is written to by many threads.
pub(crate) trait Durable: Send + Sync {
    /// Puts these in, in one transaction.
    fn put(&self, records: Vec<(String, Person)>) -> Result<()>;

    /// Ends what it does in the background, so that its folder can go.
    fn end(&self) -> Result<()> {
        Ok(())
    }
}

pub(super) struct Forebay {
    state: State<Shop>,
    rung: Durability,
}

impl Forebay {
    pub(super) fn open(folder: &Path, rung: Durability) -> Result<Self> {
        Ok(Self { state: State::open(folder.join("state"))?, rung })
    }
}

impl Durable for Forebay {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        Ok(self.state.write_at(self.rung, |tx| {
            records.into_iter().try_for_each(|(key, value)| tx.texts.put(key, value))
        })?)
    }

    fn end(&self) -> Result<()> {
        self.state.close().wait()?;
        Ok(())
    }
}

type Log = ::etchdb::WalBackend<six::State>;

pub(super) struct Etchdb(::etchdb::Store<six::State, Log>);

impl Etchdb {
    /// Its compaction is off, which serves it best.
    pub(super) fn open(folder: &Path, is_synced: bool) -> Result<Self> {
        let mut store = ::etchdb::Store::open_wal(folder.join("etchdb"))?;
        if !is_synced {
            let interval = Duration::from_millis(10);
            store.set_flush_policy(::etchdb::FlushPolicy::Grouped { interval });
        }
        store.set_snapshot_threshold(u64::MAX);
        Ok(Self(store))
    }
}

impl Durable for Etchdb {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        six::put_texts(&self.0, records)
    }
}

/// Whoever writes waits until his group is on the disk.
pub(super) struct EtchdbFlushed(Etchdb);

impl EtchdbFlushed {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        Etchdb::open(folder, false).map(Self)
    }
}

impl Durable for EtchdbFlushed {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        self.0.put(records)?;
        Ok(self.0.0.flush()?)
    }
}

pub(super) struct Redb {
    database: RedbDatabase,
    durability: RedbDurability,
}

impl Redb {
    pub(super) fn open(folder: &Path, is_synced: bool) -> Result<Self> {
        let database = RedbDatabase::create(folder.join("records.redb"))?;
        let durability = if is_synced { RedbDurability::Immediate } else { RedbDurability::None };
        Ok(Self { database, durability })
    }
}

impl Durable for Redb {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(self.durability)?;
        {
            let mut table = transaction.open_table(TABLE)?;
            for (key, value) in records {
                table.insert(key.as_bytes(), &bytes(&value)?[..])?;
            }
        }
        Ok(transaction.commit()?)
    }
}

pub(super) struct Fjall {
    database: FjallDatabase,
    keyspace: Keyspace,
    is_synced: bool,
}

impl Fjall {
    pub(super) fn open(folder: &Path, is_synced: bool) -> Result<Self> {
        // Where each batch is synced anyway, handing it to the system first is a call too many.
        let database = FjallDatabase::builder(folder.join("fjall"));
        let database = database.manual_journal_persist(is_synced).open()?;
        let keyspace = database.keyspace("records", KeyspaceCreateOptions::default)?;
        Ok(Self { database, keyspace, is_synced })
    }
}

impl Durable for Fjall {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        let mut batch = self.database.batch();
        for (key, value) in records {
            batch.insert(&self.keyspace, key.into_bytes(), bytes(&value)?);
        }
        batch.commit()?;
        if self.is_synced {
            self.database.persist(PersistMode::SyncData)?;
        }
        Ok(())
    }
}

pub(super) struct Sqlite(Mutex<Connection>);

impl Sqlite {
    pub(super) fn open(folder: &Path, is_synced: bool) -> Result<Self> {
        let connection = Connection::open(folder.join("records.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = if is_synced { "FULL" } else { "NORMAL" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        let create = "CREATE TABLE records (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID";
        connection.execute(create, ())?;
        Ok(Self(Mutex::new(connection)))
    }
}

impl Durable for Sqlite {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction()?;
        {
            let insert = "INSERT OR REPLACE INTO records VALUES (?1, ?2)";
            let mut insert = transaction.prepare_cached(insert)?;
            for (key, value) in records {
                insert.execute((key.as_bytes(), &bytes(&value)?[..]))?;
            }
        }
        Ok(transaction.commit()?)
    }
}
