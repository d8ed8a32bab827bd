//! cacache: a file a content, by its hash.

use std::path::{Path, PathBuf};

use cacache::{Algorithm, Integrity, read_hash_sync, remove_hash_sync, write_hash_sync_with_algo};

use super::subject::{Result, Stores};
use crate::rows::{Row, ends};

pub(super) struct Cacache {
    folder: PathBuf,
    algorithm: Algorithm,
    rows: Vec<Row>,
    stored: Vec<Integrity>,
}

impl Cacache {
    pub(super) fn open(folder: &Path, algorithm: Algorithm) -> Self {
        Self { folder: folder.to_owned(), algorithm, rows: Vec::new(), stored: Vec::new() }
    }
}

impl Stores for Cacache {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.rows = rows;
        Ok(())
    }

    fn store(&mut self) -> Result<()> {
        for row in self.rows.drain(..) {
            let bytes: &[u8] = bytemuck::cast_slice(&row);
            self.stored.push(write_hash_sync_with_algo(self.algorithm, &self.folder, bytes)?);
        }
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        let load = |stored: &Integrity| -> Result<f64> {
            let row: Row = bytemuck::pod_collect_to_vec(&read_hash_sync(&self.folder, stored)?);
            Ok(ends(&row))
        };
        self.stored.iter().map(load).sum()
    }

    fn clear(&mut self) -> Result<()> {
        let mut stored = self.stored.drain(..);
        Ok(stored.try_for_each(|stored| remove_hash_sync(&self.folder, &stored))?)
    }
}
