//! What the file `journal` says, in one directory or in two.

use std::io;

use forebay_store::{Error, Result};

use super::damage::Damage;
use super::segment::fill;
use crate::disk::{Directories, Directory};
use crate::format::identity::{self, Identity, Slot};
use crate::format::{BLOCK, BLOCK_BYTES, segment};

/// Who a journal is, and what is known about its segments.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) identity: Identity,
    /// The newest of both directories.
    pub(crate) slot: Slot,
    /// The own id of the second directory, if that was bound to this journal before.
    pub(crate) second: Option<[u8; 16]>,
}

/// Reads the identity and the newest slot. `None` if there is no journal at all. An error if the
/// second directory is not the one that the journal needs.
pub(crate) fn read_identity(directories: &Directories) -> Result<Option<Known>> {
    let first = read_one(&**directories.first())?;
    let second = match directories.second() {
        Some(second) => read_one(&**second)?,
        None => None,
    };
    let Some((identity, slot)) = first else {
        return match (directories.second(), second) {
            (Some(directory), Some(_)) => {
                Err(foreign(&**directory, "belongs to a journal that is not in the first"))
            }
            _ => Ok(None),
        };
    };
    if identity.second.is_some() {
        let place = directories.first().describe();
        let message =
            format!("{place} is the second directory of a journal: open it with the first");
        return Err(Error::invalid(message));
    }
    let mut known = Known { identity, slot, second: None };
    if let (Some(directory), Some((other, newest))) = (directories.second(), second) {
        if other.id != known.identity.id {
            return Err(foreign(&**directory, "belongs to another journal"));
        }
        if other.second.is_none() {
            return Err(foreign(&**directory, "is a first one, or a copy of it"));
        }
        known.second = other.second;
        if newest.counter > slot.counter {
            known.slot = newest;
        }
    }
    match (directories.second(), slot.second.or(known.slot.second)) {
        (None, Some(_)) => Err(Error::invalid(format!(
            "the journal in {} goes on in a second directory, and is not whole without it",
            directories.first().describe()
        ))),
        (Some(directory), bound) if bound.is_some() && bound != known.second => {
            Err(foreign(&**directory, "is not the one in which the journal goes on"))
        }
        _ => Ok(Some(known)),
    }
}

/// Reads the identity and the newest slot of one directory. `None` if nothing of a journal is there.
fn read_one(directory: &dyn Directory) -> Result<Option<(Identity, Slot)>> {
    let failed = |error| unreadable(identity::NAME, error);
    let file = match directory.open(identity::NAME, false) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let names = directory.list().map_err(failed)?;
            if let Some(name) = names.iter().filter(|name| segment::number(name).is_some()).min() {
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
fn foreign(second: &dyn Directory, what: &str) -> Error {
    Error::invalid(format!("the second directory, {}, {what}", second.describe()))
}

#[cold]
pub(super) fn unreadable(name: &str, error: io::Error) -> Error {
    Error::unavailable(format!("read {name} of the journal")).with_source(error)
}
