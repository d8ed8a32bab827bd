//! okaywal: a log that shares syncs. It has no put without one.

use std::io;
use std::mem;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ::okaywal::{Configuration, Entry, EntryId, LogManager, LogVoid, SegmentReader, WriteAheadLog};

use super::loader::Loader;
use super::subject::{Loaded, Mark, Result, Subject, Writer};
use crate::records::{KEY, Record, Records};

/// Large segments: each one is made while everybody waits.
const SEGMENT: u32 = 64 << 20;
/// For recovery, everything in one segment, so that none is thrown away.
const SEGMENT_FOR_ALL: u32 = 1 << 30;

pub(crate) struct Okaywal(WriteAheadLog);

/// Takes everything into a map.
#[derive(Debug)]
struct Taker(Arc<Mutex<Loader>>);

impl Okaywal {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let settings = Configuration::default_for(folder)
            .preallocate_bytes(SEGMENT)
            .checkpoint_after_bytes(u64::from(SEGMENT) * 15 / 16);
        Ok(Self(settings.open(LogVoid)?))
    }

    fn open_whole(folder: &Path, taker: Taker) -> Result<WriteAheadLog> {
        let settings = Configuration::default_for(folder)
            .preallocate_bytes(SEGMENT_FOR_ALL)
            .checkpoint_after_bytes(u64::MAX);
        Ok(settings.open(taker)?)
    }

    pub(crate) fn fill(folder: &Path, records: usize, batch: usize) -> Result<()> {
        let log = Self::open_whole(folder, Taker(Arc::new(Mutex::new(Loader::new()))))?;
        let mut source = Records::new(0);
        for begin in (0..records).step_by(batch) {
            let mut entry = log.begin_entry()?;
            for _ in begin..records.min(begin + batch) {
                entry.write_chunk(source.next().bytes())?;
            }
            entry.commit()?;
        }
        mem::forget(log);
        Ok(())
    }

    pub(crate) fn load(folder: &Path, key: &[u8; KEY]) -> Result<Loaded> {
        let loader = Arc::new(Mutex::new(Loader::new()));
        let log = Self::open_whole(folder, Taker(Arc::clone(&loader)))?;
        let all = {
            let mut loader = loader.lock().unwrap_or_else(PoisonError::into_inner);
            mem::replace(&mut *loader, Loader::new()).finish()?
        };
        let (value, records) = (all.get(key), all.len());
        Ok(Loaded { value, records: Some(records), held: Box::new((log, all)) })
    }
}

impl LogManager for Taker {
    fn recover(&mut self, entry: &mut Entry<'_>) -> io::Result<()> {
        let Some(chunks) = entry.read_all_chunks()? else { return Ok(()) };
        let mut loader = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in chunks {
            loader.take(&chunk);
        }
        Ok(())
    }

    fn checkpoint_to(
        &mut self,
        _last: EntryId,
        _entries: &mut SegmentReader,
        _log: &WriteAheadLog,
    ) -> io::Result<()> {
        Ok(())
    }
}

impl Subject for Okaywal {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(self))
    }
}

impl Writer for &Okaywal {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        let mut entry = self.0.begin_entry()?;
        entry.write_chunk(record.bytes())?;
        entry.commit()?;
        Ok(Some(mark))
    }
}
