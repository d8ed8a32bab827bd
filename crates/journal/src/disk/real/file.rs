//! An open file of the real file system.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use forebay_map::PageWriter;

use crate::disk::{DiskFile, Pages};

/// An open file.
#[derive(Debug)]
pub(super) struct RealFile {
    file: Arc<File>,
}

impl RealFile {
    pub(super) fn of(file: File) -> Arc<dyn DiskFile> {
        Arc::new(Self { file: Arc::new(file) })
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }
}

impl Pages for PageWriter {
    fn write(&mut self, bytes: &[u8], offset: u64) -> bool {
        PageWriter::write(self, bytes, offset)
    }
}

impl DiskFile for RealFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        loop {
            match platform::read_at(&self.file, bytes, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        loop {
            match platform::write_at(&self.file, bytes, offset) {
                // Nothing was written: a signal came first.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                written => return written,
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn fill(&self, length: u64, give_way: &dyn Fn()) -> io::Result<bool> {
        super::linux::fill(&self.file, length, give_way)
    }

    /// A copy costs a tenth of a system call, where the file system keeps the blocks of a file.
    fn pages(&self) -> Option<Box<dyn Pages>> {
        let pages = cfg!(unix).then(|| PageWriter::of(Arc::clone(&self.file)).ok());
        Some(Box::new(pages??))
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn will_be_read(&self) {
        // It is only advice: whatever becomes of it, the bytes are read.
        #[cfg(target_os = "linux")]
        let _ = rustix::fs::fadvise(&self.file, 0, None, rustix::fs::Advice::Sequential);
    }

    /// Else a recovery would push what others need out of the page cache; and where memory has to be
    /// had from a hypervisor first, pages that are used again make it nearly twice as fast.
    fn was_read(&self, end: u64) {
        #[cfg(target_os = "linux")]
        let _ = std::num::NonZeroU64::new(end)
            .map(|end| rustix::fs::fadvise(&self.file, 0, Some(end), rustix::fs::Advice::DontNeed));
        #[cfg(not(target_os = "linux"))]
        let _ = end;
    }

    /// This advice begins to write what is dirty. It forgets what is clean, and that was dirty just now. A
    /// failure stays with the file until it is synced.
    fn will_be_synced(&self, bytes: Range<u64>) {
        #[cfg(target_os = "linux")]
        let _ = std::num::NonZeroU64::new(bytes.end.saturating_sub(bytes.start)).map(|length| {
            let advice = rustix::fs::Advice::DontNeed;
            rustix::fs::fadvise(&self.file, bytes.start, Some(length), advice)
        });
        #[cfg(not(target_os = "linux"))]
        let _ = bytes;
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

#[cfg(unix)]
mod platform {
    use std::os::unix::fs::FileExt;

    pub(super) fn read_at(file: &super::File, bytes: &mut [u8], at: u64) -> std::io::Result<usize> {
        FileExt::read_at(file, bytes, at)
    }

    pub(super) fn write_at(file: &super::File, bytes: &[u8], at: u64) -> std::io::Result<usize> {
        FileExt::write_at(file, bytes, at)
    }
}

#[cfg(windows)]
mod platform {
    use std::os::windows::fs::FileExt;

    pub(super) fn read_at(file: &super::File, bytes: &mut [u8], at: u64) -> std::io::Result<usize> {
        FileExt::seek_read(file, bytes, at)
    }

    pub(super) fn write_at(file: &super::File, bytes: &[u8], at: u64) -> std::io::Result<usize> {
        FileExt::seek_write(file, bytes, at)
    }
}
