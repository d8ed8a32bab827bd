//! Stores that keep their records as bytes, on disk and in caches: each value is decoded when it is
//! read. They take part in the reads only.

use std::path::Path;

use ::fjall::{Database as FjallDatabase, Keyspace, KeyspaceCreateOptions, Readable};
use ::redb::{Database as RedbDatabase, ReadableDatabase, TableDefinition};
use ::rusqlite::Connection;

use super::subject::{Hand, Result, Subject};
use crate::contest::Suite;
use crate::people::{Batch, Person, Records};

/// Big-endian, so that bytes are in the order of the numbers.
fn encoded(records: Records) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    match records {
        Records::Texts(all) => {
            all.into_iter().map(|(key, one)| Ok((key.into_bytes(), bytes(&one)?))).collect()
        }
        Records::Numbers(all) => {
            let pairs = all.into_iter();
            pairs.map(|(key, one)| Ok((key.to_be_bytes().to_vec(), bytes(&one)?))).collect()
        }
    }
}

fn bytes(person: &Person) -> Result<Vec<u8>> {
    Ok(postcard::to_allocvec(person)?)
}

/// How long the first text of an encoded value is.
fn look(value: &[u8]) -> Result<usize> {
    Ok(postcard::from_bytes::<Person>(value)?.name.len())
}

/// Calls `f` with the bytes of each key.
fn each_key(keys: Batch<'_>, mut f: impl FnMut(&[u8]) -> Result<usize>) -> Result<usize> {
    match keys {
        Batch::Texts(keys) => keys.iter().map(|key| f(key.as_bytes())).sum(),
        Batch::Numbers(keys) => keys.iter().map(|key| f(&key.to_be_bytes())).sum(),
    }
}

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("records");

pub(crate) struct Redb(RedbDatabase);

impl Redb {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        Ok(Self(RedbDatabase::create(folder.join("records.redb"))?))
    }
}

impl Subject for Redb {
    fn fill(&self, records: Records) -> Result<()> {
        let transaction = self.0.begin_write()?;
        {
            let mut table = transaction.open_table(TABLE)?;
            for (key, value) in encoded(records)? {
                table.insert(&key[..], &value[..])?;
            }
        }
        Ok(transaction.commit()?)
    }

    fn hand(&self) -> Result<Box<dyn Hand + '_>> {
        Ok(Box::new(RedbHand(&self.0)))
    }
}

struct RedbHand<'s>(&'s RedbDatabase);

impl Hand for RedbHand<'_> {
    fn read(&mut self, keys: Batch<'_>) -> Result<usize> {
        each_key(keys, |key| {
            let table = self.0.begin_read()?.open_table(TABLE)?;
            table.get(key)?.map_or(Ok(0), |value| look(value.value()))
        })
    }

    fn range(&mut self, keys: Batch<'_>) -> Result<usize> {
        each_key(keys, |key| {
            let table = self.0.begin_read()?.open_table(TABLE)?;
            table.range(key..)?.take(Suite::RANGE).map(|entry| look(entry?.1.value())).sum()
        })
    }
}

pub(crate) struct Fjall {
    database: FjallDatabase,
    keyspace: Keyspace,
}

impl Fjall {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let database = FjallDatabase::builder(folder.join("fjall")).open()?;
        let keyspace = database.keyspace("records", KeyspaceCreateOptions::default)?;
        Ok(Self { database, keyspace })
    }
}

impl Subject for Fjall {
    fn fill(&self, records: Records) -> Result<()> {
        for (key, value) in encoded(records)? {
            self.keyspace.insert(key, value)?;
        }
        Ok(())
    }

    fn hand(&self) -> Result<Box<dyn Hand + '_>> {
        Ok(Box::new(FjallHand(self)))
    }
}

struct FjallHand<'s>(&'s Fjall);

impl Hand for FjallHand<'_> {
    fn read(&mut self, keys: Batch<'_>) -> Result<usize> {
        each_key(keys, |key| {
            let snapshot = self.0.database.snapshot();
            snapshot.get(&self.0.keyspace, key)?.map_or(Ok(0), |value| look(&value))
        })
    }

    fn range(&mut self, keys: Batch<'_>) -> Result<usize> {
        each_key(keys, |key| {
            let snapshot = self.0.database.snapshot();
            let range = snapshot.range(&self.0.keyspace, key..).take(Suite::RANGE);
            range.map(|entry| look(&entry.value()?)).sum()
        })
    }
}

pub(crate) struct Sqlite {
    folder: std::path::PathBuf,
}

impl Sqlite {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let sqlite = Self { folder: folder.to_owned() };
        let connection = sqlite.connect()?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let create = "CREATE TABLE records (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID";
        connection.execute(create, ())?;
        Ok(sqlite)
    }

    fn connect(&self) -> Result<Connection> {
        let connection = Connection::open(self.folder.join("records.sqlite"))?;
        // 512 MiB, and mapped: all of it fits.
        connection.pragma_update(None, "cache_size", -524_288)?;
        connection.pragma_update(None, "mmap_size", 1_i64 << 30)?;
        Ok(connection)
    }
}

impl Subject for Sqlite {
    fn fill(&self, records: Records) -> Result<()> {
        let mut connection = self.connect()?;
        let transaction = connection.transaction()?;
        {
            let mut insert =
                transaction.prepare("INSERT OR REPLACE INTO records VALUES (?1, ?2)")?;
            for (key, value) in encoded(records)? {
                insert.execute((&key[..], &value[..]))?;
            }
        }
        Ok(transaction.commit()?)
    }

    fn hand(&self) -> Result<Box<dyn Hand + '_>> {
        Ok(Box::new(SqliteHand(self.connect()?)))
    }
}

/// A connection a thread: that is what it is made for.
struct SqliteHand(Connection);

impl Hand for SqliteHand {
    fn read(&mut self, keys: Batch<'_>) -> Result<usize> {
        let mut get = self.0.prepare_cached("SELECT value FROM records WHERE key = ?1")?;
        each_key(keys, |key| {
            let mut rows = get.query((key,))?;
            rows.next()?.map_or(Ok(0), |row| look(row.get_ref(0)?.as_blob()?))
        })
    }

    fn range(&mut self, keys: Batch<'_>) -> Result<usize> {
        let select = "SELECT value FROM records WHERE key >= ?1 ORDER BY key LIMIT 100";
        let mut get = self.0.prepare_cached(select)?;
        each_key(keys, |key| {
            let mut rows = get.query((key,))?;
            let mut sum = 0;
            while let Some(row) = rows.next()? {
                sum += look(row.get_ref(0)?.as_blob()?)?;
            }
            Ok(sum)
        })
    }
}
