//! The journal that is looked into.

use std::path::Path;
use std::sync::Arc;

use forebay::{Error, Result};
use forebay_journal::disk::{Directory, RealDirectory};
use forebay_journal::{Damage, Owner, ReadOnly, Verdict, Verified, owner, verify};

use super::command::Common;
use super::progress::Progress;

/// A journal that can only be read.
pub(super) struct Source<'a> {
    path: &'a Path,
    pub(super) progress: Arc<Progress>,
}

impl<'a> Source<'a> {
    /// A journal that is being written to is read at most so often before it is given up.
    const READINGS: usize = 5;

    pub(super) fn new(common: &'a Common) -> Self {
        let progress = Arc::new(Progress::new(common.progress));
        Self { path: &common.directory, progress }
    }

    /// The directory, for one reading.
    pub(super) fn directory(&self) -> Result<Arc<dyn Directory>> {
        let opened = RealDirectory::existing(self.path).and_then(|directory| {
            let progress = Arc::clone(&self.progress);
            progress.restart();
            ReadOnly::new(Arc::new(directory), move |done, total| progress.pass(done, total))
        });
        let directory = opened.map_err(|error| {
            Error::invalid(format!("read {}", self.path.display())).with_source(error)
        })?;
        Ok(Arc::new(directory))
    }

    pub(super) fn owner(&self) -> Result<Option<Owner>> {
        owner(self.path).map_err(|error| {
            let message = format!("look at the lock of {}", self.path.display());
            Error::unavailable(message).with_source(error)
        })
    }

    /// Whether it is good. What a reading of a journal that is being written to calls damaged
    /// counts if the next reading says the same.
    pub(super) fn verify(&self) -> Result<Verified> {
        let mut before: Option<Damage> = None;
        for _ in 0..Self::READINGS {
            let was_owned = self.owner()?.is_some();
            let verified = verify(self.directory()?, |_, _| {
                self.progress.count();
                Ok(())
            })?;
            let Verdict::Damaged(damage) = &verified.verdict else { return Ok(verified) };
            let is_still = !was_owned && self.owner()?.is_none();
            if is_still || before.as_ref() == Some(damage) {
                return Ok(verified);
            }
            before = Some(damage.clone());
        }
        let message = "its owner writes to it, and each reading found something else: stop the \
                       owner and try again";
        Err(Error::unavailable(message))
    }
}

/// Who owns it, in words.
pub(super) fn owned_by(owner: Owner) -> String {
    match owner.pid {
        Some(pid) => format!("process {pid}"),
        None => "a process that is not named yet".into(),
    }
}
