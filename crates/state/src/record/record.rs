//! One record of a state's journal, read.

use forebay_store::{Error, Result};

use super::catalog::StoredCatalog;
use crate::revision::Revision;
use crate::value::leb;

/// Tells a record of a state from those of others who may write to the same journal.
pub(super) mod kind {
    pub(crate) const TRANSACTION: u8 = 16;
    pub(crate) const PART: u8 = 17;
    pub(crate) const END: u8 = 18;
    pub(crate) const CATALOG: u8 = 19;
    pub(crate) const LAYOUTS: u8 = 20;
    pub(crate) const AFTER: u8 = 21;
}

/// A record.
#[derive(Debug)]
pub(crate) enum Record<'a> {
    /// A whole transaction.
    Transaction { revision: Revision, body: &'a [u8] },
    /// Some bytes of the body of one that is too long for a frame, in order from index 0 on.
    Part { revision: Revision, index: u64, bytes: &'a [u8] },
    /// It is complete with so many parts, so many bytes, and this checksum of all of them.
    End { revision: Revision, parts: u64, length: u64, sum: u32 },
    /// An owner begins, or says again what it is: a new dictionary begins.
    Catalog(StoredCatalog),
    /// Entries of the dictionary for the records that follow.
    Layouts(&'a [u8]),
    /// The last transaction that came before it. It stands in shared journals, where the numbers of a
    /// state's records have gaps.
    After(Revision),
}

impl<'a> Record<'a> {
    /// Reads a record; `Corrupt` if it is none of a state.
    pub(crate) fn decode(record: &'a [u8]) -> Result<Self> {
        let Some((kind, mut rest)) = record.split_first() else {
            return Err(Error::corrupt("a record of a state is empty"));
        };
        let rest = &mut rest;
        match *kind {
            kind::TRANSACTION => {
                let revision = revision(rest)?;
                Ok(Self::Transaction { revision, body: rest })
            }
            kind::PART => {
                let (revision, index) = (revision(rest)?, number(rest)?);
                Ok(Self::Part { revision, index, bytes: rest })
            }
            kind::END => {
                let (revision, parts, length) = (revision(rest)?, number(rest)?, number(rest)?);
                let sum = <[u8; 4]>::try_from(*rest).map_err(|_| damaged())?;
                Ok(Self::End { revision, parts, length, sum: u32::from_le_bytes(sum) })
            }
            kind::CATALOG => StoredCatalog::read(rest).map(Self::Catalog),
            kind::LAYOUTS => Ok(Self::Layouts(rest)),
            kind::AFTER => {
                let last = revision(rest)?;
                if rest.is_empty() { Ok(Self::After(last)) } else { Err(damaged()) }
            }
            other => Err(Error::corrupt(format!("a record of the unknown kind {other}"))),
        }
    }
}

fn revision(rest: &mut &[u8]) -> Result<Revision> {
    number(rest).map(Revision)
}

fn number(rest: &mut &[u8]) -> Result<u64> {
    leb::read(rest).ok_or_else(damaged)
}

#[cold]
fn damaged() -> Error {
    Error::corrupt("a record of a state ends too early or is damaged")
}
