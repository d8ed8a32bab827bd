//! What came of a checkpoint or a restore, and how far one is.

use forebay_store::Result;

use crate::revision::Revision;
use crate::snapshot::Totals;

/// A copy that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyReport {
    /// The last transaction that is in it.
    pub revision: Revision,
    /// How much is in it.
    pub totals: Totals,
    /// What tells the copy from all other states, the one it was made of included.
    pub id: [u8; 16],
}

/// Who is told how far it is.
pub(super) type Progress<'p> = dyn FnMut(Copying) -> Result<()> + 'p;

/// How far a checkpoint or a restore is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Copying {
    /// So many bytes of the copy are written.
    Written(u64),
    /// So many of them were read again, and are right.
    Checked(u64),
}
