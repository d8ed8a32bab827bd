//! Writing past the page cache.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use forebay_store::sync::Mutex;
use rustix::fs::OFlags;
use rustix::io::Errno;

/// No device is known that wants more than this, in memory and in the file.
const ALIGNED: usize = 4 << 10;

/// What a file needs for it.
#[derive(Debug, Default)]
pub(super) struct Through(Mutex<Buffer>);

#[derive(Debug, Default)]
struct Buffer {
    /// Where it lies in memory matters, so bytes are copied into the right place of it: as many as were ever
    /// written at once, and a block.
    bytes: Vec<u8>,
    /// This file does not take it, and is not asked again.
    is_refused: bool,
}

impl Through {
    /// Writes whole blocks; `false` if the file does not take them like this. Nobody else may write to it
    /// meanwhile.
    pub(super) fn write(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<bool> {
        let is_whole = bytes.len().is_multiple_of(ALIGNED) && offset.is_multiple_of(ALIGNED as u64);
        let mut buffer = self.0.lock();
        if buffer.is_refused || !is_whole {
            return Ok(false);
        }
        let flags = rustix::fs::fcntl_getfl(file)?;
        let written = match rustix::fs::fcntl_setfl(file, flags | OFlags::DIRECT) {
            Ok(()) => write_once(file, buffer.aligned(bytes), offset),
            Err(refused) => Err(refused.into()),
        };
        rustix::fs::fcntl_setfl(file, flags)?;
        match written {
            // What is missing is written with the rest once more.
            Ok(length) => Ok(length == bytes.len()),
            Err(error) if is_refusal(&error) => {
                *buffer = Buffer { is_refused: true, ..Buffer::default() };
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

impl Buffer {
    /// The same bytes, where they may be written from.
    fn aligned(&mut self, bytes: &[u8]) -> &[u8] {
        if self.bytes.len() < bytes.len() + ALIGNED {
            self.bytes = vec![0; bytes.len() + ALIGNED];
        }
        let from = self.bytes.as_ptr().align_offset(ALIGNED).min(ALIGNED);
        let place = &mut self.bytes[from..from + bytes.len()];
        place.copy_from_slice(bytes);
        place
    }
}

fn write_once(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    loop {
        match file.write_at(bytes, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => return written,
        }
    }
}

/// Whether the file system says that it does not do this, or not like this. The device has seen nothing then.
fn is_refusal(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(Errno::from_raw_os_error);
    matches!(code, Some(Errno::INVAL | Errno::OPNOTSUPP))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(length: usize) -> File {
        let file = tempfile::tempfile().unwrap();
        file.write_at(&vec![0; length], 0).unwrap();
        file
    }

    fn read(file: &File) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
        file.read_exact_at(&mut bytes, 0).unwrap();
        bytes
    }

    #[test]
    fn whole_blocks_stand_where_they_were_written_and_the_file_is_as_it_was_for_others() {
        let (file, through) = (file(4 * ALIGNED), Through::default());
        let flags = rustix::fs::fcntl_getfl(&file).unwrap();
        let bytes: Vec<u8> = (0..=250).cycle().take(2 * ALIGNED).collect();
        // A file system that does not do it says so, and nothing was written.
        if through.write(&file, &bytes, ALIGNED as u64).unwrap() {
            assert_eq!(read(&file)[ALIGNED..3 * ALIGNED], bytes);
        }
        assert_eq!(rustix::fs::fcntl_getfl(&file).unwrap(), flags);
        file.write_at(&bytes, ALIGNED as u64).unwrap();
        assert_eq!(read(&file)[..ALIGNED], [0; ALIGNED]);
        assert_eq!(read(&file)[ALIGNED..3 * ALIGNED], bytes);
    }

    #[test]
    fn a_part_of_a_block_is_left_to_others() {
        let (file, through) = (file(2 * ALIGNED), Through::default());
        assert!(!through.write(&file, &[1; 100], 0).unwrap());
        assert!(!through.write(&file, &[1; ALIGNED], 100).unwrap());
        assert_eq!(read(&file), [0; 2 * ALIGNED]);
    }
}
