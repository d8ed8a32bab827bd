//! A place of `file_backed`, to be looked into.

use std::path::Path;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::{Error, ErrorKind, Result};

use super::blob_source::BlobSource;
use super::shards::Shards;
use super::shelf::{Listing, Shelf};
use crate::archive::existing;
use crate::codec::BlobCodec;
use crate::key::Key;
use crate::slot::foreign;

/// A place of `file_backed`, to be looked into: what `persist` has put there. Nothing is ever changed.
///
/// Its keys are listed once, when it is opened: 16 bytes of memory each. What is there and is no object is
/// named among the [strangers](Self::strangers) and left alone. Every call blocks.
///
/// No program should persist to it meanwhile. What is deleted meanwhile is missed when it is read.
///
/// ```no_run
/// use forebay_pool::Bincode1;
/// use forebay_pool::file_backed::Persisted;
///
/// let place = Persisted::open("maps")?;
/// for key in place.keys() {
///     let tile: Vec<f32> = place.read(*key, &Bincode1)?;
///     println!("{key}: {} heights", tile.len());
/// }
/// # Ok::<(), forebay_pool::Error>(())
/// ```
#[derive(Debug)]
pub struct Persisted {
    shelf: Box<dyn Shelf>,
    listing: Listing,
}

impl Persisted {
    /// Opens a directory with objects in files, as `FBStore` has it. `Invalid` if it is none.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_in(existing(path.as_ref())?)
    }

    /// Opens a place on any disk. See [`open`](Self::open).
    pub fn open_in(root: Arc<dyn Directory>) -> Result<Self> {
        let (shards, listing) = Shards::open(root)?;
        Ok(Self { shelf: Box::new(shards), listing })
    }

    /// Opens a redb database, as `RedbStore` has it: the file, or the directory with `file_backed.redb`.
    ///
    /// All of it is read and its checksums are compared, which takes as long as to read the file. One that
    /// was not closed is mended in memory, and the file stays as it is.
    ///
    /// # Errors
    ///
    /// `Unavailable` if a program has it open to write, or the disk fails; `Invalid` if it is no such
    /// database; `Corrupt` if it is damaged.
    #[cfg(feature = "redb")]
    pub fn open_redb(path: impl AsRef<Path>) -> Result<Self> {
        let (file, listing) = super::redb_file::RedbFile::open(path.as_ref())?;
        Ok(Self { shelf: Box::new(file), listing })
    }

    /// The keys of all objects, ascending: the UUIDs that they had.
    pub fn keys(&self) -> &[Key] {
        &self.listing.keys
    }

    /// The number of files and folders that are no objects.
    pub fn strange(&self) -> u64 {
        self.listing.strange
    }

    /// The first 256 of them, by their names in the place.
    pub fn strangers(&self) -> &[String] {
        &self.listing.strangers
    }

    /// Reads an object. The codec is the one that wrote it: [`Bincode1`](crate::Bincode1) for `BinCodec`,
    /// `Prost` for `ProstCodec`, [`Whole`](crate::Whole) around one of your own; and
    /// [`Raw`](crate::Raw) gives the bytes as they are.
    ///
    /// # Errors
    ///
    /// `Invalid` if it is not there; `Corrupt` if the codec cannot decode it, or leaves some of it; those of the
    /// disk.
    pub fn read<T>(&self, key: Key, codec: &dyn BlobCodec<T>) -> Result<T> {
        let mut read = None;
        self.show(key, &mut |bytes| {
            read = Some(decode(codec, bytes)?);
            Ok(())
        })?;
        read.ok_or_else(|| self.not_there(key))
    }

    pub(super) fn show(
        &self,
        key: Key,
        act: &mut dyn FnMut(&mut BlobSource<'_>) -> Result<()>,
    ) -> Result<()> {
        self.shelf.show(key, act)?.ok_or_else(|| self.not_there(key))
    }

    /// Whether after this error nothing more can be read.
    pub(super) fn is_lost(&self, error: &Error) -> bool {
        self.shelf.is_lost(error)
    }

    pub(super) fn place_of(&self, key: Key) -> String {
        self.shelf.place_of(key)
    }

    #[cold]
    fn not_there(&self, key: Key) -> Error {
        Error::invalid(format!("{} is not there", self.place_of(key)))
    }
}

/// The value of these bytes, all of them.
pub(super) fn decode<T>(codec: &dyn BlobCodec<T>, bytes: &mut BlobSource<'_>) -> Result<T> {
    let value = foreign::run("the codec", || codec.decode(bytes, None))??;
    match bytes.owed() {
        0 => Ok(value),
        owed => Err(Error::new(ErrorKind::Corrupt, format!("the codec left {owed} of its bytes"))),
    }
}
