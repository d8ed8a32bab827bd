//! The trait of a medium.

use std::fmt::Debug;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::Result;

use super::account::Account;
use super::place::Place;
use super::usage::Usage;
use crate::blob::HEAD;
use crate::event::Watcher;

/// Where blobs go. Every call may block and may come from several threads; the pool bounds how many.
///
/// Errors: [`Busy`](forebay_store::ErrorKind::Busy) if it is full, `Refused` for a blob that it will
/// never take, `Unavailable` if the device failed, `Corrupt` if what was sealed is not there whole.
pub trait Medium: Debug + Send + Sync + 'static {
    /// What it is like.
    fn traits(&self) -> MediumTraits;

    /// Begins a blob. `length` is its payload's, if that is known. Nothing is left of one that is
    /// dropped before it is sealed.
    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>>;

    /// Begins a reading of one blob.
    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>>;

    /// Gives a place back. It is called once, after the last reading of it. It cannot fail: what fails
    /// is counted in [`usage`](Self::usage).
    fn free(&self, place: Place);

    /// Frees a place as [`free`](Self::free) does, if that takes no I/O and waits for no thread that does some. The pool
    /// calls it on the thread that lets go of a blob. `false`: nothing was done, and `free` follows in a job.
    fn free_now(&self, _place: Place) -> bool {
        false
    }

    /// What is in it.
    fn usage(&self) -> Usage;

    /// What it takes: the bytes of its [`usage`](Self::usage). It is asked at each write into a tier, so a medium
    /// that has parts says it without naming them.
    fn bytes(&self) -> u64 {
        self.usage().bytes
    }

    /// What a blob takes of that, the same for as long as it is there. `None`: it cannot say, and a little more
    /// than the blob's length is taken for it.
    fn bytes_of(&self, _place: Place) -> Option<u64> {
        None
    }

    /// Whether it, or a part of it, has a quota and is almost as full as that: then what is to be freed is freed
    /// before the next write. It is asked at each.
    fn is_tight(&self) -> bool {
        self.usage().is_tight()
    }

    /// Gives up what it keeps only to use it again, if it does that.
    fn trim(&self) {}

    /// The open file of a place, if it is one that may get a name.
    fn file(&self, _place: Place) -> Option<Linkable> {
        None
    }

    /// Where the file of a place is now, as a number: if one of them cannot get a name in another directory, none
    /// with the same number can.
    fn origin(&self, place: Place) -> u64 {
        place.part.into()
    }

    /// Gives the medium a watcher, which it tells from now on what happens in the medium itself: that a directory is full,
    /// left alone, or swept. A pool calls this once, when it is built. The watcher must be told under no lock; it does not
    /// panic. A medium that has nothing to tell leaves this as it is.
    fn watched_by(&self, _watcher: Arc<dyn Watcher>) {}

    /// Gives the medium an account, in which it counts from now on what it has of a blob in memory while that is written.
    /// A pool calls this once, when it is built. What is read is counted by the reader, as
    /// [`is_whole`](MediumTraits::is_whole) says.
    fn counted_in(&self, _account: Account) {}
}

/// A blob that is being written.
pub trait Writing: Send {
    /// The next bytes of the payload.
    fn put(&mut self, bytes: &[u8]) -> Result<()>;

    /// How far behind the head's first byte the payload begins: 128 or 4096. It is known from the
    /// beginning or after the last `put`, and stands in the head.
    fn offset(&self) -> u32;

    /// Writes the head to the front, and says where the blob is.
    fn seal(self: Box<Self>, head: &[u8; HEAD]) -> Result<Place>;
}

/// A blob that is being read.
pub trait Reading: Send {
    /// Fills `into` with what is at `at`, counted from the head's first byte. What is short is `Corrupt`.
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()>;
}

/// What a medium is like.
#[derive(Clone, Copy, Debug)]
pub struct MediumTraits {
    /// The longest payload that it takes.
    pub blob_max: u64,
    /// Whether it has blobs as a whole in memory while they are read or written. The reader of one counts it.
    pub is_whole: bool,
    /// How many bytes one read or write should have.
    pub piece: u32,
    /// Some of its files can get a name.
    pub has_links: bool,
    /// Bytes of memory that it keeps for itself: they count in the pool's budget.
    pub memory: u64,
}

/// An open file that may get a name.
#[derive(Clone, Debug)]
pub struct Linkable(pub Arc<dyn DiskFile>);
