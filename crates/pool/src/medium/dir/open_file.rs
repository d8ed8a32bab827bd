//! An open file that blobs are in.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::{Error, Result};

use super::descriptors::Descriptor;
use super::failure::failed;
pub(super) use crate::disk::write_whole;

/// An open file that blobs are in. It has no name, so it is gone when the last who has it drops it.
#[derive(Debug)]
pub(super) struct OpenFile {
    file: Arc<dyn DiskFile>,
    /// It never had a name, and can get one.
    can_be_named: bool,
    /// The directory, for messages.
    place: Arc<str>,
    _descriptor: Descriptor,
}

impl OpenFile {
    pub(super) fn of(
        file: Arc<dyn DiskFile>,
        can_be_named: bool,
        place: Arc<str>,
        descriptor: Descriptor,
    ) -> Arc<Self> {
        Arc::new(Self { file, can_be_named, place, _descriptor: descriptor })
    }

    /// The file, if it can get a name.
    pub(super) fn nameable(&self) -> Option<Arc<dyn DiskFile>> {
        self.can_be_named.then(|| Arc::clone(&self.file))
    }

    /// Hands all bytes to the operating system.
    pub(super) fn write(&self, bytes: &[u8], at: u64) -> Result<()> {
        let written = write_whole(&*self.file, bytes, at);
        written.map_err(|error| failed("write a blob in", &self.place, error))
    }

    /// Fills `into`. What ends early is `Corrupt`.
    pub(super) fn read(&self, into: &mut [u8], at: u64) -> Result<()> {
        let wanted = into.len();
        let mut read = 0;
        while read < wanted {
            let now = self.file.read_at(&mut into[read..], at + read as u64);
            match now.map_err(|error| failed("read a blob in", &self.place, error))? {
                0 => {
                    let (place, end) = (&self.place, at + read as u64);
                    let message = format!("a file of blobs in {place} ends at {end}, too early");
                    return Err(Error::corrupt(message));
                }
                now => read += now.min(wanted - read),
            }
        }
        Ok(())
    }
}

/// Reads from the begin of a file on until `into` is full or the file ends, and says how much it was.
pub(super) fn read_some(file: &dyn DiskFile, into: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < into.len() {
        match file.read_at(&mut into[read..], read as u64)? {
            0 => break,
            now => read += now,
        }
    }
    Ok(read.min(into.len()))
}
