//! LMDB: a tree in a map of memory that is copied on write.

use std::path::Path;

use heed::types::Bytes;
use heed::{Database, Env, EnvFlags, EnvOpenOptions};

use super::subject::{Mark, Result, Subject, Writer};
use crate::contest::Suite;
use crate::records::Record;

/// Room for whatever a round puts; only what is used takes space.
const MAP: usize = 16 << 30;

pub(crate) struct Lmdb {
    env: Env,
    database: Database<Bytes, Bytes>,
}

impl Lmdb {
    #[expect(
        unsafe_code,
        reason = "the map is unsafe if the file is changed by others: it is ours"
    )]
    pub(crate) fn open(suite: Suite, folder: &Path) -> Result<Self> {
        let mut options = EnvOpenOptions::new();
        options.map_size(MAP).max_readers(8);
        if suite == Suite::Journaled {
            // SAFETY: without syncs a power cut may break the file; it is thrown away anyway.
            unsafe { options.flags(EnvFlags::NO_SYNC) };
        }
        // SAFETY: the folder is fresh, and nobody else opens or changes what is in it.
        let env = unsafe { options.open(folder) }?;
        let mut transaction = env.write_txn()?;
        let database = env.create_database(&mut transaction, None)?;
        transaction.commit()?;
        Ok(Self { env, database })
    }
}

impl Subject for Lmdb {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(self))
    }
}

impl Writer for &Lmdb {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        let mut transaction = self.env.write_txn()?;
        self.database.put(&mut transaction, &record.key()[..], record.value())?;
        transaction.commit()?;
        Ok(Some(mark))
    }
}
