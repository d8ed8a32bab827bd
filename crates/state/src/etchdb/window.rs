//! A file that is read piece by piece, wherever one wants.

use std::io::{self, Read};
use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};
use forebay_store::{Error, Result};

/// How much is held of a file at a time.
const PIECE: usize = 64 * 1024;

/// A file of an etchdb, as long as it was when it was opened, of which one piece is in memory.
#[derive(Debug)]
pub(super) struct Window {
    file: Arc<dyn DiskFile>,
    name: &'static str,
    len: u64,
    piece: usize,
    start: u64,
    held: Vec<u8>,
}

impl Window {
    /// Opens the file `name`, which is there.
    pub(super) fn open(directory: &dyn Directory, name: &'static str) -> Result<Self> {
        let failed = |error| unreadable(name, error);
        let file = directory.open(name, false).map_err(failed)?;
        let len = file.len().map_err(failed)?;
        Ok(Self { file, name, len, piece: PIECE, start: 0, held: Vec::new() })
    }

    /// The same file through pieces of another length.
    pub(super) fn with_piece(&self, piece: usize) -> Self {
        let (file, name, len) = (Arc::clone(&self.file), self.name, self.len);
        Self { file, name, len, piece, start: 0, held: Vec::new() }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The bytes from `offset` on: some, at most a piece; none at the end only.
    pub(super) fn some(&mut self, offset: u64) -> Result<&[u8]> {
        let held_to = self.start + self.held.len() as u64;
        if offset < self.start || offset >= held_to {
            self.load(offset)?;
        }
        let skip = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        Ok(self.held.get(skip..).unwrap_or_default())
    }

    /// The byte at `offset`, if the file is that long.
    pub(super) fn byte(&mut self, offset: u64) -> Result<Option<u8>> {
        Ok(self.some(offset)?.first().copied())
    }

    /// The `N` bytes at `offset`, if the file is that long.
    pub(super) fn array<const N: usize>(&mut self, offset: u64) -> Result<Option<[u8; N]>> {
        let mut bytes = [0; N];
        for (at, byte) in (offset..).zip(&mut bytes) {
            match self.byte(at)? {
                Some(found) => *byte = found,
                None => return Ok(None),
            }
        }
        Ok(Some(bytes))
    }

    /// Reads the bytes between two offsets, which are in the file, in pieces.
    pub(super) fn each(
        &mut self,
        mut from: u64,
        to: u64,
        mut read: impl FnMut(&[u8]),
    ) -> Result<()> {
        while from < to {
            let piece = self.some(from)?;
            let wanted = usize::try_from(to - from).unwrap_or(usize::MAX);
            let piece = &piece[..piece.len().min(wanted)];
            if piece.is_empty() {
                return Err(shrunk(self.name));
            }
            read(piece);
            from += piece.len() as u64;
        }
        Ok(())
    }

    fn load(&mut self, offset: u64) -> Result<()> {
        let left = self.len.saturating_sub(offset);
        let wanted = usize::try_from(left).map_or(self.piece, |left| left.min(self.piece));
        self.held.resize(wanted, 0);
        self.start = offset;
        let mut filled = 0;
        while filled < wanted {
            let rest = &mut self.held[filled..];
            let read = self.file.read_at(rest, offset + filled as u64);
            match read.map_err(|error| unreadable(self.name, error)) {
                Ok(0) => {
                    self.held.clear();
                    return Err(shrunk(self.name));
                }
                Ok(count) => filled += count,
                Err(error) => {
                    self.held.clear();
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

#[cold]
fn unreadable(name: &str, error: io::Error) -> Error {
    Error::unavailable(format!("read {name} of the etchdb")).with_source(error)
}

/// Somebody writes to the directory although nobody should.
#[cold]
fn shrunk(name: &str) -> Error {
    Error::unavailable(format!("{name} became shorter while it was read: is the etchdb in use?"))
}

/// The bytes of a window, from an offset on, as a stream.
#[derive(Debug)]
pub(super) struct Stream {
    window: Window,
    at: u64,
}

impl Stream {
    pub(super) fn new(window: Window, at: u64) -> Self {
        Self { window, at }
    }
}

impl Read for Stream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let some = self.window.some(self.at).map_err(io::Error::other)?;
        let count = some.len().min(bytes.len());
        bytes[..count].copy_from_slice(&some[..count]);
        self.at += count as u64;
        Ok(count)
    }
}
