//! How an archive is written.

use forebay_store::ByteSize;

/// How an archive is written. Whatever it was written with before, it is the same format.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveSettings {
    /// An object that is kept or committed from memory has its blob in the archive from then on, and need not be
    /// spilled. Turn it off where the archive is on a slower disk than the spill. Default: on.
    pub adopts: bool,
    /// Blobs of at most so much share files with others of their commit. Default: 256 KiB.
    pub small_max: ByteSize,
}

impl Default for ArchiveSettings {
    fn default() -> Self {
        Self { adopts: true, small_max: ByteSize::kib(256) }
    }
}
