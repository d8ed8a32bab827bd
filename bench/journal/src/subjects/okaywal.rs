//! okaywal: a log that shares syncs. It has no put without one.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ::okaywal::{Configuration, Entry, EntryId, LogManager, LogVoid, SegmentReader, WriteAheadLog};

use super::subject::{Loaded, Mark, Result, Subject, Writer};
use crate::records::{KEY, Record, Records};

/// Large segments: each one is made while everybody waits.
const SEGMENT: u32 = 64 << 20;
/// For recovery, everything in one segment, so that none is thrown away.
const SEGMENT_FOR_ALL: u32 = 1 << 30;

pub(crate) struct Okaywal(WriteAheadLog);

type Map = HashMap<[u8; KEY], Box<[u8]>>;

/// Takes everything into a map.
#[derive(Debug, Default)]
struct Loader(Arc<Mutex<Map>>);

impl Okaywal {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let settings = Configuration::default_for(folder)
            .preallocate_bytes(SEGMENT)
            .checkpoint_after_bytes(u64::from(SEGMENT) * 15 / 16);
        Ok(Self(settings.open(LogVoid)?))
    }

    fn open_whole(folder: &Path, loader: Loader) -> Result<WriteAheadLog> {
        let settings = Configuration::default_for(folder)
            .preallocate_bytes(SEGMENT_FOR_ALL)
            .checkpoint_after_bytes(u64::MAX);
        Ok(settings.open(loader)?)
    }

    pub(crate) fn fill(folder: &Path, records: usize, batch: usize) -> Result<()> {
        let log = Self::open_whole(folder, Loader::default())?;
        let mut source = Records::new(0);
        for begin in (0..records).step_by(batch) {
            let mut entry = log.begin_entry()?;
            for _ in begin..records.min(begin + batch) {
                entry.write_chunk(source.next().bytes())?;
            }
            entry.commit()?;
        }
        std::mem::forget(log);
        Ok(())
    }

    pub(crate) fn load(folder: &Path, key: &[u8; KEY]) -> Result<Loaded> {
        let loader = Loader::default();
        let map = Arc::clone(&loader.0);
        let log = Self::open_whole(folder, loader)?;
        let (value, records) = {
            let map = map.lock().unwrap_or_else(PoisonError::into_inner);
            (map.get(key).map(|value| value.to_vec()), map.len())
        };
        Ok(Loaded { value, records: Some(records), held: Box::new((log, map)) })
    }
}

impl LogManager for Loader {
    fn recover(&mut self, entry: &mut Entry<'_>) -> io::Result<()> {
        let Some(chunks) = entry.read_all_chunks()? else { return Ok(()) };
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in chunks {
            if let Some((key, value)) = chunk.split_first_chunk() {
                map.insert(*key, value.into());
            }
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
