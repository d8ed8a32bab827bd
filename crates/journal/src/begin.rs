//! A journal that goes on with the numbers of another.

use std::io;

use forebay_store::seam::Random;
use forebay_store::{Error, Result};

use crate::disk::{Directory, DiskFile};
use crate::format::identity::{self, Identity, LABEL_MAX, Slot};
use crate::writer::draw;

/// Makes a journal without records in the empty directory `to`, durably and closed. Its first record
/// will have the number `first`, from 1 on.
///
/// # Errors
///
/// `Invalid` if `to` is not empty, or the label is too long; `Unavailable` if the disk does not answer.
/// What is in `to` then is of no use.
///
/// ```
/// use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_journal::{Frame, Journal, Settings, begin};
/// use forebay_store::seam::SystemRandom;
///
/// let disk = SimulatedDisk::new(1);
/// begin(&*disk.directory("a"), "example", 100, &SystemRandom::default())?;
/// let label = "example".to_owned();
/// let settings = Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, label, ..Settings::default() };
/// let (journal, _) = Journal::open(disk.directory("a"), settings, |_, _| Ok(()))?;
/// assert_eq!(journal.append(&Frame::of(b"hello")?)?, 100);
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub fn begin(to: &dyn Directory, label: &str, first: u64, random: &dyn Random) -> Result<()> {
    let names = to.list().map_err(|error| failed("list", to, error))?;
    if !names.is_empty() {
        return Err(Error::invalid(format!("{} is not empty", to.describe())));
    }
    if label.len() > LABEL_MAX || first == 0 {
        return Err(Error::invalid("a journal begins at 1, with a label of a bounded length"));
    }
    let identity = Identity { id: draw(random), label: label.to_owned(), second: None };
    write(to, &identity, first).map_err(|error| failed("write", to, error))
}

/// Writes the identity of a journal in which nothing is, and whose first record will be `first`.
pub(crate) fn write(to: &dyn Directory, identity: &Identity, first: u64) -> io::Result<()> {
    let older = Slot { first, durable: first - 1, ..Slot::first() };
    let slots = [older, Slot { counter: 1, ..older }];
    let blocks = [identity.encode(), slots[0].encode(), slots[1].encode()].concat();
    let file = to.create(identity::NAME)?;
    write_all(&*file, &blocks)?;
    file.sync()?;
    to.sync()
}

fn write_all(file: &dyn DiskFile, bytes: &[u8]) -> io::Result<()> {
    let mut done = 0;
    while done < bytes.len() {
        match file.write_at(&bytes[done..], done as u64)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => done += written,
        }
    }
    Ok(())
}

#[cold]
fn failed(what: &str, directory: &dyn Directory, error: io::Error) -> Error {
    Error::unavailable(format!("{what} {}", directory.describe())).with_source(error)
}
