//! The file of a snapshot, behind the journal's seam to the disk.

use std::io::{self, Read, Write};
use std::sync::Arc;

use forebay_journal::disk::DiskFile;

/// So much is written at once.
const PIECE: usize = 256 << 10;

/// After so much has been read, memory that holds it is given back.
const READ_STEP: u64 = 1 << 20;

/// Writes a file from its beginning, in large pieces at multiples of their size.
#[derive(Debug)]
pub struct FileWriter {
    file: Arc<dyn DiskFile>,
    at: u64,
    piece: Vec<u8>,
}

impl FileWriter {
    /// Begins with an empty file.
    pub fn new(file: Arc<dyn DiskFile>) -> Self {
        Self { file, at: 0, piece: Vec::with_capacity(PIECE) }
    }

    /// Writes what is left and makes everything durable, but for the file's name.
    pub fn sync(mut self) -> io::Result<()> {
        self.flush()?;
        self.file.sync()
    }
}

impl Write for FileWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut rest = self.piece.as_slice();
        while !rest.is_empty() {
            let written = self.file.write_at(rest, self.at)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.at += written as u64;
            rest = &rest[written.min(rest.len())..];
        }
        self.piece.clear();
        Ok(())
    }
}

/// Reads a file from its beginning to its end.
#[derive(Debug)]
pub struct FileReader {
    file: Arc<dyn DiskFile>,
    at: u64,
    given_back: u64,
}

impl FileReader {
    /// Begins at the beginning.
    pub fn new(file: Arc<dyn DiskFile>) -> Self {
        file.will_be_read();
        Self { file, at: 0, given_back: 0 }
    }
}

impl Read for FileReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(bytes, self.at)?;
        self.at += read as u64;
        if self.at - self.given_back >= READ_STEP {
            self.given_back = self.at;
            self.file.was_read(self.at);
        }
        Ok(read)
    }
}
