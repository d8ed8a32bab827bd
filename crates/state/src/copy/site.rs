//! The directory that a copy is written into.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};
use forebay_store::seam::Random;
use forebay_store::{Error, ErrorKind, Result};

use super::report::{Copying, Progress};
use crate::open::{Home, IDENTITY_FILES, Identity, LOCK, check_snapshot};
use crate::snapshot::{FileReader, FileWriter, Head, Totals, file_name};

/// What a copy covers of its journal: it has none yet.
const COVERED: u64 = 0;

/// A directory that only we write to.
#[derive(Debug)]
pub(super) struct Site {
    files: Arc<dyn Directory>,
    /// Nobody opens it before it is whole.
    _lock: Box<dyn Debug + Send + Sync>,
}

impl Site {
    /// Takes the directory, which is made if need be.
    ///
    /// # Errors
    ///
    /// `Unavailable` if somebody else has it or the disk does not answer.
    pub(super) fn take(home: &Home) -> Result<Self> {
        let files = home.files()?;
        let lock = files.lock(LOCK)?;
        Ok(Self { files, _lock: lock })
    }

    /// Removes what a copy may have left that was cut off.
    ///
    /// # Errors
    ///
    /// `Invalid` if something else is there, which is not touched.
    pub(super) fn clear(&self) -> Result<()> {
        let name = file_name(COVERED);
        let names = self.files.list().map_err(failed)?;
        let is_ours = |found: &&String| **found == name || IDENTITY_FILES.contains(&found.as_str());
        if let Some(other) = names.iter().find(|found| *found != LOCK && !is_ours(found)) {
            let place = self.files.describe();
            return Err(Error::invalid(format!(
                "`{other}` is in {place}, and no copy left it there"
            )));
        }
        for name in names.iter().filter(is_ours) {
            self.files.remove(name).map_err(failed)?;
        }
        Ok(())
    }

    /// Gives the space back that a copy has which came to nothing. The lock's file stays: somebody may be
    /// about to lock it.
    pub(super) fn give_up(&self) {
        drop(self.clear());
    }

    /// Writes the copy by `write`, reads all of it again, and only then says whose it is.
    pub(super) fn fill(
        &self,
        mut identity: Identity,
        write: impl FnOnce(FileWriter, &mut Progress<'_>) -> Result<(FileWriter, Totals)>,
        progress: &mut Progress<'_>,
    ) -> Result<Totals> {
        let file = self.files.create(&file_name(COVERED)).map_err(failed)?;
        // From here on nobody takes it for an empty directory.
        self.files.sync().map_err(failed)?;
        let (writer, totals) = write(FileWriter::new(Arc::clone(&file)), progress)?;
        writer.sync().map_err(failed)?;
        self.check(&file, &identity, &totals, progress)?;
        identity.write(&*self.files)?;
        Ok(totals)
    }

    /// Reads what was written, from the device if it forgets what it has in memory.
    fn check(
        &self,
        file: &Arc<dyn DiskFile>,
        identity: &Identity,
        totals: &Totals,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        file.was_read(totals.bytes);
        let belongs = |head: &Head| {
            let is_ours = head.state == identity.id;
            is_ours.then_some(()).ok_or_else(|| Error::corrupt("it is another one"))
        };
        let told = |read| progress(Copying::Checked(read));
        let checked =
            check_snapshot(FileReader::new(Arc::clone(file)), belongs, &mut |_| Ok(()), told);
        let checked = checked.and_then(|(_, read)| {
            let is_all = read == *totals;
            is_all.then_some(()).ok_or_else(|| Error::corrupt("it has not as much as was written"))
        });
        checked.map_err(|error| {
            if error.kind() != ErrorKind::Corrupt {
                return error;
            }
            let message =
                format!("the copy in {} is not what was written: {error}", self.files.describe());
            Error::corrupt(message).with_source(error)
        })
    }
}

/// A new state that begins with the snapshot of this head, and what the head is then.
pub(super) fn new_state(name: &str, head: &Head, random: &dyn Random) -> Result<(Identity, Head)> {
    Identity::check_name(name)?;
    let identity = Identity::new(name, random);
    let journal = u128::from(identity.generation).to_be_bytes();
    let head = Head { state: identity.id, journal, covered: COVERED, ..head.clone() };
    Ok((identity, head))
}

#[cold]
fn failed(error: io::Error) -> Error {
    Error::unavailable("make the copy").with_source(error)
}
