//! The map of one file.

use std::fmt;
use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

use memmap2::{MmapMut, MmapOptions};

use crate::file_system;

/// Writes into the pages of a file, within the length that it had when this was made.
pub struct PageWriter {
    map: Mutex<MmapMut>,
}

impl PageWriter {
    /// Maps a file that was opened for reading and writing, and whose blocks have all been written to.
    ///
    /// # Errors
    ///
    /// `Unsupported` on a file system that is not known to keep a file's blocks, and what the
    /// operating system says; then the file is as it was.
    pub fn of(file: &File) -> io::Result<Self> {
        if !file_system::keeps_blocks(file)? {
            return Err(io::ErrorKind::Unsupported.into());
        }
        // SAFETY: creating a map is unsafe because what it shows may change under a reference to it.
        // 1. No reference to the mapped bytes leaves this file, and none is read through: `write`
        //    copies into them, and a copy does not care what is there.
        // 2. `u8` has no invalid values, so whatever others write to the file breaks nothing.
        // 3. The map is written to under a lock, by one thread of this process at a time.
        // 4. A file that others make shorter turns the next write behind its new end into a signal
        //    that ends the process, and so does a disk that is full where the file system looks for
        //    a new block. Our files belong to one owner, under a lock, keep the length that they are
        //    made with, and have their blocks from the beginning, on a file system that keeps them;
        //    ending the process is also what a medium does that cannot give back a page which was
        //    just written.
        // 5. Miri cannot map files; the only unsafe step is this call.
        #[expect(unsafe_code, reason = "the facts above")]
        let map = unsafe { MmapOptions::new().map_mut(file)? };
        Ok(Self { map: Mutex::new(map) })
    }

    /// Copies bytes into the file's pages and says whether they lie within the map; if not, nothing
    /// is written.
    pub fn write(&self, bytes: &[u8], offset: u64) -> bool {
        let Ok(from) = usize::try_from(offset) else { return false };
        let Some(to) = from.checked_add(bytes.len()) else { return false };
        let mut map = self.map.lock().unwrap_or_else(PoisonError::into_inner);
        match map.get_mut(from..to) {
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
