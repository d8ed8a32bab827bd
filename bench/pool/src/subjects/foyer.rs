//! foyer: a cache of two tiers, set so that it loses as little as it can.

use std::io::{Read, Write};
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use foyer::{
    BlockEngineConfig, Code, DeviceBuilder as _, FsDeviceBuilder, HybridCache, HybridCacheBuilder,
    HybridCachePolicy, PsyncIoEngineConfig,
};
use tokio::runtime::Runtime;

use super::subject::{Hits, Result, Stores, Timing};
use crate::measured::Sample;
use crate::round::OBJECTS;
use crate::rows::{Row, ends, rows};
use crate::work::{Size, Way};

/// A row, written as it is.
#[derive(Debug)]
struct Value(Row);

impl Code for Value {
    fn encode(&self, writer: &mut impl Write) -> foyer::Result<()> {
        self.0.len().encode(writer)?;
        writer.write_all(bytemuck::cast_slice(&self.0)).map_err(foyer::Error::io_error)
    }

    fn decode(reader: &mut impl Read) -> foyer::Result<Self> {
        let mut row = vec![0.0f32; usize::decode(reader)?];
        let read = reader.read_exact(bytemuck::cast_slice_mut(&mut row));
        read.map_err(foyer::Error::io_error)?;
        Ok(Self(row))
    }

    fn estimated_size(&self) -> usize {
        size_of::<usize>() + size_of_val(&*self.0)
    }
}

/// With one key for each row that was ever stored.
pub(super) struct Foyer {
    runtime: Runtime,
    cache: HybridCache<u64, Value>,
    rows: Vec<Row>,
    /// Those of the rows that are stored: from here on so many.
    first: u64,
    ends: Vec<f64>,
    lost: usize,
}

impl Foyer {
    const DISK: usize = 1 << 30;
    /// A block takes several of the largest rows.
    const BLOCK: usize = 64 << 20;
    /// More than a round: what does not fit into its queues is dropped.
    const QUEUES: usize = 256 << 20;

    /// With so many bytes of memory.
    pub(super) fn open(folder: &Path, memory: usize) -> Result<Self> {
        let runtime = Runtime::new()?;
        let device = FsDeviceBuilder::new(folder).with_capacity(Self::DISK).build()?;
        let engine = BlockEngineConfig::new(device)
            .with_block_size(Self::BLOCK)
            .with_buffer_pool_size(Self::QUEUES)
            .with_submit_queue_size_threshold(2 * Self::QUEUES);
        let cache = HybridCacheBuilder::new()
            .with_policy(HybridCachePolicy::WriteOnInsertion)
            .memory(memory)
            .with_weighter(|_: &u64, value: &Value| size_of_val(&*value.0))
            .storage()
            .with_io_engine_config(PsyncIoEngineConfig::new())
            .with_engine_config(engine)
            .build();
        let cache = runtime.block_on(cache)?;
        let (rows, ends) = (Vec::new(), Vec::new());
        Ok(Self { runtime, cache, rows, first: 0, ends, lost: 0 })
    }

    /// With rows in memory, and room for more.
    pub(super) fn resident(folder: &Path) -> Result<Self> {
        let this = Self::open(folder, 512 << 20)?;
        for (key, row) in (0..).zip(rows(OBJECTS, Size::Small.bytes(), 1)) {
            this.cache.memory().insert(key, Value(row));
        }
        Ok(this)
    }
}

impl Stores for Foyer {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.ends = rows.iter().map(|row| ends(row)).collect();
        self.rows = rows;
        Ok(())
    }

    fn store(&mut self) -> Result<()> {
        for (key, row) in (self.first..).zip(self.rows.drain(..)) {
            self.cache.storage_writer(key).force().insert(Value(row));
        }
        self.runtime.block_on(self.cache.storage().wait());
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        let mut sum = 0.0;
        for (key, known) in (self.first..).zip(&self.ends) {
            if let Some(entry) = self.runtime.block_on(self.cache.get(&key))? {
                sum += ends(&entry.value().0);
            } else {
                // It is a cache: who has the row still makes it anew.
                self.lost += 1;
                sum += known;
            }
        }
        Ok(sum)
    }

    fn clear(&mut self) -> Result<()> {
        let next = self.first + self.ends.len() as u64;
        (self.first..next).for_each(|key| self.cache.remove(&key));
        self.runtime.block_on(self.cache.storage().wait());
        self.first = next;
        Ok(())
    }

    fn lost(&self) -> usize {
        self.lost
    }
}

impl Hits for Foyer {
    fn hit(&self, way: Way, at: usize) -> Result<f64> {
        let key = at as u64;
        let found = match way {
            Way::Try => self.cache.memory().get(&key),
            // What is in memory needs nobody who waits.
            Way::Wait => self.cache.get(&key).try_unwrap().ok(),
            Way::Await => {
                match pin!(self.cache.get(&key)).poll(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(found) => found?,
                    Poll::Pending => None,
                }
            }
        };
        Ok(ends(&found.ok_or("it is not in memory")?.value().0))
    }

    fn insert(&self, rows: Vec<Row>, timing: Timing<'_>) -> Result<Sample> {
        let (count, mut rows) = (rows.len(), (OBJECTS as u64..).zip(rows));
        let sample = timing(count, &mut || {
            for (key, row) in rows.by_ref() {
                self.cache.memory().insert(key, Value(row));
            }
            Ok(())
        })?;
        for key in (OBJECTS as u64..).take(count) {
            self.cache.memory().remove(&key);
        }
        Ok(sample)
    }
}
