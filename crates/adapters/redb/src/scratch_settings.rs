//! What a scratch database may take.

use forebay_store::ByteSize;

/// What a scratch database may take.
///
/// ```
/// use forebay_redb::{RedbStore, ScratchSettings};
/// use forebay_store::{ByteSize, Raw};
///
/// # let folder = tempfile::tempdir().unwrap();
/// let (cache, quota) = (ByteSize::mib(4), Some(ByteSize::gib(8)));
/// let settings = ScratchSettings { cache, quota };
/// let store: RedbStore<u64, bytes::Bytes, Raw> =
///     RedbStore::scratch_with(folder.path(), Raw, settings)?;
/// # drop(store);
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScratchSettings {
    /// So much of the file is in memory at most. It counts in the budget of the pool whose medium it is.
    /// Default 16 MiB.
    pub cache: ByteSize,
    /// So much may be in it, counted in whole pages of the file; what is put beyond is `Busy`. The file takes up to a
    /// half more of the disk, for redb itself and where pages are free, and may be longer with nothing in its end.
    /// Default: no bound but the disk's.
    pub quota: Option<ByteSize>,
}

impl Default for ScratchSettings {
    fn default() -> Self {
        Self { cache: ByteSize::mib(16), quota: None }
    }
}
