//! When what is dirty is to be stored, and how much of it at once.

use std::time::Duration;

use forebay_store::{Capabilities, Moment};

use crate::settings::Settings;

/// The pace at which dirty entries go to the store while nobody waits for them and room is not scarce.
#[derive(Debug)]
pub(crate) struct Pace {
    /// How long a write waits for company.
    delay: Duration,
    pub(super) flights_max: usize,
    batch_max: usize,
    batch_bytes_max: u64,
    /// A store that is down is tried at least so often, however long the back-off of a write is by then.
    pub(super) probe_delay_max: Duration,
}

impl Pace {
    pub(super) fn new(capabilities: &Capabilities, settings: &Settings) -> Self {
        Self {
            delay: settings.flush_delay,
            flights_max: settings.flushes_in_flight_max.min(capabilities.concurrency).max(1),
            batch_max: settings.batch_ops_max.min(capabilities.batch_ops_max).max(1),
            batch_bytes_max: settings.batch_bytes_max.as_bytes(),
            probe_delay_max: settings.retry_delay_min.max(Duration::from_secs(1)),
        }
    }

    /// Whether a batch of so many writes, which weigh so much, is to take no more.
    pub(super) fn is_full(&self, writes: usize, bytes: u64) -> bool {
        writes >= self.batch_max || bytes >= self.batch_bytes_max
    }

    /// When a write is due that was first dirtied at this moment.
    pub(super) fn due(&self, dirtied_at: Moment) -> Moment {
        dirtied_at.after(self.delay)
    }
}
