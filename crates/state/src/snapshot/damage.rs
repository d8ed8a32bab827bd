//! Damage: bytes of a snapshot that are not what was written.

use std::borrow::Cow;
use std::fmt;

use forebay_store::Error;

/// Where a snapshot is damaged. It is the `source` of the
/// [`Corrupt`](forebay_store::ErrorKind::Corrupt) error that reading it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotDamage {
    /// The block, counted from 0.
    pub block: u32,
    /// The byte of the file at which that block begins, or should.
    pub at: u64,
    /// What is wrong with it.
    pub what: Cow<'static, str>,
}

/// A place in a snapshot: where a block begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) block: u32,
    pub(super) at: u64,
}

impl Place {
    /// The error of a block that is not what was written.
    #[cold]
    pub(super) fn damaged(self, what: impl Into<Cow<'static, str>>) -> Error {
        SnapshotDamage { block: self.block, at: self.at, what: what.into() }.into()
    }
}

impl fmt::Display for SnapshotDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {} at byte {}: {}", self.block, self.at, self.what)
    }
}

impl std::error::Error for SnapshotDamage {}

impl From<SnapshotDamage> for Error {
    fn from(damage: SnapshotDamage) -> Self {
        Self::corrupt(format!("the snapshot is damaged: {damage}")).with_source(damage)
    }
}
