//! Those who keep rows so that a power cut leaves them.
#![expect(clippy::disallowed_methods, reason = "what is measured is the file system itself")]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use file_backed::fbstore::{FBStore, PreparedPath};
use file_backed::{BackingStore, FBPool};
use forebay_pool::{Archive, ByteSize, DirMedium, Pool};
use tokio::runtime::Runtime;

use super::file_backed::Buffered;
use super::forebay::insert;
use super::subject::{Durable, Result};
use crate::measured::Sample;
use crate::round::timed;
use crate::rows::Row;

/// A commit of all rows.
pub(super) struct Committed {
    pool: Pool,
    archive: Archive,
}

impl Committed {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let spill = DirMedium::open(folder.join("spill"))?;
        let pool = Pool::builder().memory(ByteSize::mib(512)).spill(spill).build()?;
        let archive = pool.archive(folder.join("archive")).wait()?;
        Ok(Self { pool, archive })
    }
}

impl Durable for Committed {
    fn keep(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let handles = rows.into_iter().map(|row| insert(&self.pool, row));
        let handles = handles.collect::<Result<Vec<_>>>()?;
        let sample = timed(handles.len(), || {
            let items = handles.iter().enumerate().map(|(at, row)| (at.to_string(), row));
            self.archive.commit("rows", items).wait()?;
            Ok(())
        })?;
        self.archive.delete_snapshot("rows").wait()?;
        self.archive.gc().wait()?;
        Ok(sample)
    }
}

/// Each row kept for itself.
pub(super) struct Kept(pub(super) Committed);

impl Durable for Kept {
    fn keep(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let handles = rows.into_iter().map(|row| insert(&self.0.pool, row));
        let handles = handles.collect::<Result<Vec<_>>>()?;
        let mut keys = Vec::new();
        let sample = timed(handles.len(), || {
            for handle in &handles {
                keys.push(self.0.archive.keep(handle).wait()?);
            }
            Ok(())
        })?;
        for key in keys {
            self.0.archive.delete(key).wait()?;
        }
        Ok(sample)
    }
}

/// Each row persisted, and one sync of the whole file system, as its documentation has it.
pub(super) struct Persisted {
    pool: Arc<FBPool<Row, FBStore<Buffered>>>,
    folder: PathBuf,
    _runtime: Runtime,
}

impl Persisted {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let runtime = Runtime::new()?;
        let path = PreparedPath::blocking_new(folder.join("cache"), Vec::new());
        let store = BackingStore::new(FBStore::new(Buffered, path), runtime.handle().clone());
        let pool = Arc::new(FBPool::new(Arc::new(store), 100_000));
        Ok(Self { pool, folder: folder.join("kept"), _runtime: runtime })
    }
}

impl Durable for Persisted {
    fn keep(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let store = self.pool.store();
        let path = PreparedPath::blocking_new(self.folder.clone(), Vec::new());
        let tracked = store.blocking_track_path(path);
        let objects: Vec<_> = rows.into_iter().map(|row| self.pool.insert(row)).collect();
        let sample = timed(objects.len(), || {
            for object in &objects {
                object.blocking_persist(&tracked);
            }
            store.blocking_sync(tracked.path());
            Ok(())
        })?;
        for object in &objects {
            store.blocking_delete_persisted(&tracked, object.key());
        }
        Ok(sample)
    }
}

/// A file a row, and a sync of each; or one file with all of them, and one sync.
pub(super) struct Synced {
    folder: PathBuf,
    is_each: bool,
}

impl Synced {
    pub(super) fn open(folder: &Path, is_each: bool) -> Self {
        Self { folder: folder.to_owned(), is_each }
    }

    fn put(&self, at: usize, rows: &[Row]) -> Result<()> {
        let mut file = File::create_new(self.folder.join(at.to_string()))?;
        rows.iter().try_for_each(|row| file.write_all(bytemuck::cast_slice(row)))?;
        Ok(file.sync_all()?)
    }
}

impl Durable for Synced {
    fn keep(&mut self, rows: Vec<Row>) -> Result<Sample> {
        let sample = timed(rows.len(), || {
            let files = rows.chunks(if self.is_each { 1 } else { rows.len() });
            files.enumerate().try_for_each(|(at, rows)| self.put(at, rows))?;
            // The names, too.
            Ok(File::open(&self.folder)?.sync_all()?)
        })?;
        for file in std::fs::read_dir(&self.folder)? {
            std::fs::remove_file(file?.path())?;
        }
        Ok(sample)
    }
}
