//! How the flusher stands to the store: whether that is taken to be down, and when it is tried again.

use std::time::Duration;

use forebay_store::Moment;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Breaker {
    /// First attempts that failed as a whole since one succeeded.
    failures: u32,
    /// It was taken to be down when somebody wanted everything tried, and has not answered since.
    was_down: bool,
    /// It has taken nothing since something failed.
    is_unheard: bool,
    /// The flight that asks whether a store that is down is back, and until when it is waited for.
    probe: Option<(u64, Moment)>,
    /// While the store is down, nothing is sent before then.
    retry_at: Moment,
}

impl Breaker {
    /// After so many failed first attempts in a row the store is taken to be down.
    const FAILURES_MAX: u32 = 3;

    pub(in crate::engine) fn is_down(self) -> bool {
        self.failures >= Self::FAILURES_MAX
    }

    /// Whether the store is down, or was when it was last heard of.
    pub(in crate::engine) fn is_doubtful(self) -> bool {
        self.was_down || self.is_down()
    }

    /// Whether the store has taken nothing since something failed.
    pub(in crate::engine) fn is_unheard(self) -> bool {
        self.is_unheard
    }

    /// When a store that is down may be tried again.
    pub(in crate::engine) fn next_probe(self) -> Option<Moment> {
        self.is_down().then_some(self.retry_at)
    }

    /// Until when the probe is waited for, if there is one.
    pub(in crate::engine) fn probing_until(self) -> Moment {
        self.probe.map_or(Moment::default(), |(_, until)| until)
    }

    /// While the store is down one probe at a time is enough. What was sent before may hang.
    pub(in crate::engine) fn is_held_back(self, now: Moment) -> bool {
        self.next_probe().is_some_and(|probe| now < probe.max(self.probing_until()))
    }

    /// A flight goes to the store: if that is down, as a probe.
    pub(in crate::engine) fn sent(&mut self, flight: u64, until: Moment) {
        if self.is_down() {
            self.probe = Some((flight, until));
        }
    }

    /// A flight has come back, whatever it has to tell.
    pub(in crate::engine) fn returned(&mut self, flight: u64) {
        self.probe.take_if(|probe| probe.0 == flight);
    }

    /// The store has answered. Says whether that was in doubt.
    pub(in crate::engine) fn answered(&mut self) -> bool {
        std::mem::take(self).is_doubtful()
    }

    /// An attempt that says something about the store has failed, as so many before it in a row: `back_off`
    /// says of their number how long to wait.
    pub(in crate::engine) fn failed(
        &mut self,
        now: Moment,
        back_off: impl FnOnce(u32) -> Duration,
    ) {
        self.failures = self.failures.saturating_add(1);
        self.is_unheard = true;
        self.retry_at = now.after(back_off(self.failures));
    }

    /// A probe goes before its time. Whatever becomes of it, even if it never gets to the store, another such
    /// one waits until then.
    pub(in crate::engine) fn probed(&mut self, retry_at: Moment) {
        self.retry_at = retry_at;
    }

    /// Whatever was, the store is tried now. If it was down, one failure more says that it still is.
    pub(in crate::engine) fn forget(&mut self) {
        let was_down = self.is_doubtful();
        let failures = if was_down { Self::FAILURES_MAX - 1 } else { 0 };
        *self = Self { failures, was_down, is_unheard: self.is_unheard, ..Self::default() };
    }
}
