//! What a tool writes as an owner of a state that gives up values in quarantine, and knows no types.

use std::borrow::Borrow;

use forebay_journal::Frame;
use forebay_store::Result;

use super::body::BodyWriter;
use super::catalog::StoredCatalog;
use super::record::kind;
use crate::catalog::TableId;
use crate::quarantine::Place;
use crate::revision::Revision;
use crate::value::{Dictionary, leb};

/// The frame that an owner begins with who leaves the tables as they are.
pub(crate) fn same_catalog(catalog: &StoredCatalog) -> Result<Frame> {
    let mut bytes = vec![kind::CATALOG];
    catalog.write(&mut bytes);
    Frame::of(&bytes)
}

/// The frame of a transaction that takes these out of quarantine, which are in the order of their tables.
pub(crate) fn purge<P: Borrow<Place>>(revision: Revision, places: &[P]) -> Result<Frame> {
    let mut bytes = vec![kind::TRANSACTION];
    leb::write(revision.0, &mut bytes);
    let mut dictionary = Dictionary::new();
    let mut body = BodyWriter::new(&mut bytes, &mut dictionary);
    for keys in places.chunk_by(|one, other| one.borrow().0 == other.borrow().0) {
        let table = keys.first().map_or(0, |place| place.borrow().0);
        body.purge(TableId(table), keys.iter().map(|place| place.borrow().1.as_slice()));
    }
    Frame::of(&bytes)
}
