//! How long the memory copies of stored values answer.

use forebay_store::{Error, Result};

/// In milliseconds; `u64::MAX` is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetimes {
    /// From being loaded or stored on.
    pub(crate) live: u64,
    /// By how many hundredths at most it is shortened.
    pub(crate) jitter: u8,
    /// From the last read on.
    pub(crate) idle: u64,
    /// How long before its end a hit asks the store again.
    pub(crate) ahead: u64,
    /// How long after its end a hit is still served.
    pub(crate) revalidate: u64,
    /// How long after its end it stands in for a load that fails.
    pub(crate) error: u64,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { live: u64::MAX, jitter: 0, idle: u64::MAX, ahead: 0, revalidate: 0, error: 0 }
    }
}

impl Lifetimes {
    /// More than half would be no time to live, but a lottery.
    const JITTER_MAX: u8 = 50;

    pub(super) fn check(&self) -> Result<()> {
        if self.live == 0 || self.idle == 0 {
            let message = "a time to live or to idle is zero; it must be at least a millisecond";
            return Err(Error::invalid(message));
        }
        if self.jitter > Self::JITTER_MAX {
            let message = format!(
                "time_to_live_jitter is {}; it must be at most {} hundredths",
                self.jitter,
                Self::JITTER_MAX
            );
            return Err(Error::invalid(message));
        }
        let shortest = self.live - self.live / 100 * u64::from(self.jitter);
        if self.ahead >= shortest {
            let message = format!(
                "refresh_ahead is {} ms; it must be less than a value lives, {shortest} ms",
                self.ahead
            );
            return Err(Error::invalid(message));
        }
        let needs_end = self.jitter > 0 || self.asks_again() || self.error > 0;
        if self.live == u64::MAX && needs_end {
            let message =
                "jitter, refreshing and staleness need a time_to_live, of which there is none";
            return Err(Error::invalid(message));
        }
        Ok(())
    }

    /// Whether a clean value ever stops answering by itself.
    pub(crate) fn is_any(&self) -> bool {
        self.live != u64::MAX || self.idle != u64::MAX
    }

    /// Whether a hit may ask the store.
    pub(crate) fn asks_again(&self) -> bool {
        self.ahead > 0 || self.revalidate > 0
    }

    /// Whether something has to be known of each entry beside its deadline.
    pub(crate) fn has_rows(&self) -> bool {
        self.idle != u64::MAX || self.asks_again() || self.error > 0
    }

    /// What that takes.
    pub(crate) fn row_bytes(&self) -> usize {
        if self.has_rows() { crate::table::ROW_BYTES } else { 0 }
    }
}
