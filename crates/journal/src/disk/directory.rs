//! The two faces of the seam: a directory, and a file in it.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

/// A directory that holds a journal. It is created, and made durable in its parent, when it is
/// opened; names are plain file names without any separator.
pub trait Directory: Debug + Send + Sync + 'static {
    /// The names in it, in no order.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Makes a new empty file for reading and writing. It is an error if the name is taken.
    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;

    /// Opens a file. One that is not opened `to_write` is never changed.
    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>>;

    /// Gives a file another name, and replaces what had that name. Open files stay open.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a name.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes every name that was created, changed or removed before durable.
    fn sync(&self) -> io::Result<()>;

    /// Becomes the only owner (G14), until what is returned is dropped or the process ends.
    fn lock(&self, name: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>>;

    /// Where it is, for messages.
    fn describe(&self) -> String;
}

/// An open file. Calls may come from several threads.
pub trait DiskFile: Debug + Send + Sync + 'static {
    /// Reads at `offset` and says how many bytes there were; fewer than asked for is no error,
    /// and 0 is the end.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Hands bytes to the operating system and says how many it took. After an error nobody knows
    /// how many.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// Another way to write, which is cheaper for small pieces: for the one who writes to the file, who
    /// keeps it. `None` if there is none. Every block of the file must be there.
    fn pages(&self) -> Option<Box<dyn Pages>> {
        None
    }

    /// Makes every byte that was written before durable, and the length. After an error the
    /// bytes are lost to the device for good, though reads may still show them: a later sync
    /// that succeeds says nothing about them (G11).
    fn sync(&self) -> io::Result<()>;

    /// Says that it will be read from its beginning to its end, so that more of it is read ahead.
    fn will_be_read(&self) {}

    /// Says that nothing before `end` is needed soon: whoever keeps copies may forget them, and use
    /// their memory for what is read next.
    fn was_read(&self, _end: u64) {}

    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Whether there is nothing in it.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}

/// The pages of a file in memory: a copy into them is with the operating system.
pub trait Pages: Debug + Send {
    /// Copies bytes into blocks that were written before. `false` if that is not possible here: then
    /// nothing is written, and [`DiskFile::write_at`] has to do it.
    fn write(&mut self, bytes: &[u8], offset: u64) -> bool;
}
