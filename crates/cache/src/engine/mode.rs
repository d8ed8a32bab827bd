//! How the cache stands to its store: whether that is taken to be down, and when it is tried again.

use std::time::Duration;

use forebay_store::Moment;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mode {
    /// First attempts that failed as a whole since one succeeded.
    failures: u32,
    /// While the store is down, nothing is sent before then.
    retry_at: Moment,
}

impl Mode {
    /// After so many failed first attempts in a row the store is taken to be down.
    const FAILURES_MAX: u32 = 3;
    /// One that is down is tried at least so often, however long the back-off of a write is by then.
    const PROBE_DELAY_MAX: Duration = Duration::from_secs(1);

    pub(super) fn is_down(self) -> bool {
        self.failures >= Self::FAILURES_MAX
    }

    /// When a store that is down may be tried again.
    pub(super) fn next_probe(self) -> Option<Moment> {
        self.is_down().then_some(self.retry_at)
    }

    /// While the store is down one probe at a time is enough.
    pub(super) fn is_held_back(self, in_flight: usize, now: Moment) -> bool {
        self.next_probe().is_some_and(|probe| in_flight > 0 || now < probe)
    }

    /// The store has answered. Says whether it was taken to be down.
    pub(super) fn answered(&mut self) -> bool {
        let was_down = self.is_down();
        self.failures = 0;
        was_down
    }

    /// An attempt that says something about the store has failed, as so many before it in a row: `back_off`
    /// says of their number how long to wait.
    pub(super) fn failed(&mut self, now: Moment, back_off: impl FnOnce(u32) -> Duration) {
        self.failures = self.failures.saturating_add(1);
        self.retry_at = now.after(back_off(self.failures).min(Self::PROBE_DELAY_MAX));
    }

    /// A probe goes before its time. Whatever becomes of it, even if it never gets to the store, another such
    /// one waits.
    pub(super) fn probed(&mut self, now: Moment) {
        self.retry_at = now.after(Self::PROBE_DELAY_MAX);
    }

    /// Whatever was, the store is tried now.
    pub(super) fn forget(&mut self, now: Moment) {
        *self = Self { failures: 0, retry_at: now };
    }
}
