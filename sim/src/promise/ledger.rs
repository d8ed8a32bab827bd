//! What is dirty and since when, as somebody sees it who only knows what was put and what the store has answered.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use forebay_store::Moment;

use crate::value::Name;

pub(super) struct Ledger {
    promised: Duration,
    /// When each key was first dirtied, by what has not gone to the store.
    waiting: BTreeMap<Name, Moment>,
    /// The same for what is with the store.
    flying: BTreeMap<Name, Moment>,
    /// Both, by their moments.
    ages: BTreeSet<(Moment, Name, bool)>,
    /// The one key of which nobody expects anything.
    sick: Option<Name>,
    pub(super) longest: Duration,
    /// When the promise was broken, since it was kept last.
    pub(super) broken_at: Option<Moment>,
    pub(super) breaches: u64,
}

impl Ledger {
    pub(super) fn new(promised: Duration, sick: Option<Name>) -> Self {
        let (waiting, flying, ages) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        let longest = Duration::ZERO;
        Self { promised, waiting, flying, ages, sick, longest, broken_at: None, breaches: 0 }
    }

    pub(super) fn put(&mut self, key: Name, now: Moment) {
        let since = *self.waiting.entry(key).or_insert(now);
        self.ages.insert((since, key, false));
    }

    pub(super) fn took_off(&mut self, key: Name) {
        if let Some(since) = self.waiting.remove(&key) {
            self.ages.remove(&(since, key, false));
            self.flying.insert(key, since);
            self.ages.insert((since, key, true));
        }
    }

    pub(super) fn landed(&mut self, key: Name, is_stored: bool) {
        let Some(since) = self.flying.remove(&key) else { return };
        self.ages.remove(&(since, key, true));
        if !is_stored {
            if let Some(newer) = self.waiting.insert(key, since) {
                self.ages.remove(&(newer, key, false));
            }
            self.ages.insert((since, key, false));
        }
    }

    /// Looks at the oldest, at each moment at which something happens.
    pub(super) fn look(&mut self, now: Moment) {
        let oldest = self.ages.iter().find(|(_, key, _)| self.sick != Some(*key));
        let oldest = oldest.map(|(since, _, _)| *since);
        let age = oldest.map_or(Duration::ZERO, |oldest| now.since(oldest));
        self.longest = self.longest.max(age);
        match (oldest, self.broken_at) {
            (Some(oldest), None) if age > self.promised => {
                self.broken_at = Some(oldest.after(self.promised));
                self.breaches += 1;
            }
            (_, Some(_)) if age <= self.promised => self.broken_at = None,
            _ => {}
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ages.iter().all(|(_, key, _)| self.sick == Some(*key))
    }
}
