//! The three blocks of an identity, each by itself.

use std::io;

use forebay_store::{Error, Result};

use crate::disk::Directory;
use crate::format::BLOCK_BYTES;
use crate::format::identity::{self, Identity, Slot};
use crate::recovery::fill;

/// What the file with the identity says; where a block is wrong, what is wrong with it.
#[derive(Debug)]
pub(crate) struct Blocks {
    pub(crate) identity: Result<Identity, &'static str>,
    pub(crate) slots: [Result<Slot, &'static str>; 2],
}

impl Blocks {
    /// Reads them. `None` if there is no such file.
    pub(crate) fn read(directory: &dyn Directory) -> Result<Option<Self>> {
        let failed = |error| Error::unavailable("read the journal's identity").with_source(error);
        let file = match directory.open(identity::NAME, false) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut bytes = vec![0; 3 * BLOCK_BYTES];
        let read = fill(&*file, &mut bytes, 0).map_err(failed)?;
        bytes.truncate(read);
        let block = |number: usize| {
            let from = number * BLOCK_BYTES;
            bytes.get(from..from + BLOCK_BYTES).unwrap_or_default()
        };
        let slots = [Slot::decode(block(1)), Slot::decode(block(2))];
        Ok(Some(Self { identity: Identity::decode(block(0)), slots }))
    }
}
