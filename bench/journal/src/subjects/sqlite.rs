//! `SQLite` with a write-ahead log: one connection that is shared, because a second writer would only
//! wait for the first and be woken later.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::subject::{Mark, Result, Subject, Writer};
use crate::contest::Suite;
use crate::records::Record;

const INSERT: &str = "INSERT OR REPLACE INTO records VALUES (?1, ?2)";

pub(crate) struct Sqlite(Mutex<Connection>);

impl Sqlite {
    pub(crate) fn open(suite: Suite, folder: &Path) -> Result<Self> {
        let connection = Connection::open(folder.join("records.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = if suite == Suite::Journaled { "NORMAL" } else { "FULL" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        let create = "CREATE TABLE records (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID";
        connection.execute(create, ())?;
        Ok(Self(Mutex::new(connection)))
    }
}

impl Subject for Sqlite {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(self))
    }
}

impl Writer for &Sqlite {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut insert = connection.prepare_cached(INSERT)?;
        insert.execute((&record.key()[..], record.value()))?;
        Ok(Some(mark))
    }
}
