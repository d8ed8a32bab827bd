//! One attempt to evict, for somebody who does not wait.

use std::time::Duration;

use forebay_store::Moment;

use super::presser::Presser;
use crate::order::Next;

impl Presser {
    /// So many are looked at in it.
    const ATTEMPT: usize = 65_536;
    /// Two rounds name everybody. Who presses beside this one may have taken a name, and not let go of it yet:
    /// in the third he has, or it is named again.
    const ATTEMPT_ROUNDS: usize = 3;
    /// Who comes again when he was told to is tried again.
    const ATTEMPTS_REST_MAX: Duration = Duration::from_millis(100);

    /// Evicts what is saved for as long as `is_wanted`, whoever presses: he may have looked at it before it could
    /// leave, or work for another one, and will come to it when this one has given up. No write is begun here.
    pub(super) fn evict_beside(&self, is_wanted: &dyn Fn() -> bool) {
        let Some(inner) = self.inner() else { return };
        let begun = inner.seams.clock.now();
        if begun < self.desk.lock().attempts_rest_until {
            return;
        }
        let most = (Self::ATTEMPT_ROUNDS * inner.queue.len()).min(Self::ATTEMPT);
        let mut looks = 0;
        while looks < most && is_wanted() {
            match inner.queue.next() {
                Next::One(slot) => {
                    slot.try_evict();
                    looks += 1;
                }
                Next::More => looks += Self::PASSED,
                Next::Nothing => break,
            }
        }
        if looks > Self::FEW && is_wanted() {
            self.rest_from_attempts(looks, begun, inner.seams.clock.now());
        }
    }

    /// An attempt that has taken so many looks was in vain. Those who come next would look at the same.
    fn rest_from_attempts(&self, looks: usize, begun: Moment, now: Moment) {
        let rest = now.since(begun).saturating_mul(Self::REST);
        let rest = rest.min(Self::rest_of(looks)).min(Self::ATTEMPTS_REST_MAX);
        self.desk.lock().attempts_rest_until = now.after(rest);
    }
}
