//! A file a row, written at once with a checksum behind it: what one would write by hand.
#![expect(clippy::disallowed_methods, reason = "what is measured is the file system itself")]

use std::fs::{File, remove_file};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use crc_fast::crc64_nvme;

use super::subject::{Result, Stores};
use crate::rows::{Row, ends};

pub(super) struct Files {
    folder: PathBuf,
    rows: Vec<Row>,
    stored: usize,
    next: usize,
}

impl Files {
    pub(super) fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), rows: Vec::new(), stored: 0, next: 0 }
    }

    fn path(&self, at: usize) -> PathBuf {
        self.folder.join(at.to_string())
    }
}

impl Stores for Files {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.stored = rows.len();
        self.rows = rows;
        Ok(())
    }

    fn store(&mut self) -> Result<()> {
        for (at, row) in std::mem::take(&mut self.rows).into_iter().enumerate() {
            let bytes = bytemuck::cast_slice(&row);
            let mut file = File::create_new(self.path(self.next + at))?;
            file.write_all(bytes)?;
            file.write_all(&crc64_nvme(bytes).to_le_bytes())?;
        }
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        let mut all = 0.0;
        for at in 0..self.stored {
            let mut file = File::open(self.path(self.next + at))?;
            let length = usize::try_from(file.metadata()?.len())? - 8;
            let mut row: Row = vec![0.0; length / size_of::<f32>()];
            let mut sum = [0; 8];
            file.read_exact(bytemuck::cast_slice_mut(&mut row))?;
            file.read_exact(&mut sum)?;
            if crc64_nvme(bytemuck::cast_slice(&row)) != u64::from_le_bytes(sum) {
                return Err("a file is damaged".into());
            }
            all += ends(&row);
        }
        Ok(all)
    }

    fn clear(&mut self) -> Result<()> {
        for at in 0..self.stored {
            remove_file(self.path(self.next + at))?;
        }
        self.next += self.stored;
        Ok(())
    }
}
