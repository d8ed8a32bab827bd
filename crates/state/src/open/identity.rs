//! The identity of a state on disk: the file `state`.
//!
//! `docs/format/state-records.md` describes its three blocks. The first says which state this is and
//! never changes; the other two are slots, of which the valid one with the higher counter holds.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};
use forebay_store::seam::Random;
use forebay_store::{Error, Result};

use super::block::{self, BLOCK};

/// The file's name.
pub(super) const NAME: &str = "state";

/// Where it is written before it gets that name.
const NEW: &str = "new-state";

/// The files that it may be in.
pub(crate) const IDENTITY_FILES: [&str; 2] = [NAME, NEW];

/// The longest name of a state in bytes.
const NAME_MAX: usize = 256;

const MAGIC: [u8; 8] = *b"FBSTATE1";
const SLOT_MAGIC: [u8; 8] = *b"FBSTSLOT";

/// Where the journal is, as a slot says it.
const NO_JOURNAL: u64 = 0;
const OWN_JOURNAL: u64 = 1;
const SHARED_JOURNAL: u64 = 2;

/// Which state this is, and which journal is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Tells it from every other state.
    pub(crate) id: [u8; 16],
    /// What the catalog calls it.
    pub(crate) name: String,
    /// The higher one counts.
    counter: u64,
    /// The journal that holds its records.
    pub(crate) generation: u64,
    /// That journal was made: it is an error if it is not there.
    pub(crate) has_journal: bool,
    /// It is not the state's own, but one that it shares.
    pub(crate) is_shared: bool,
}

impl Identity {
    /// Whether a state may be called like this.
    pub(crate) fn check_name(name: &str) -> Result<()> {
        if name.len() > NAME_MAX {
            let message = format!("the name of the state is longer than {NAME_MAX} bytes");
            return Err(Error::invalid(message));
        }
        Ok(())
    }

    /// That of a new state, with a name that was checked. Nothing is on disk yet.
    pub(crate) fn new(name: &str, random: &dyn Random) -> Self {
        let mut id = [0; 16];
        for half in id.chunks_exact_mut(8) {
            half.copy_from_slice(&random.next_u64().to_le_bytes());
        }
        Self {
            id,
            name: name.to_owned(),
            counter: 0,
            generation: 1,
            has_journal: false,
            is_shared: false,
        }
    }

    /// Whether it is not on disk yet.
    pub(crate) fn is_new(&self) -> bool {
        self.counter == 0
    }

    /// What its journal holds, for the journal's own identity: another state's journal is noticed.
    pub(crate) fn label(&self) -> String {
        format!("forebay state 1, {}, {:032x}", self.name, u128::from_be_bytes(self.id))
    }

    /// Reads it; `None` if there is none.
    pub(crate) fn read(files: &dyn Directory) -> Result<Option<Self>> {
        let file = match files.open(NAME, false) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("open", files, error)),
        };
        let mut blocks = [vec![0; BLOCK], vec![0; BLOCK], vec![0; BLOCK]];
        for (offset, block) in (0..).step_by(BLOCK).zip(&mut blocks) {
            let length = read_all(&*file, block, offset);
            block.truncate(length.map_err(|error| failed("read", files, error))?);
        }
        Self::decode(&blocks).map(Some).map_err(|what| {
            Error::corrupt(format!("the file `{NAME}` in {}: {what}", files.describe()))
        })
    }

    /// Puts it, durably, into the place of the one that may be there.
    pub(crate) fn write(&mut self, files: &dyn Directory) -> Result<()> {
        self.counter += 1;
        self.replace(files).map_err(|error| failed("write", files, error))
    }

    fn replace(&self, files: &dyn Directory) -> io::Result<()> {
        match files.remove(NEW) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => removed?,
        }
        let file = files.create(NEW)?;
        write_all(&*file, &self.encode())?;
        file.sync()?;
        files.rename(NEW, NAME)?;
        files.sync()
    }

    fn encode(&self) -> Vec<u8> {
        let mut first = block::begin(MAGIC);
        first[16..32].copy_from_slice(&self.id);
        block::put(&mut first, 32, self.name.len() as u64);
        first[40..40 + self.name.len()].copy_from_slice(self.name.as_bytes());
        let mut slot = block::begin(SLOT_MAGIC);
        block::put(&mut slot, 16, self.counter);
        block::put(&mut slot, 24, self.generation);
        let journal = match (self.has_journal, self.is_shared) {
            (false, _) => NO_JOURNAL,
            (true, false) => OWN_JOURNAL,
            (true, true) => SHARED_JOURNAL,
        };
        block::put(&mut slot, 32, journal);
        let slot = block::seal(slot);
        [block::seal(first), slot.clone(), slot].concat()
    }

    fn decode([first, slots @ ..]: &[Vec<u8>; 3]) -> Result<Self, String> {
        block::check(first, MAGIC).map_err(|what| format!("the first block: {what}"))?;
        let length = usize::try_from(block::number(first, 32)).unwrap_or(usize::MAX);
        let name = first.get(40..40 + length.min(NAME_MAX)).unwrap_or_default();
        let name = std::str::from_utf8(name).map_err(|_| "the name of the state is not text")?;
        let mut id = [0; 16];
        id.copy_from_slice(&first[16..32]);
        let right = slots.iter().filter(|slot| block::check(slot, SLOT_MAGIC).is_ok());
        let newest = right.max_by_key(|slot| block::number(slot, 16));
        let slot = newest.ok_or("neither slot is right")?;
        let journal = block::number(slot, 32);
        if journal > SHARED_JOURNAL {
            return Err("it keeps its journal where this program does not know".to_owned());
        }
        Ok(Self {
            id,
            name: name.to_owned(),
            counter: block::number(slot, 16),
            generation: block::number(slot, 24),
            has_journal: journal != NO_JOURNAL,
            is_shared: journal == SHARED_JOURNAL,
        })
    }
}

fn read_all(file: &dyn DiskFile, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut length = 0;
    while length < bytes.len() {
        match file.read_at(&mut bytes[length..], offset + length as u64)? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

fn write_all(file: &dyn DiskFile, mut bytes: &[u8]) -> io::Result<()> {
    let mut offset = 0;
    while !bytes.is_empty() {
        let taken = file.write_at(bytes, offset)?;
        if taken == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = bytes.get(taken..).unwrap_or_default();
        offset += taken as u64;
    }
    Ok(())
}

#[cold]
fn failed(what: &str, files: &dyn Directory, error: io::Error) -> Error {
    let message = format!("{what} the identity of the state in {}", files.describe());
    Error::unavailable(message).with_source(error)
}

/// Whether something is there that only a state with an identity can have.
pub(super) fn has_remains(journal: &Arc<dyn Directory>) -> Result<bool> {
    let names = journal.list().map_err(|error| {
        let message = format!("list the directory {}", journal.describe());
        Error::unavailable(message).with_source(error)
    })?;
    Ok(names.iter().any(|name| name == "journal"))
}
