//! Whether a journal is good.

use std::sync::Arc;

use forebay_store::Result;
use forebay_store::seam::Spawn;

use crate::disk::Directories;
use crate::reading::read_with;
use crate::recovery::{Damage, Recovery};

/// What came of reading a whole journal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The first good record; 0 if there is none.
    pub first: u64,
    /// The last good record; 0 if there is none.
    pub last: u64,
    /// How many good records there are.
    pub records: u64,
    /// How many bytes are in them.
    pub bytes: u64,
    /// The verdict.
    pub verdict: Verdict,
}

/// Whether what was acknowledged is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The journal is good. There may be a torn tail, which no caller was promised.
    Good(Recovery),
    /// Acknowledged records are missing.
    Damaged(Damage),
}

/// Reads a journal as [`read`](crate::read) does, and takes damage for a result. Nothing is locked and nothing is
/// changed. While an owner writes, what is called damaged may only have been on its way: it is
/// damage if a second reading says the same.
///
/// # Errors
///
/// Those of [`read`](crate::read), but `Corrupt`.
pub fn verify(
    directories: impl Into<Directories>,
    mut sink: impl FnMut(u64, &[u8]) -> Result<()>,
) -> Result<Verified> {
    verify_with(&directories.into(), None, &mut sink)
}

/// As [`verify`]; a job may read ahead.
pub(crate) fn verify_with(
    directories: &Directories,
    spawn: Option<&Arc<dyn Spawn>>,
    sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
) -> Result<Verified> {
    let (mut first, mut last, mut records, mut bytes) = (0, 0, 0, 0);
    let recovery = read_with(directories, spawn, &mut |number, record| {
        if records == 0 {
            first = number;
        }
        last = number;
        records += 1;
        bytes += record.len() as u64;
        sink(number, record)
    });
    let verdict = match recovery {
        Ok(recovery) => Verdict::Good(recovery),
        Err(error) => match std::error::Error::source(&error).and_then(|it| it.downcast_ref()) {
            Some(damage) => Verdict::Damaged(Damage::clone(damage)),
            None => return Err(error),
        },
    };
    Ok(Verified { first, last, records, bytes, verdict })
}
