//! Those who have objects that are in their medium only.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use file_backed::fbstore::{FBStore, PreparedPath};
use file_backed::{BackingStore, FBPool};
use forebay_measure::clock::pause_for;
use forebay_pool::{ByteSize, DirMedium, Pool};
use tokio::runtime::Runtime;

use super::file_backed::RawCodec;
use super::forebay::{evict, insert};
use super::subject::{Result, Spilled};
use crate::measured::Sample;
use crate::round::timed;
use crate::rows::Row;

pub(super) struct SpilledForebay(Pool);

impl SpilledForebay {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let pool = Pool::builder().memory(ByteSize::mib(512)).marks(0.99, 0.99);
        Ok(Self(pool.spill(DirMedium::open(folder)?).build()?))
    }
}

impl Spilled for SpilledForebay {
    fn dropped(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let count = rows.len();
        let handles = rows.into_iter().map(|row| insert(&self.0, row));
        let mut handles = handles.collect::<Result<Vec<_>>>()?;
        handles.iter().try_for_each(evict)?;
        timed(count, || {
            handles.clear();
            Ok(self.0.idle().wait()?)
        })
    }
}

/// `file_backed`, with two objects in memory.
pub(super) struct SpilledPeer {
    pool: Arc<FBPool<Row, FBStore<RawCodec>>>,
    _runtime: Runtime,
}

impl SpilledPeer {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let runtime = Runtime::new()?;
        let path = PreparedPath::blocking_new(folder.join("cache"), Vec::new());
        let store = BackingStore::new(FBStore::new(RawCodec, path), runtime.handle().clone());
        Ok(Self { pool: Arc::new(FBPool::new(Arc::new(store), 2)), _runtime: runtime })
    }

    fn settle(&self) {
        while !self.pool.store().task_tracker().is_empty() {
            pause_for(Duration::from_millis(1));
        }
    }
}

impl Spilled for SpilledPeer {
    fn dropped(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let count = rows.len();
        let mut objects: Vec<_> = rows.into_iter().map(|row| self.pool.insert(row)).collect();
        self.settle();
        timed(count, || {
            objects.clear();
            self.settle();
            Ok(())
        })
    }
}
