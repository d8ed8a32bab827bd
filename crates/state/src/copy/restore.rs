//! From a checkpoint to a state.

use std::io::{self, Read, Write};

use forebay_store::seam::SystemRandom;
use forebay_store::{Error, Result};

use super::report::{CopyReport, Copying, Progress};
use super::site::{Site, new_state};
use crate::open::{Home, Identity, no_state};
use crate::record::StoredCatalog;
use crate::snapshot::{Compression, FileReader, FileWriter, Reader, Totals, Writer, newest};

/// Makes a state of a checkpoint in a directory, as [`restore_from`] does of one in a stream.
///
/// A checkpoint need not be restored to be opened: it is a state. But opening it writes to it.
///
/// # Errors
///
/// As [`restore_from`]; `Invalid` also if there is no checkpoint, or a state that was opened since.
pub fn restore(
    from: impl Into<Home>,
    to: impl Into<Home>,
    progress: impl FnMut(Copying) -> Result<()>,
) -> Result<CopyReport> {
    let from = from.into();
    let files = from.existing_files()?;
    let identity = Identity::read(&*files)?.ok_or_else(|| no_state(&from))?;
    let newest = newest(&*files, (identity.id, identity.generation))?;
    let Some(newest) = newest.filter(|newest| !identity.has_journal && newest.covered == 0) else {
        return Err(Error::invalid(format!(
            "the state in {from} is no checkpoint, or was opened since: what it was told then is in \
             its journal. Make a checkpoint of it"
        )));
    };
    let file = files.open(&newest.name, false).map_err(|error| {
        Error::unavailable(format!("open the checkpoint in {from}")).with_source(error)
    })?;
    let mut reader = Reader::open(Through::new(FileReader::new(file)))?;
    newest.check(reader.head())?;
    fill(&to.into(), &mut reader, progress)
}

/// Makes a state of a checkpoint that [`State::checkpoint_to`](crate::State::checkpoint_to) has written. Its
/// types are not needed, and of one checkpoint many states can be made: each is a state of its own.
///
/// Every byte is checked as it is read, and what was written is read again; then only is the directory that of
/// a state, durably. A restore that is cut off leaves a directory that no state is opened in: empty it, and
/// begin again.
///
/// # Errors
///
/// `Invalid` if something is in the directory; `Corrupt` if the checkpoint is damaged or cut off;
/// `Unsupported` if it was written in another version or with a compression that this program does not have;
/// `Unavailable` if `input` or the disk fails; what `progress` says. Nothing is there then.
pub fn restore_from(
    input: impl Read,
    to: impl Into<Home>,
    progress: impl FnMut(Copying) -> Result<()>,
) -> Result<CopyReport> {
    fill(&to.into(), &mut Reader::open(Through::new(input))?, progress)
}

/// Makes a state in `home` of what is left to read.
fn fill<R: Read>(
    home: &Home,
    reader: &mut Reader<Through<R>>,
    mut progress: impl FnMut(Copying) -> Result<()>,
) -> Result<CopyReport> {
    let catalog = StoredCatalog::read(&reader.head().catalog)?;
    let (identity, head) = new_state(&catalog.name, reader.head(), &SystemRandom::default())?;
    let id = identity.id;
    let write = |file, progress: &mut Progress<'_>| {
        // It has the length of the one that it takes the place of, so all blocks stay where they are.
        let writer = Writer::new(file, &head, Compression::None)?;
        reader.source_mut().out = Some(writer.into_inner());
        let totals = pass_on(reader, progress).map_err(|error| {
            reader
                .source_mut()
                .failed
                .take()
                .map_or(error, |error| Error::unavailable("write the copy").with_source(error))
        })?;
        let file = reader.source_mut().out.take();
        file.map(|file| (file, totals)).ok_or_else(|| Error::invalid("nothing was written"))
    };
    home.check_vacant()?;
    let site = Site::take(home)?;
    // Somebody may have been here before us.
    home.check_vacant()?;
    let filled = site.fill(identity, write, &mut progress);
    let totals = filled.inspect_err(|_| site.give_up())?;
    Ok(CopyReport { revision: head.revision, totals, id })
}

/// Reads everything, which writes it; says how much it was.
fn pass_on<R: Read>(reader: &mut Reader<R>, progress: &mut Progress<'_>) -> Result<Totals> {
    while reader.next()?.is_some() {
        progress(Copying::Written(reader.read()))?;
    }
    Ok(reader.totals().cloned().unwrap_or_default())
}

/// Writes what is read, once there is something to write to.
struct Through<R> {
    input: R,
    out: Option<FileWriter>,
    failed: Option<io::Error>,
}

impl<R> Through<R> {
    fn new(input: R) -> Self {
        Self { input, out: None, failed: None }
    }
}

impl<R: Read> Read for Through<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(bytes)?;
        if let Some(out) = &mut self.out
            && let Err(error) = out.write_all(&bytes[..count])
        {
            self.failed = Some(error);
            return Err(io::ErrorKind::Other.into());
        }
        Ok(count)
    }
}
