//! What the machine can do: nobody who stores is faster than the part of it that he uses.
#![expect(clippy::disallowed_methods, reason = "what is measured is the file system itself")]

use std::fs::{File, OpenOptions, remove_file};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crc_fast::crc64_nvme;

use super::subject::{Result, Stores};
use crate::rows::{Row, ends};

/// Copies into memory that is there, and back.
#[derive(Default)]
pub(super) struct Memcpy {
    rows: Vec<Row>,
    copy: Row,
    sum: f64,
}

impl Stores for Memcpy {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.sum = rows.iter().map(|row| ends(row)).sum();
        self.copy = rows.first().cloned().unwrap_or_default();
        self.rows = rows;
        Ok(())
    }

    fn store(&mut self) -> Result<()> {
        for row in &self.rows {
            self.copy.copy_from_slice(row);
            std::hint::black_box(&mut self.copy);
        }
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        self.store()?;
        Ok(self.sum)
    }

    fn clear(&mut self) -> Result<()> {
        self.rows.clear();
        Ok(())
    }
}

/// The checksum alone.
#[derive(Default)]
pub(super) struct Sum(Memcpy);

impl Stores for Sum {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.0.take(rows)
    }

    fn store(&mut self) -> Result<()> {
        for row in &self.0.rows {
            std::hint::black_box(crc64_nvme(bytemuck::cast_slice(row)));
        }
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        self.store()?;
        Ok(self.0.sum)
    }

    fn clear(&mut self) -> Result<()> {
        self.0.clear()
    }
}

/// Writes over one file, and reads it into memory that is there.
pub(super) struct Rewrite {
    file: File,
    rows: Memcpy,
}

impl Rewrite {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).open(folder.join("one"))?;
        Ok(Self { file, rows: Memcpy::default() })
    }
}

impl Stores for Rewrite {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.rows.take(rows)
    }

    fn store(&mut self) -> Result<()> {
        let mut at = 0;
        for row in &self.rows.rows {
            let bytes = bytemuck::cast_slice(row);
            self.file.write_all_at(bytes, at)?;
            at += bytes.len() as u64;
        }
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        let (mut sum, mut at) = (0.0, 0);
        for _ in &self.rows.rows {
            let bytes = bytemuck::cast_slice_mut(&mut self.rows.copy);
            self.file.read_exact_at(bytes, at)?;
            at += bytes.len() as u64;
            sum += ends(&self.rows.copy);
        }
        Ok(sum)
    }

    fn clear(&mut self) -> Result<()> {
        self.rows.clear()
    }
}

/// Writes a new file for each row, and reads each into memory that is there.
pub(super) struct Write {
    folder: PathBuf,
    rows: Memcpy,
}

impl Write {
    pub(super) fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), rows: Memcpy::default() }
    }

    fn path(&self, at: usize) -> PathBuf {
        self.folder.join(at.to_string())
    }
}

impl Stores for Write {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        self.rows.take(rows)
    }

    fn store(&mut self) -> Result<()> {
        for (at, row) in self.rows.rows.iter().enumerate() {
            File::create_new(self.path(at))?.write_all_at(bytemuck::cast_slice(row), 0)?;
        }
        Ok(())
    }

    fn load(&mut self) -> Result<f64> {
        let mut sum = 0.0;
        for at in 0..self.rows.rows.len() {
            let file = File::open(self.path(at))?;
            file.read_exact_at(bytemuck::cast_slice_mut(&mut self.rows.copy), 0)?;
            sum += ends(&self.rows.copy);
        }
        Ok(sum)
    }

    fn clear(&mut self) -> Result<()> {
        for at in 0..self.rows.rows.len() {
            remove_file(self.path(at))?;
        }
        self.rows.clear()
    }
}
