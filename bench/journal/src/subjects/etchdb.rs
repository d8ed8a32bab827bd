//! etchdb: a map in memory with a log. Its compaction is off, which serves it best: with it, every
//! thousandth put copies the whole state.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use ::etchdb::{FlushPolicy, Replayable, Store, Transactable, WalBackend};
use serde::{Deserialize, Serialize};

use super::subject::{Loaded, Mark, Result, Subject, Writer};
use crate::contest::Suite;
use crate::records::{KEY, Record, Records};

#[derive(Clone, Debug, Default, Serialize, Deserialize, Replayable, Transactable)]
struct State {
    #[etch(collection = 0)]
    map: HashMap<Vec<u8>, Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Value(#[serde(with = "serde_bytes")] Vec<u8>);

pub(crate) struct Etchdb(Store<State, WalBackend<State>>);

impl Etchdb {
    pub(crate) fn open(suite: Suite, folder: &Path) -> Result<Self> {
        let mut store = Store::open_wal(folder.to_owned())?;
        if suite == Suite::Journaled {
            let interval = Duration::from_millis(10);
            store.set_flush_policy(FlushPolicy::Grouped { interval });
        }
        store.set_snapshot_threshold(u64::MAX);
        Ok(Self(store))
    }

    pub(crate) fn fill(folder: &Path, records: usize, batch: usize) -> Result<()> {
        let Self(store) = Self::open(Suite::Synced, folder)?;
        let mut source = Records::new(0);
        for begin in (0..records).step_by(batch) {
            store.write(|tx| {
                for _ in begin..records.min(begin + batch) {
                    let record = source.next();
                    tx.map.put(record.key().to_vec(), Value(record.value().to_vec()))?;
                }
                Ok(())
            })?;
        }
        std::mem::forget(store);
        Ok(())
    }

    pub(crate) fn load(folder: &Path, key: &[u8; KEY]) -> Result<Loaded> {
        let Self(store) = Self::open(Suite::Synced, folder)?;
        let (value, records) = {
            let state = store.read();
            (state.map.get(&key[..]).map(|value| value.0.clone()), state.map.len())
        };
        Ok(Loaded { value, records: Some(records), held: Box::new(store) })
    }
}

impl Subject for Etchdb {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(self))
    }
}

impl Writer for &Etchdb {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        let (key, value) = (record.key().to_vec(), Value(record.value().to_vec()));
        self.0.write(|tx| tx.map.put(key, value))?;
        Ok(Some(mark))
    }
}
