//! The map of a window of one file.

use std::fmt;
use std::fs::File;
use std::io;
use std::sync::Arc;

use memmap2::{MmapMut, MmapOptions};

use crate::file_system;

/// Writes into the pages of a file, within the length that it had when this was made.
///
/// Only a window of the file is mapped at a time, and it moves along with the writes: when the file
/// is synced, each page that is mapped somewhere has to be taken from every processor by itself,
/// which costs more than to write it.
pub struct PageWriter {
    file: Arc<File>,
    length: u64,
    window: Option<Window>,
}

/// A part of a file that is mapped.
struct Window {
    begin: u64,
    map: MmapMut,
}

impl PageWriter {
    /// How much is mapped at a time.
    const WINDOW: u64 = 256 << 10;

    /// For a file that was opened for reading and writing, and whose blocks have all been written to.
    ///
    /// # Errors
    ///
    /// `Unsupported` on a file system that is not known to keep a file's blocks, and what the
    /// operating system says; then the file is as it was.
    pub fn of(file: Arc<File>) -> io::Result<Self> {
        if !file_system::keeps_blocks(&file)? {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let length = file.metadata()?.len();
        let first = Window::at(&file, 0, length)?;
        Ok(Self { file, length, window: Some(first) })
    }

    /// Copies bytes into the file's pages and says whether that could be done; if not, nothing is
    /// written.
    pub fn write(&mut self, bytes: &[u8], offset: u64) -> bool {
        let begin = offset - offset % Self::WINDOW;
        if self.window.as_ref().is_none_or(|window| window.begin != begin) {
            // The old one goes first, so that there are never two.
            self.window = None;
            self.window = Window::at(&self.file, begin, self.length).ok();
        }
        self.window.as_mut().is_some_and(|window| window.write(bytes, offset))
    }
}

impl Window {
    fn at(file: &File, begin: u64, length: u64) -> io::Result<Self> {
        let end = length.min(begin.saturating_add(PageWriter::WINDOW));
        let too_far = |_| io::Error::from(io::ErrorKind::InvalidInput);
        let length = usize::try_from(end.saturating_sub(begin)).map_err(too_far)?;
        let mut options = MmapOptions::new();
        options.offset(begin).len(length);
        // SAFETY: creating a map is unsafe because what it shows may change under a reference to it.
        // 1. No reference to the mapped bytes leaves this file, and none is read through: `write`
        //    copies into them, and a copy does not care what is there.
        // 2. `u8` has no invalid values, so whatever others write to the file breaks nothing.
        // 3. The map is written to by whoever has this writer to himself, so by one thread at a time.
        // 4. A file that others make shorter turns the next write behind its new end into a signal
        //    that ends the process, and so does a disk that is full where the file system looks for
        //    a new block. Our files belong to one owner, under a lock, keep the length that they are
        //    made with, which is looked at before anything is mapped, and have their blocks from the
        //    beginning, on a file system that keeps them; ending the process is also what a medium
        //    does that cannot give back a page which was just written.
        // 5. Miri cannot map files; the only unsafe step is this call.
        #[expect(unsafe_code, reason = "the facts above")]
        let map = unsafe { options.map_mut(file)? };
        Ok(Self { begin, map })
    }

    fn write(&mut self, bytes: &[u8], offset: u64) -> bool {
        let place = usize::try_from(offset - self.begin)
            .ok()
            .and_then(|from| Some(from..from.checked_add(bytes.len())?))
            .and_then(|range| self.map.get_mut(range));
        match place {
            Some(place) => {
                place.copy_from_slice(bytes);
                true
            }
            None => false,
        }
    }
}

impl fmt::Debug for PageWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageWriter")
    }
}
