//! What the file `journal` says.

use std::io;

use forebay_store::{Error, Result};

use super::damage::Damage;
use super::segment::fill;
use crate::disk::Directory;
use crate::format::identity::{self, Identity, Slot};
use crate::format::{BLOCK, BLOCK_BYTES, segment};

/// Reads the identity and the newest slot. `None` if there is no journal at all.
pub(crate) fn read_identity(directory: &dyn Directory) -> Result<Option<(Identity, Slot)>> {
    let failed = |error| unreadable(identity::NAME, error);
    let file = match directory.open(identity::NAME, false) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let names = directory.list().map_err(failed)?;
            if let Some(name) = names.iter().find(|name| segment::number(name).is_some()) {
                let what = "there are segments but no identity: has `journal` been removed?";
                return Err(Damage::new(name, 0, 0, what).into());
            }
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    let mut blocks = vec![0; 3 * BLOCK_BYTES];
    let read = fill(&*file, &mut blocks, 0).map_err(failed)?;
    blocks.truncate(read);
    let block = |n: usize| blocks.get(n * BLOCK_BYTES..(n + 1) * BLOCK_BYTES).unwrap_or_default();
    let identity = Identity::decode(block(0));
    let identity = identity.map_err(|what| Damage::new(identity::NAME, 0, 0, what))?;
    let slots = [Slot::decode(block(1)), Slot::decode(block(2))];
    let newest = slots.into_iter().flatten().max_by_key(|slot| slot.counter);
    let Some(newest) = newest else {
        return Err(Damage::new(identity::NAME, BLOCK, 0, "neither slot is right").into());
    };
    Ok(Some((identity, newest)))
}

#[cold]
pub(super) fn unreadable(name: &str, error: io::Error) -> Error {
    Error::unavailable(format!("read {name} of the journal")).with_source(error)
}
