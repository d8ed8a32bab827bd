//! `file_backed`, with the codec that it is shipped with, with the same behind buffers, and with one of
//! one's own that writes a row as it is.
//!
//! Storing and loading go to its store, without its pool around it: so it is spared what its pool
//! takes, and the threads that it works in.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bincode::config::legacy;
use file_backed::backing_store::Strategy;
use file_backed::fbstore::{BinCodec, Codec, FBStore, PreparedPath};
use file_backed::{BackingStore, BackingStoreT, FBPool, Fb};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::subject::{Hits, Result, Stores, Timing};
use crate::measured::Sample;
use crate::round::OBJECTS;
use crate::rows::{Row, ends, rows};
use crate::work::{Size, Way};

/// As large as a buffer of a mebibyte makes no system call a number.
const BUFFER: usize = 1 << 20;

pub(super) struct FileBacked<C> {
    store: FBStore<C>,
    rows: Vec<Row>,
    keys: Vec<Uuid>,
}

impl<C: Codec<Row>> FileBacked<C> {
    pub(super) fn open(folder: &Path, codec: C) -> Self {
        let path = PreparedPath::blocking_new(folder.to_owned(), Vec::new());
        Self { store: FBStore::new(codec, path), rows: Vec::new(), keys: Vec::new() }
    }
}

impl<C: Codec<Row>> Stores for FileBacked<C> {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.keys = rows.iter().map(|_| Uuid::new_v4()).collect();
        self.rows = rows;
        Ok(())
    }

    fn store(&mut self) -> Result<()> {
        for (row, key) in self.rows.drain(..).zip(&self.keys) {
            self.store.store(*key, &row);
        }
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        let load = |key: &Uuid| -> Row { self.store.load(*key) };
        Ok(self.keys.iter().map(|key| ends(&load(key))).sum())
    }

    fn clear(&mut self) -> Result<()> {
        self.keys.drain(..).for_each(|key| BackingStoreT::delete(&self.store, key));
        Ok(())
    }
}

/// Its own codec, behind buffers.
pub(super) struct Buffered;

impl Codec<Row> for Buffered {
    fn encode(&self, row: &Row, file: &mut File) -> anyhow::Result<()> {
        let mut out = BufWriter::with_capacity(BUFFER, file);
        bincode::serde::encode_into_std_write(row, &mut out, legacy())?;
        Ok(out.flush()?)
    }

    fn decode(&self, file: &mut File) -> anyhow::Result<Row> {
        let mut from = BufReader::with_capacity(BUFFER, file);
        Ok(bincode::serde::decode_from_std_read(&mut from, legacy())?)
    }
}

/// A row as it is, with nothing that could tell damage.
pub(super) struct RawCodec;

impl Codec<Row> for RawCodec {
    fn encode(&self, row: &Row, file: &mut File) -> anyhow::Result<()> {
        Ok(file.write_all(bytemuck::cast_slice(row))?)
    }

    fn decode(&self, file: &mut File) -> anyhow::Result<Row> {
        let length = usize::try_from(file.metadata()?.len())?;
        let mut row = vec![0.0; length / size_of::<f32>()];
        file.read_exact(bytemuck::cast_slice_mut(&mut row))?;
        Ok(row)
    }
}

type Store = FBStore<BinCodec>;

/// Its pool, with objects that are in memory.
pub(super) struct Resident {
    objects: Vec<Fb<Row, Store>>,
    pool: Arc<FBPool<Row, Store>>,
    _runtime: Runtime,
}

impl Resident {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let runtime = Runtime::new()?;
        let path = PreparedPath::blocking_new(folder.to_owned(), Vec::new());
        let store = FBStore::new(BinCodec, path);
        let store = Arc::new(BackingStore::new(store, runtime.handle().clone()));
        let pool = Arc::new(FBPool::new(store, 100_000));
        let rows = rows(OBJECTS, Size::Small.bytes(), 1).into_iter();
        let objects = rows.map(|row| pool.insert(row)).collect();
        Ok(Self { objects, pool, _runtime: runtime })
    }
}

impl Hits for Resident {
    fn hit(&self, way: Way, at: usize) -> Result<f64> {
        let object = &self.objects[at];
        Ok(match way {
            Way::Try => ends(&object.try_load().ok_or("it is not in memory")?),
            Way::Wait => ends(&object.blocking_load()),
            Way::Await => match pin!(object.load()).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(guard) => ends(&guard),
                Poll::Pending => return Err("it is not in memory".into()),
            },
        })
    }

    fn insert(&self, rows: Vec<Row>, timing: Timing<'_>) -> Result<Sample> {
        let (count, mut rows) = (rows.len(), rows.into_iter());
        let mut objects = Vec::with_capacity(count);
        let sample = timing(count, &mut || {
            objects.extend(rows.by_ref().map(|row| self.pool.insert(row)));
            Ok(())
        })?;
        drop(objects);
        Ok(sample)
    }
}
