//! The settings of how much may be unstored, and what happens at that.

use std::time::Duration;

use forebay_store::{ByteSize, Error, Result};

use super::numbers::Settings;

/// What happens to a writer for which there is no room among the unstored writes.
///
/// At the bound there is no room for any writer. Beyond half of it there is none for an
/// [account](crate::Cache::account) that has lately taken more than twice as much as the others on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenFull {
    /// The writer waits in the line of its account; the accounts have their turns one after the other. Its write is not
    /// accepted meanwhile: a put that is dropped while it waits never was.
    Wait {
        /// After this time the writer is refused. Default half a minute; `Duration::MAX` is for ever.
        at_most: Duration,
    },
    /// The writer is refused with `Busy`, which says when there should be room.
    Refuse,
}

impl Default for WhenFull {
    fn default() -> Self {
        Self::Wait { at_most: Duration::from_secs(30) }
    }
}

/// What becomes of later writes of a key whose write is in quarantine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenRefused {
    /// Later writes take its place, and go to the store.
    #[default]
    Supersede,
    /// Later writes wait behind it, in quarantine, until an operator looks after it. Nothing of the key reaches the
    /// store meanwhile.
    ///
    /// What is written behind is accepted, and is what is read. Memory and journal hold one value a key, the newest one.
    /// Of the refused write the cause, the attempts and the times are kept; its value goes with the first later write.
    /// A retry or a drop lets the newest write go to the store; an edit puts another value in its place.
    ///
    /// A later write needs room in quarantine for what it weighs more than the one before, and never waits for that:
    /// without the room it is `Unavailable`. A write that cannot wait there is `Unavailable`, too: one that goes through,
    /// around memory or uncoalesced. A group or transaction with such a write fails as a whole. At `Stored` the answer
    /// is at once an error with a [`NotStored`](crate::NotStored) among its causes.
    ///
    /// A refused write for which there is no room in quarantine is overwritten like any other unstored write. A cache
    /// that is opened with `Supersede` keeps what waits, until it is written again.
    Queue,
}

/// What eviction cannot free leaves a 128th of the capacity to what it can.
fn pinned_max(capacity: u64) -> u64 {
    capacity - capacity / 128
}

impl Settings {
    /// The bound on unstored bytes for a cache of this capacity.
    pub(super) fn check_pressure(&self, capacity: u64) -> Result<u64> {
        Self::at_least_one(&[
            ("dirty_entries_max", self.dirty_entries_max),
            ("waiting_writers_max", self.waiting_writers_max),
        ])?;
        let most = pinned_max(capacity);
        match self.dirty_bytes_max {
            None => Ok(capacity / 2),
            Some(max) if max.as_bytes() > most || max.as_bytes() == 0 => {
                Err(Error::invalid(format!(
                    "settings.dirty_bytes_max is {max}; it must be above zero and at most {}, so that a 128th \
                     of the capacity is left",
                    ByteSize::bytes(most)
                )))
            }
            Some(max) => Ok(max.as_bytes()),
        }
    }

    /// The bound on bytes in quarantine, which eviction cannot free any more than what is unstored.
    pub(crate) fn check_quarantine(&self, capacity: u64, dirty_bytes_max: u64) -> Result<u64> {
        let most = pinned_max(capacity).saturating_sub(dirty_bytes_max);
        match self.quarantine_bytes_max {
            None => Ok((dirty_bytes_max / 2).min(most)),
            Some(max) if max.as_bytes() > most => Err(Error::invalid(format!(
                "settings.quarantine_bytes_max is {max}; with {dirty_bytes_max} bytes of unstored writes it \
                 must be at most {}, so that a 128th of the capacity is left",
                ByteSize::bytes(most)
            ))),
            Some(max) => Ok(max.as_bytes()),
        }
    }
}
