//! How long a write waits for its turn while the store takes it: one key's failures are no other
//! key's delay (G8).

use std::time::Duration;

use forebay_store::Moment;
use forebay_store::seam::Clock;

use crate::scenario::Sickness;
use crate::session::Session;
use crate::trace::Broken;
use crate::value::Name;

pub(crate) struct Pace {
    /// Since when each key has waited for its next version to land.
    since: Vec<Waiting>,
    most: Duration,
    /// The key whose writes fail, if there is one.
    sick: Option<Name>,
}

#[derive(Clone, Copy, Default)]
struct Waiting {
    is_dirty: bool,
    landed: u64,
    since: Moment,
}

impl Pace {
    /// A key that the store takes is stored after its delay and a few calls: one that was under way
    /// when its turn came, its own, and those that are shared with the sick key.
    const CALLS: u32 = 4;

    pub(crate) fn new(session: &Session) -> Option<Self> {
        let scenario = &session.scenario;
        if !scenario.is_paced {
            return None;
        }
        let keys = scenario.keys;
        // The writes of a batch may land one by one.
        let call = session.store.inner().latency * (2 + u32::from(keys) / 2);
        let calls = Self::CALLS + u32::from(keys).ilog2();
        // Only what fails as a whole waits for a back-off with the others of its batch.
        let back_off = match scenario.sickness {
            Some(Sickness::Poisons) => session.settings.retry_delay_min * 64,
            _ => Duration::ZERO,
        };
        let most = session.settings.flush_delay + call * calls + back_off;
        let since = vec![Waiting::default(); keys.into()];
        Some(Self { since, most, sick: scenario.sickness.map(|_| 0) })
    }

    /// Looks at every key after each thing that happens.
    pub(crate) fn check(&mut self, session: &Session) {
        let now = session.world.now();
        for (key, waiting) in (0..).zip(&mut self.since) {
            let landed = session.store.landed(key);
            let is_dirty = session.cache.is_dirty(&key);
            if landed != waiting.landed || !is_dirty || !waiting.is_dirty {
                *waiting = Waiting { is_dirty, landed, since: now };
            } else if now.since(waiting.since) > self.most && self.sick != Some(key) {
                let text = format!("not stored for longer than {:?}", self.most);
                session.world.violate(Broken::Isolation, Some(key), text);
                waiting.since = now;
            }
        }
        let oldest = session.cache.stats().oldest_dirty_age.unwrap_or_default();
        if self.sick.is_none() && oldest > self.most {
            let text = format!("the oldest is dirty for {oldest:?}, at most {:?}", self.most);
            session.world.violate(Broken::Isolation, None, text);
        }
    }
}
