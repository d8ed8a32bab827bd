//! The journal that is looked into.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

use forebay::{Error, Result};
use forebay_journal::disk::{Directories, RealDirectory};
use forebay_journal::format::identity::{self, Identity};
use forebay_journal::{Damage, Owner, Verdict, Verified, owner, read_only, verify};

use super::command::Common;
use super::progress::Progress;

/// As long as the identity is.
const BLOCK: usize = 4096;

/// A journal that can only be read.
pub(super) struct Source<'a> {
    path: &'a Path,
    second: Option<&'a Path>,
    pub(super) progress: Arc<Progress>,
}

impl<'a> Source<'a> {
    /// A journal that is being written to is read at most so often before it is given up.
    const READINGS: usize = 5;

    pub(super) fn new(common: &'a Common) -> Self {
        let progress = Arc::new(Progress::new(common.progress));
        Self { path: &common.directory, second: common.second.as_deref(), progress }
    }

    /// The directory, or both, for one reading.
    pub(super) fn directories(&self) -> Result<Directories> {
        let directories = self.existing()?;
        let progress = Arc::clone(&self.progress);
        progress.restart();
        let opened = read_only(directories, move |done, total| progress.pass(done, total));
        opened.map_err(|error| unreadable(self.path, error))
    }

    /// The same, but they could be changed.
    fn existing(&self) -> Result<Directories> {
        let open = |path: &Path| {
            RealDirectory::existing(path).map(Arc::new).map_err(|error| unreadable(path, error))
        };
        let directories = Directories::from(open(self.path)?);
        Ok(match self.second {
            Some(second) => directories.with_second(open(second)?),
            None => directories,
        })
    }

    /// Becomes the owner of the directory, or of both, until what is returned is dropped.
    pub(super) fn lock(&self) -> Result<Vec<Box<dyn Debug + Send + Sync>>> {
        let directories = self.existing()?;
        let each = std::iter::once(directories.first()).chain(directories.second());
        each.map(|directory| directory.lock("LOCK")).collect()
    }

    pub(super) fn owner(&self) -> Result<Option<Owner>> {
        owner(self.path).map_err(|error| {
            let message = format!("look at the lock of {}", self.path.display());
            Error::unavailable(message).with_source(error)
        })
    }

    /// Its label, if it can be read.
    pub(super) fn label(&self) -> Result<Option<String>> {
        let Ok(file) = self.directories()?.first().open(identity::NAME, false) else {
            return Ok(None);
        };
        let mut block = vec![0; BLOCK];
        let read = file.read_at(&mut block, 0).map_err(|error| {
            let message = format!("read the identity of {}", self.path.display());
            Error::unavailable(message).with_source(error)
        })?;
        let identity = block.get(..read).map(Identity::decode);
        Ok(identity.and_then(|identity| Some(identity.ok()?.label)))
    }

    /// Whether it is good. What a reading of a journal that is being written to calls damaged
    /// counts if the next reading says the same.
    pub(super) fn verify(&self) -> Result<Verified> {
        Ok(self.verify_into(|| (), |(), _| ())?.0)
    }

    /// As [`verify`](Self::verify); each reading is put into something new.
    pub(super) fn verify_into<T>(
        &self,
        new: impl Fn() -> T,
        put: impl Fn(&mut T, &[u8]),
    ) -> Result<(Verified, T)> {
        let mut before: Option<Damage> = None;
        for _ in 0..Self::READINGS {
            let was_owned = self.owner()?.is_some();
            let mut read = new();
            let verified = verify(self.directories()?, |_, record| {
                self.progress.count();
                put(&mut read, record);
                Ok(())
            })?;
            let Verdict::Damaged(damage) = &verified.verdict else { return Ok((verified, read)) };
            let is_still = !was_owned && self.owner()?.is_none();
            if is_still || before.as_ref() == Some(damage) {
                return Ok((verified, read));
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

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::invalid(format!("read {}", path.display())).with_source(error)
}
