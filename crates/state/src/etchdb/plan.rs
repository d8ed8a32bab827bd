//! What an import was told to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use forebay_store::{Durability, Error, Result};
use serde::de::DeserializeOwned;

use super::route::{Change, Route};
use crate::tables::Tables;

/// Where everything goes.
pub(super) struct Plan<T: Tables> {
    pub(super) routes: BTreeMap<u8, Box<dyn Route<T>>>,
    /// Collections that are not wanted.
    pub(super) left: BTreeSet<u8>,
    /// How a snapshot of etchdb 0.3 is read.
    old: Option<Box<OldSnapshot<T>>>,
    /// How safe each transaction has to be; as the state says if nothing is said.
    pub(super) rung: Option<Durability>,
    /// Whether what is good is taken although something is not.
    pub(super) keeps_what_is_good: bool,
}

/// Reads a snapshot that is one struct, or says why it is none.
type OldSnapshot<T> = dyn Fn(&[u8]) -> Result<Change<'static, T>, String>;

impl<T: Tables> Plan<T> {
    pub(super) fn new() -> Self {
        let (routes, left) = (BTreeMap::new(), BTreeSet::new());
        Self { routes, left, old: None, rung: None, keeps_what_is_good: false }
    }

    /// Sets how a snapshot of etchdb 0.3 is read.
    pub(super) fn set_old_snapshot<S: DeserializeOwned + 'static>(
        &mut self,
        fill: impl Fn(&mut T::Tx<'_>, S) -> Result<()> + 'static,
    ) {
        let fill = Arc::new(fill);
        self.old = Some(Box::new(move |bytes| match postcard::take_from_bytes::<S>(bytes) {
            Ok((old, [])) => {
                let fill = Arc::clone(&fill);
                Ok(Box::new(move |tx| fill(tx, old)))
            }
            Ok((_, rest)) => Err(format!("{} bytes behind the struct", rest.len())),
            Err(error) => Err(format!("it is not the struct: {error}")),
        }));
    }

    /// Reads a snapshot of etchdb 0.3; or says why it is none.
    pub(super) fn old_snapshot(&self, bytes: &[u8]) -> Result<Result<Change<'static, T>, String>> {
        match &self.old {
            Some(read) => Ok(read(bytes)),
            None => Err(Error::unsupported(
                "snapshot.postcard is one struct, as etchdb 0.3 writes it: give that struct with \
                 `old_snapshot`, or open the directory once with etchdb 0.6 and let it compact",
            )),
        }
    }
}
