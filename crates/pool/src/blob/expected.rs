//! What a blob has to be.

use forebay_store::{Error, Result};

use super::fingerprint::fingerprint;
use super::head::Head;
use crate::key::Key;
use crate::object::Object;

/// What a blob has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    pub(crate) id: Option<Key>,
    pub(crate) fingerprint: u64,
    pub(crate) codec: u16,
    pub(crate) type_name: &'static str,
    /// Its payload has numbers in this machine's order, and that order is big-endian.
    pub(crate) is_big_endian: bool,
}

/// What a blob of a `T` has to be.
pub(crate) fn expected<T: Object>(id: Option<Key>) -> Expected {
    let (codec, type_name) = (T::CODEC, T::NAME);
    let layout = codec.layout();
    let fingerprint = fingerprint(type_name, codec.name(), layout);
    // A byte alone has no order.
    let is_big_endian = cfg!(target_endian = "big") && layout.0 > 1;
    Expected { id, fingerprint, codec: codec.id(), type_name, is_big_endian }
}

impl Expected {
    /// This is its head: `Corrupt` if it is another blob's, `Invalid` if it is of another type.
    pub(crate) fn check(&self, head: &Head) -> Result<()> {
        let found = head.id;
        match self.id {
            Some(id) if id != found => {
                let message = format!("where blob {id} was written there is blob {found}");
                return Err(Error::corrupt(message));
            }
            _ => {}
        }
        if (head.codec, head.fingerprint) != (self.codec, self.fingerprint) {
            return Err(Error::invalid(format!(
                "blob {found} is of another type or codec, not a `{}`: it has codec {} and \
                 fingerprint {:016x}, not {} and {:016x}",
                self.type_name, head.codec, head.fingerprint, self.codec, self.fingerprint
            )));
        }
        if head.is_big_endian != self.is_big_endian {
            let message = format!("blob {found} has numbers in the byte order of another machine");
            return Err(Error::invalid(message));
        }
        Ok(())
    }
}
