//! Bytes that were taken from a ledger.

use std::fmt;
use std::sync::Arc;

use forebay_store::{ByteSize, Error, Result};

use super::ledger::Ledger;
use super::purpose::Purpose;

/// Bytes of a pool's memory that belong to the owner of this value. Dropping it gives them back, and callers that wait
/// for room get them at once. Values that are evicted for those callers are not dropped on this thread.
pub struct Room {
    ledger: Arc<Ledger>,
    bytes: u64,
    purpose: Purpose,
}

impl Room {
    pub(super) fn new(ledger: Arc<Ledger>, bytes: u64, purpose: Purpose) -> Self {
        Self { ledger, bytes, purpose }
    }

    /// How much it is.
    pub fn size(&self) -> ByteSize {
        ByteSize::bytes(self.bytes)
    }

    /// A part of it as a room of its own. `Invalid` if there is not so much in it, and nothing changes.
    pub fn split(&mut self, bytes: ByteSize) -> Result<Self> {
        let part = bytes.as_bytes();
        let rest = self.bytes.checked_sub(part);
        let why = || Error::invalid(format!("a room of {} has no {bytes}", self.size()));
        self.bytes = rest.ok_or_else(why)?;
        Ok(Self { ledger: Arc::clone(&self.ledger), bytes: part, purpose: self.purpose })
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(crate) fn turn_into(&mut self, purpose: Purpose) {
        self.ledger.turn(self.bytes, self.purpose, purpose);
        self.purpose = purpose;
    }

    /// Gives back what is more than `bytes`.
    pub(crate) fn shrink_to(&mut self, bytes: u64) {
        let more = self.bytes.saturating_sub(bytes);
        self.bytes -= more;
        self.ledger.give(more, self.purpose);
    }

    /// Takes another one of the same purpose in.
    pub(crate) fn join(&mut self, mut other: Self) {
        debug_assert!(Arc::ptr_eq(&self.ledger, &other.ledger), "rooms of two pools");
        other.turn_into(self.purpose);
        self.bytes += std::mem::take(&mut other.bytes);
    }

    #[inline]
    pub(crate) fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.ledger.give(self.bytes, self.purpose);
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room")
            .field("bytes", &self.bytes)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}
