//! Those whose medium takes its time.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::thread::scope;
use std::time::Duration;

use file_backed::fbstore::{Codec, FBStore, PreparedPath};
use file_backed::{BackingStore, FBPool};
use forebay_measure::clock::pause_for;
use forebay_pool::{
    ByteSize, HEAD, Handle, Medium, MediumTraits, Place, PlainMemory, Pool, Reading, Usage, Writing,
};
use tokio::runtime::Runtime;

use super::file_backed::RawCodec;
use super::forebay::insert;
use super::subject::{Result, Slow};
use crate::measured::Sample;
use crate::round::timed;
use crate::rows::{Row, ends};

/// What a write takes, and what a read does.
const LONG: Duration = Duration::from_millis(50);

/// After so long the writes are under way.
const SOON: Duration = Duration::from_millis(10);

/// Memory that is slow.
#[derive(Debug, Default)]
struct SlowMemory(PlainMemory);

struct SlowWriting<'a>(Box<dyn Writing + 'a>);

impl Medium for SlowMemory {
    fn traits(&self) -> MediumTraits {
        self.0.traits()
    }

    fn begin(&self, length: Option<u64>) -> forebay_store::Result<Box<dyn Writing + '_>> {
        Ok(Box::new(SlowWriting(self.0.begin(length)?)))
    }

    fn reading(&self, place: Place) -> forebay_store::Result<Box<dyn Reading + '_>> {
        pause_for(LONG);
        self.0.reading(place)
    }

    fn free(&self, place: Place) {
        self.0.free(place);
    }

    fn usage(&self) -> Usage {
        self.0.usage()
    }
}

impl Writing for SlowWriting<'_> {
    fn put(&mut self, bytes: &[u8]) -> forebay_store::Result<()> {
        self.0.put(bytes)
    }

    fn offset(&self) -> u32 {
        self.0.offset()
    }

    fn seal(self: Box<Self>, head: &[u8; HEAD]) -> forebay_store::Result<Place> {
        pause_for(LONG);
        self.0.seal(head)
    }
}

/// Forebay, with as many lanes as there are writes.
pub(super) struct SlowForebay(Pool);

impl SlowForebay {
    pub(super) fn open() -> Result<Self> {
        let pool = Pool::builder().memory(ByteSize::mib(64)).marks(0.99, 0.99).lanes(4, 32);
        Ok(Self(pool.spill(SlowMemory::default()).build()?))
    }

    fn insert(&self, rows: Vec<Row>) -> Result<Vec<Handle<Row>>> {
        rows.into_iter().map(|row| insert(&self.0, row)).collect()
    }
}

impl Slow for SlowForebay {
    fn leaving(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let known: f64 = rows.iter().map(|row| ends(row)).sum();
        let handles = self.insert(rows)?;
        scope(|scope| {
            let evict = |handle: Handle<Row>| scope.spawn(move || handle.evict().wait());
            let evicted: Vec<_> = handles.iter().cloned().map(evict).collect();
            pause_for(SOON);
            let mut found = 0.0;
            let sample = timed(handles.len(), || {
                for handle in &handles {
                    found += ends(&handle.get_blocking()?);
                }
                Ok(())
            })?;
            for evicted in evicted {
                evicted.join().map_err(|_| "an eviction has panicked")??;
            }
            same(found, known).map(|()| sample)
        })
    }

    fn at_once(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let handles = self.insert(rows)?;
        timed(1, || {
            scope(|scope| {
                let write = |handle: &Handle<Row>| {
                    let write = handle.write_now();
                    scope.spawn(move || write.wait())
                };
                let writes: Vec<_> = handles.iter().map(write).collect();
                for write in writes {
                    write.join().map_err(|_| "a write has panicked")??;
                }
                Ok(())
            })
        })
    }
}

/// A row as it is, at a slow pace.
struct SlowCodec;

impl Codec<Row> for SlowCodec {
    fn encode(&self, row: &Row, file: &mut File) -> anyhow::Result<()> {
        pause_for(LONG);
        RawCodec.encode(row, file)
    }

    fn decode(&self, file: &mut File) -> anyhow::Result<Row> {
        pause_for(LONG);
        RawCodec.decode(file)
    }
}

/// `file_backed`, which evicts the third newest.
pub(super) struct SlowPeer {
    pool: Arc<FBPool<Row, FBStore<SlowCodec>>>,
    _runtime: Runtime,
}

impl SlowPeer {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let runtime = Runtime::new()?;
        let path = PreparedPath::blocking_new(folder.join("cache"), Vec::new());
        let store = BackingStore::new(FBStore::new(SlowCodec, path), runtime.handle().clone());
        Ok(Self { pool: Arc::new(FBPool::new(Arc::new(store), 2)), _runtime: runtime })
    }

    fn settle(&self) {
        while !self.pool.store().task_tracker().is_empty() {
            pause_for(Duration::from_millis(1));
        }
    }
}

impl Slow for SlowPeer {
    fn leaving(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let known: f64 = rows.iter().map(|row| ends(row)).sum();
        let count = rows.len();
        let objects: Vec<_> = rows.into_iter().map(|row| self.pool.insert(row)).collect();
        let newer = [vec![0.0], vec![0.0]].map(|row| self.pool.insert(row));
        pause_for(SOON);
        let mut found = 0.0;
        let sample = timed(count, || {
            for object in &objects {
                found += ends(&object.blocking_load());
            }
            Ok(())
        })?;
        drop((objects, newer));
        self.settle();
        same(found, known).map(|()| sample)
    }

    fn at_once(&mut self, rows: Vec<Row>) -> Result<Sample> {
        // One pool each, so that none of them is evicted; they share the store.
        let store = self.pool.store();
        let pool = Arc::new(FBPool::new(Arc::clone(store), 100_000));
        let objects: Vec<_> = rows.into_iter().map(|row| pool.insert(row)).collect();
        let sample = timed(1, || {
            scope(|scope| {
                let write =
                    |object| scope.spawn(move || file_backed::Fb::blocking_write_now(object));
                let writes: Vec<_> = objects.iter().map(write).collect();
                for write in writes {
                    write.join().map_err(|_| "a write has panicked")?;
                }
                Ok(())
            })
        })?;
        drop(objects);
        self.settle();
        Ok(sample)
    }
}

fn same(found: f64, known: f64) -> Result<()> {
    if (found - known).abs() < 1e-6 { Ok(()) } else { Err("something else was read".into()) }
}
