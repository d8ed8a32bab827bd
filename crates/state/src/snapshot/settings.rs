//! When snapshots are made, and how.

use super::compression::Compression;

/// When a state makes a snapshot of itself, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotSettings {
    /// Not before the journal has grown by so many bytes since the last one, unless it is full. Default
    /// 64 MiB. [`u64::MAX`]: never, even if it is full.
    pub bytes_min: u64,
    /// A snapshot is not made before the journal has grown by this many percent of the last snapshot. Default 100:
    /// so what is written twice is at most as much as what is written once.
    pub percent: u32,
    /// But after so many transactions in any case. Default none.
    pub transactions: Option<u64>,
    /// How blocks are stored. Default [`None`](Compression::None).
    pub compression: Compression,
}

impl SnapshotSettings {
    /// By how much the journal may grow after a snapshot of this length.
    pub(crate) fn growth(&self, last: u64) -> u64 {
        let part = u128::from(last) * u128::from(self.percent) / 100;
        self.bytes_min.max(u64::try_from(part).unwrap_or(u64::MAX))
    }
}

impl Default for SnapshotSettings {
    fn default() -> Self {
        Self {
            bytes_min: 64 << 20,
            percent: 100,
            transactions: None,
            compression: Compression::None,
        }
    }
}
