//! Somebody else who writes in the store, and invalidates after it; and who makes keys refused.

use std::time::Duration;

use forebay_store::Moment;
use forebay_store::seam::Clock;

use crate::dice::Dice;
use crate::history::{Act, Event};
use crate::session::Session;
use crate::value::{Name, Tagged, short};

pub(crate) struct Outsider {
    dice: Dice,
    left: usize,
    /// A row that was changed and is not invalidated yet.
    changed: Option<Changed>,
}

struct Changed {
    key: Name,
    value: Option<Tagged>,
    begin: u64,
    begin_at: Moment,
}

impl Outsider {
    pub(crate) fn new(session: &Session, seed: u64) -> Self {
        let scenario = &session.scenario;
        let is_busy = scenario.foreign_keys > 0 || scenario.jumps;
        let left = if is_busy { scenario.operations } else { 0 };
        let outsider = Self { dice: Dice::new(seed, 4), left, changed: None };
        if scenario.refusals && outsider.dice.chance(600) {
            let key = Name::try_from(outsider.dice.below(scenario.keys.min(6).into())).unwrap_or(0);
            let short = outsider.dice.chance(500);
            session.store.refuse(key, short.then(|| Duration::from_millis(300)));
            session.world.note(&[key], format!("{key} is refused, for a while only: {short}"));
        }
        outsider
    }

    pub(crate) fn is_done(&self) -> bool {
        self.left == 0 && self.changed.is_none()
    }

    pub(crate) fn pause(&self) -> Duration {
        let most = if self.changed.is_some() { 5 } else { 60 };
        self.dice.delay(Duration::from_millis(most))
    }

    pub(crate) fn act(&mut self, session: &mut Session) {
        if let Some(changed) = self.changed.take() {
            return Self::invalidate(session, &changed);
        }
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        if session.scenario.foreign_keys == 0 {
            let most = *self.dice.pick(&[2_000, 100_000_000]);
            let millis = i64::try_from(self.dice.below(most)).unwrap_or(0);
            return session.world.jump(if self.dice.chance(500) { millis } else { -millis });
        }
        let place = self.dice.below(session.scenario.foreign_keys.into());
        let key = session.scenario.keys + Name::try_from(place).unwrap_or(0);
        let value = self.dice.chance(700).then(|| session.value(&self.dice));
        let tag = value.map(|value| value.tag);
        session.world.note(&[key], format!("outside: the store has {key}={}", short(tag)));
        let (begin, begin_at) = (session.world.tick(), session.world.now());
        session.store.set(key, value);
        self.changed = Some(Changed { key, value, begin, begin_at });
    }

    fn invalidate(session: &mut Session, changed: &Changed) {
        let key = changed.key;
        let is_gone = session.cache.invalidate(&key);
        session.world.note(&[key], format!("outside: invalidate {key}: {is_gone}"));
        let event = Event {
            act: Act::Write(changed.value.map(|value| value.tag)),
            begin: changed.begin,
            end: Some(session.world.tick()),
            begin_at: changed.begin_at,
            end_at: session.world.now(),
            text: "outside".to_owned(),
        };
        session.history.push(key, event);
    }
}
