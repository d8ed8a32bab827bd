//! raft-engine: a log with an index in memory, by regions. Puts are spread over regions, so that its
//! index has as many locks as it can; its files are filled before.

use std::path::Path;

use ::raft_engine::{Config, Engine, LogBatch, ReadableSize};

use super::subject::{Loaded, Mark, Result, Subject, Writer};
use crate::contest::Suite;
use crate::records::{KEY, Record, Records};

const REGIONS: u64 = 64;

pub(crate) struct RaftEngine {
    engine: Engine,
    syncs: bool,
}

struct Hand<'a> {
    subject: &'a RaftEngine,
    batch: LogBatch,
}

impl RaftEngine {
    pub(crate) fn open(suite: Suite, folder: &Path) -> Result<Self> {
        let settings = Config {
            prefill_for_recycle: true,
            prefill_limit: Some(ReadableSize::mb(512)),
            ..settings(folder)
        };
        let syncs = suite != Suite::Journaled;
        Ok(Self { engine: Engine::open(settings)?, syncs })
    }

    pub(crate) fn fill(folder: &Path, records: usize, batch: usize) -> Result<()> {
        let engine = Engine::open(settings(folder))?;
        let mut source = Records::new(0);
        let mut puts = LogBatch::default();
        for begin in (0..records).step_by(batch) {
            for _ in begin..records.min(begin + batch) {
                put(&mut puts, source.next())?;
            }
            engine.write(&mut puts, true)?;
        }
        std::mem::forget(engine);
        Ok(())
    }

    pub(crate) fn load(folder: &Path, key: &[u8; KEY]) -> Result<Loaded> {
        let engine = Engine::open(settings(folder))?;
        let value = engine.get(region(key), key);
        Ok(Loaded { value, records: None, held: Box::new(engine) })
    }
}

/// No compression: the values do not compress.
fn settings(folder: &Path) -> Config {
    Config {
        dir: folder.to_string_lossy().into_owned(),
        batch_compression_threshold: ReadableSize(0),
        ..Config::default()
    }
}

fn region(key: &[u8; KEY]) -> u64 {
    u64::from(key[0]) % REGIONS + 1
}

fn put(batch: &mut LogBatch, record: &Record) -> Result<()> {
    let key = record.key();
    Ok(batch.put(region(key), key.to_vec(), record.value().to_vec())?)
}

impl Subject for RaftEngine {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(Hand { subject: self, batch: LogBatch::default() }))
    }
}

impl Writer for Hand<'_> {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        put(&mut self.batch, record)?;
        self.subject.engine.write(&mut self.batch, self.subject.syncs)?;
        Ok(Some(mark))
    }
}
