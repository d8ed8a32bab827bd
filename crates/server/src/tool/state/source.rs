//! The state that is looked into.

use std::path::Path;

use forebay::state::copy::{Bare, Copying};
use forebay::state::{Home, Verdict, Verified, Verifying, verify};
use forebay::{Error, ErrorKind, Result};
use forebay_journal::{Owner, owner};

use super::super::progress::Progress;
use super::super::size::{count, size};
use super::command::Common;

/// A state that can only be read.
pub(super) struct Source<'a> {
    path: &'a Path,
    journal: Option<&'a Path>,
    pub(super) progress: Progress,
}

impl<'a> Source<'a> {
    /// A state that is being written to is read at most so often before it is given up.
    const READINGS: usize = 5;

    pub(super) fn new(common: &'a Common) -> Self {
        let progress = Progress::new(common.progress);
        Self { path: &common.directory, journal: common.journal.as_deref(), progress }
    }

    pub(super) fn home(&self) -> Home {
        let home = Home::from(self.path);
        match self.journal {
            Some(journal) => home.with_shared_journal(journal),
            None => home,
        }
    }

    pub(super) fn owner(&self) -> Result<Option<Owner>> {
        owner(self.path).map_err(|error| {
            let message = format!("look at the lock of {}", self.path.display());
            Error::unavailable(message).with_source(error)
        })
    }

    /// Whether it is good.
    pub(super) fn verify(&self) -> Result<Verified> {
        self.settled(
            || verify(&self.home(), |done| self.verifying(done)),
            |read| match read {
                Ok(Verified { verdict: Verdict::Damaged(error), .. }) => Some(error.to_string()),
                Err(error) if error.kind() == ErrorKind::Corrupt => Some(error.to_string()),
                _ => None,
            },
        )
    }

    /// All of it.
    pub(super) fn read(&self) -> Result<Bare> {
        self.settled(
            || Bare::read(self.home(), |done| self.verifying(done)),
            |read| {
                let error = read.as_ref().err()?;
                (error.kind() == ErrorKind::Corrupt).then(|| error.to_string())
            },
        )
    }

    /// What a reading of a state that is being written to calls damaged counts if the next reading says
    /// the same.
    fn settled<T>(
        &self,
        read: impl Fn() -> Result<T>,
        damage: impl Fn(&Result<T>) -> Option<String>,
    ) -> Result<T> {
        let mut before = None;
        for _ in 0..Self::READINGS {
            let was_owned = self.owner()?.is_some();
            let found = read();
            let Some(told) = damage(&found) else { return found };
            let is_still = !was_owned && self.owner()?.is_none();
            if is_still || before.as_ref() == Some(&told) {
                return found;
            }
            before = Some(told);
        }
        let message = "its owner writes to it, and each reading found something else: stop the \
                       owner and try again";
        Err(Error::unavailable(message))
    }

    // It cannot end what it is told of.
    #[expect(clippy::unnecessary_wraps, reason = "it is a callback that may fail")]
    pub(super) fn verifying(&self, done: Verifying) -> Result<()> {
        self.progress.say(|| match done {
            Verifying::Snapshot(bytes) => format!("{} of the snapshot read", size(bytes)),
            Verifying::Journal(records) => {
                format!("{} of the journal read", count(records, "record"))
            }
            _ => "reading".into(),
        });
        Ok(())
    }
}

/// Tells how far a copy is.
#[expect(clippy::unnecessary_wraps, reason = "it is a callback that may fail")]
pub(super) fn copying(progress: &Progress, done: Copying) -> Result<()> {
    progress.say(|| match done {
        Copying::Written(bytes) => format!("{} written", size(bytes)),
        Copying::Checked(bytes) => format!("{} checked", size(bytes)),
        _ => "copying".into(),
    });
    Ok(())
}
