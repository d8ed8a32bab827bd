//! How it stands with what was promised: that no write stays unstored for longer than a given time.

use std::time::Duration;

use forebay_store::Moment;

use super::meter::Meter;
use super::rule::Pace;
use crate::event::Event;

/// The promise of a cache, and what is known of the store that it depends on. It is a plain structure under the
/// flusher's lock.
#[derive(Debug)]
pub(crate) struct Promise {
    span: Duration,
    meter: Meter,
    standing: Standing,
    /// Looks in a row that say otherwise than the standing.
    contrary: u32,
    breaches: u64,
    late_max: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Kept,
    AtRisk,
    Broken,
}

/// What a look finds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) now: Moment,
    /// When the oldest write was dirtied that the promise is about.
    pub(crate) oldest: Option<Moment>,
    pub(crate) unstored: u64,
}

impl Promise {
    pub(in crate::engine) fn new(span: Duration) -> Self {
        Self {
            span,
            meter: Meter::default(),
            standing: Standing::Kept,
            contrary: 0,
            breaches: 0,
            late_max: Duration::ZERO,
        }
    }

    /// How often to look while anything is unstored, so that a breach is told in time.
    pub(in crate::engine) fn glance(span: Duration) -> Duration {
        (span / 8).clamp(Duration::from_millis(1), Duration::from_millis(500))
    }

    pub(in crate::engine) fn took_off(&mut self, now: Moment) {
        self.meter.took_off(now);
    }

    /// A batch that took off at `since` is back, with so many writes stored.
    pub(in crate::engine) fn landed(
        &mut self,
        now: Moment,
        since: Moment,
        stored: usize,
        pace: &Pace,
    ) {
        self.meter.landed(now, since, stored);
        pace.cap_batches(self.meter.batch_in(self.span / 4));
    }

    /// The store was away: what it could do before counts no more.
    pub(in crate::engine) fn forget_store(&mut self, pace: &Pace) {
        self.meter.forget();
        pace.cap_batches(self.meter.batch_in(self.span / 4));
    }

    /// The oldest write that the promise is about is of this age, or was when it was stored.
    pub(in crate::engine) fn aged(&mut self, age: Duration, unstored: u64) -> Option<Event> {
        let late = age.checked_sub(self.span).filter(|late| !late.is_zero())?;
        self.late_max = self.late_max.max(late);
        self.contrary = 0;
        if self.standing == Standing::Broken {
            return None;
        }
        self.standing = Standing::Broken;
        self.breaches += 1;
        Some(Event::PromiseBroken { age, unstored })
    }

    /// Looks at how it stands, and says what is to be told.
    pub(in crate::engine) fn look(&mut self, view: View) -> Option<Event> {
        let age = view.oldest.map_or(Duration::ZERO, |oldest| view.now.since(oldest));
        if age > self.span {
            return self.aged(age, view.unstored);
        }
        // The oldest goes next, the youngest last.
        let time = self.meter.longest().max(self.span / 8) + age;
        let time = time.max(self.meter.time_for(view.unstored));
        let is_tight = view.unstored > 0 && time > self.span;
        let told = self.standing != Standing::Kept;
        // Once may be chance: what lies about is often gone before the next look.
        self.contrary = if is_tight == told { 0 } else { self.contrary + 1 };
        if self.contrary < 2 {
            return None;
        }
        self.contrary = 0;
        if told {
            self.standing = Standing::Kept;
            return Some(Event::PromiseKept);
        }
        self.standing = Standing::AtRisk;
        Some(Event::PromiseAtRisk { age, unstored: view.unstored })
    }

    /// Whether the last that was told is that it is kept.
    pub(in crate::engine) fn is_kept(&self) -> bool {
        self.standing == Standing::Kept
    }

    pub(in crate::engine) fn breaches(&self) -> u64 {
        self.breaches
    }

    pub(in crate::engine) fn late_max(&self) -> Duration {
        self.late_max
    }

    pub(in crate::engine) fn span(&self) -> Duration {
        self.span
    }
}
