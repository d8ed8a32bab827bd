//! When a presser looks again.

use std::time::Duration;

use forebay_store::Moment;

use super::desk::Desk;
use super::presser::Presser;
use crate::inner::Inner;

impl Presser {
    /// The first look-again after progress; doubled by each in vain, ...
    const SOON: Duration = Duration::from_millis(1);
    /// ... up to this.
    const LATE: Duration = Duration::from_millis(32);
    /// A look at everybody in vain is followed by so many times its length without one, ...
    pub(super) const REST: u32 = 10;
    /// ... as far as it was its own work, so long for each: a thread that is held up takes nobody's time, ...
    const LOOK: Duration = Duration::from_micros(1);
    /// ... and by no more than this: who waits is to hear of a guard that was dropped before he gives up.
    pub(super) const REST_MAX: Duration = Duration::from_secs(1);

    /// So many were named in vain, and nobody is left.
    pub(super) fn rest(&self, named: usize, now: Moment) {
        let mut desk = self.desk.lock();
        let took = now.since(desk.in_vain_since).saturating_mul(Self::REST);
        desk.rests_until = now.after(took.min(Self::rest_of(named)));
    }

    /// How long the work of so many looks is to be followed by none.
    pub(super) fn rest_of(looks: usize) -> Duration {
        let work = Self::LOOK * u32::try_from(looks).unwrap_or(u32::MAX);
        work.saturating_mul(Self::REST).min(Self::REST_MAX)
    }

    /// Presses again in a while if somebody waits for room, or when the medium may be tried again. A look that
    /// `is_owed`, as it was asked for and did not come to its end, is made up for although nobody waits.
    pub(super) fn look_again(&self, is_owed: bool) {
        let Some(inner) = self.inner() else { return };
        let now = inner.seams.clock.now();
        let is_waited_for = inner.ledger.is_waited_for() || (is_owed && inner.ledger.wanted());
        let (again, probe) = {
            let mut desk = self.desk.lock();
            if !is_waited_for {
                desk.pause = Duration::ZERO;
            }
            let again = is_waited_for.then(|| {
                desk.pause = (desk.pause * 2).clamp(Self::SOON, Self::LATE);
                now.after(desk.pause).max(desk.rests_until)
            });
            (again, desk.trouble.as_ref().map(|trouble| trouble.not_before))
        };
        let books = inner.ledger.standing();
        if let Some(due) = probe.filter(|due| *due > now && books.used() > books.low) {
            self.arm(&inner, now, due, |desk| &mut desk.probe);
        }
        if let Some(due) = again {
            self.arm(&inner, now, due, |desk| &mut desk.again);
        }
    }

    /// Kicks not before `due`.
    pub(super) fn kick_at(&self, inner: &Inner, now: Moment, due: Moment) {
        self.arm(inner, now, due, |desk| &mut desk.again);
    }

    /// Has a timer kick, unless the one of its kind does so before. Timers cannot be cancelled, so it is
    /// remembered which there are.
    fn arm(&self, inner: &Inner, now: Moment, due: Moment, which: Which) {
        {
            let mut desk = self.desk.lock();
            let armed = which(&mut desk);
            if armed.is_some_and(|armed| armed <= due) {
                return;
            }
            *armed = Some(due);
        }
        let presser = self.me.clone();
        let ring = move || {
            if let Some(presser) = presser.upgrade() {
                presser.ring(which);
            }
        };
        inner.seams.clock.after(due.since(now), Box::new(ring));
    }

    fn ring(&self, which: Which) {
        let Some(inner) = self.inner() else { return };
        let now = inner.seams.clock.now();
        {
            let mut desk = self.desk.lock();
            let armed = which(&mut desk);
            *armed = armed.filter(|armed| *armed > now);
        }
        self.send(&inner);
    }
}

/// One of the two timers of a desk.
type Which = fn(&mut Desk) -> &mut Option<Moment>;
