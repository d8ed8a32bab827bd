//! Files whose pages are looked at where they are.
#![expect(clippy::disallowed_methods, reason = "what is measured is the file system itself")]

use std::fs::{File, remove_file};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crc_fast::crc64_nvme;
use vmap::Map;

use super::subject::{Result, Stores};
use crate::rows::Row;

/// A file a row, mapped to be read: nothing is copied, and there is no value of one's own at the end.
pub(super) struct Mapped {
    folder: PathBuf,
    rows: Vec<Row>,
    sums: Vec<u64>,
}

impl Mapped {
    pub(super) fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), rows: Vec::new(), sums: Vec::new() }
    }

    fn path(&self, at: usize) -> PathBuf {
        self.folder.join(at.to_string())
    }
}

impl Stores for Mapped {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.rows = rows;
        Ok(())
    }

    fn store(&mut self) -> Result<()> {
        for (at, row) in std::mem::take(&mut self.rows).into_iter().enumerate() {
            let bytes = bytemuck::cast_slice(&row);
            File::create_new(self.path(at))?.write_all(bytes)?;
            self.sums.push(crc64_nvme(bytes));
        }
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        let mut ends = 0.0;
        for (at, sum) in self.sums.iter().enumerate() {
            let (map, _file) = Map::with_options().open(self.path(at))?;
            if crc64_nvme(&map) != *sum {
                return Err("a file is damaged".into());
            }
            for end in [map.first_chunk(), map.last_chunk()] {
                ends += f64::from(f32::from_le_bytes(*end.ok_or("a file is empty")?));
            }
        }
        Ok(ends)
    }

    fn clear(&mut self) -> Result<()> {
        for at in 0..self.sums.len() {
            remove_file(self.path(at))?;
        }
        self.sums.clear();
        Ok(())
    }
}
