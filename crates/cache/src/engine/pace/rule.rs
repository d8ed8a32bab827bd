//! The rule by which dirty entries go to the store while nobody waits for them and room is not scarce.

use std::time::Duration;

use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::{Capabilities, Moment};

use crate::settings::Settings;

#[derive(Debug)]
pub(crate) struct Pace {
    /// How long a write waits for company.
    delay: Duration,
    /// How long it may take at most until it is stored, if that was promised.
    pub(in crate::engine) promised: Option<Duration>,
    pub(in crate::engine) flights_max: usize,
    batch_max: AtomicUsize,
    /// The most that the store and the settings allow.
    batch_limit: usize,
    batch_bytes_max: u64,
    /// A store that is down is tried at least so often, however long the back-off of a write is by then.
    pub(in crate::engine) probe_delay_max: Duration,
}

impl Pace {
    /// With a delay below this, a write that counts as older by a tick of the clock, some milliseconds, would lose much
    /// of the time in which it waits for company.
    const SHORT: Duration = Duration::from_millis(50);

    /// Whether the last tick of the clock is not near enough to date a write.
    #[inline]
    pub(in crate::engine) fn is_exact(&self) -> bool {
        let is_short = self.delay < Self::SHORT && !self.delay.is_zero();
        is_short || self.promised.is_some()
    }

    pub(in crate::engine) fn new(
        capabilities: &Capabilities,
        settings: &Settings,
        promised: Option<Duration>,
    ) -> Self {
        let batch_limit = settings.batch_ops_max.min(capabilities.batch_ops_max).max(1);
        let probe_delay_max = match promised {
            // A store that is back in time is to be found in time.
            Some(promised) => (promised / 8).min(Duration::from_secs(1)),
            None => settings.retry_delay_min.max(Duration::from_secs(1)),
        };
        // A store that is left idle while something waits may be slower by the time it is asked.
        let longest = promised.map_or(Duration::MAX, |promised| promised / 4);
        Self {
            delay: settings.flush_delay.min(longest),
            promised,
            flights_max: settings.flushes_in_flight_max.min(capabilities.concurrency).max(1),
            batch_max: AtomicUsize::new(promised.map_or(batch_limit, |_| batch_limit.min(16))),
            batch_limit,
            batch_bytes_max: settings.batch_bytes_max.as_bytes(),
            probe_delay_max,
        }
    }

    /// Batches are to be no larger than this, as far as the store and the settings allow so many.
    pub(super) fn cap_batches(&self, writes: Option<usize>) {
        let batch = writes.map_or(self.batch_limit, |writes| writes.clamp(1, self.batch_limit));
        self.batch_max.store(batch, Ordering::Relaxed);
    }

    /// The most writes, and bytes of them, that go together because the store takes all of them or none.
    pub(in crate::engine) fn group_max(&self) -> (usize, u64) {
        (self.batch_limit, self.batch_bytes_max)
    }

    /// Whether a batch of so many writes, which weigh so much, is to take no more.
    pub(in crate::engine) fn is_full(&self, writes: usize, bytes: u64) -> bool {
        writes >= self.batch_max.load(Ordering::Relaxed) || bytes >= self.batch_bytes_max
    }

    /// When a write is due that was first dirtied at this moment.
    pub(in crate::engine) fn due(&self, dirtied_at: Moment) -> Moment {
        dirtied_at.after(self.delay)
    }

    /// From when on it goes along with one that is due.
    pub(in crate::engine) fn goes_along(&self, dirtied_at: Moment) -> Moment {
        dirtied_at.after(self.delay / 2)
    }

    /// Shards take turns among entries that are no further apart than this.
    pub(in crate::engine) fn slice(&self) -> Duration {
        self.promised.map_or(self.delay / 1024, |promised| promised / 64)
    }

    /// Until when a probe that was sent now is waited for. One that hangs is not to keep others from asking.
    pub(in crate::engine) fn patience(&self, now: Moment) -> Moment {
        match self.promised {
            Some(_) => now.after(self.probe_delay_max.max(Duration::from_secs(1))),
            None => Moment(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_waits_for_company_no_longer_than_a_quarter_of_what_was_promised() {
        let settings = Settings { flush_delay: Duration::from_secs(3600), ..Settings::default() };
        let due = |promised| {
            let pace = Pace::new(&Capabilities::default(), &settings, promised);
            pace.due(Moment(0))
        };
        let promised = Duration::from_secs(4);
        assert_eq!(due(Some(promised)), Moment(0).after(promised / 4));
        assert_eq!(due(None), Moment(0).after(settings.flush_delay));
    }
}
