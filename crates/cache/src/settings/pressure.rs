//! The settings of how much may be unstored, and what happens at that.

use std::time::Duration;

use forebay_store::{ByteSize, Error, Result};

use super::numbers::Settings;

/// What a writer meets who finds no room for an unstored write.
///
/// There is none for anybody at the bound. Beyond half of it there is none for an [account](crate::Cache::account) that
/// has taken more than twice as much lately as the others on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenFull {
    /// He waits in the line of his account; the accounts have their turns one after the other. Nothing is accepted
    /// meanwhile: a put that is dropped while it waits never was.
    Wait {
        /// After so long he is refused after all. Half a minute, if nothing is said; `Duration::MAX` is for ever.
        at_most: Duration,
    },
    /// He is refused with `Busy`, which says when there should be room.
    Refuse,
}

impl Default for WhenFull {
    fn default() -> Self {
        Self::Wait { at_most: Duration::from_secs(30) }
    }
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
