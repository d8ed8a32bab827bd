//! The checksum of blobs.

use std::fmt;

use crc_fast::{CrcAlgorithm, Digest};

/// CRC-64/NVME of bytes that come piece by piece.
#[derive(Clone)]
pub(crate) struct Checksum(Digest);

impl Checksum {
    /// Of nothing yet.
    pub(crate) fn new() -> Self {
        Self(Digest::new(CrcAlgorithm::Crc64Nvme))
    }

    /// The next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Of all that came.
    pub(crate) fn value(&self) -> u64 {
        self.0.finalize()
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({:016x})", self.value())
    }
}

/// CRC-64/NVME of `bytes`.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    crc_fast::checksum(CrcAlgorithm::Crc64Nvme, bytes)
}
