//! What the next life finds, compared with what the one before was told (G1, G2, G4, G8, G9, G12):
//! at once after the opening, before anything reaches the store.

use std::collections::BTreeMap;

use forebay_cache::{Cache, Standing};
use forebay_store::Durability;

use super::ledger::Ledger;
use super::lives::Lives;
use super::refusal::Refusal;
use super::whole::Wholes;
use crate::history::History;
use crate::session::Session;
use crate::trace::Broken;
use crate::value::{Name, Tag, Tagged, short};

/// What each key was when a life began.
pub(crate) type Base = BTreeMap<Name, Option<Tag>>;

/// What the last life that began leaves.
#[derive(Debug)]
pub(crate) struct Legacy {
    pub(crate) base: Base,
    pub(crate) ledger: Ledger,
    pub(crate) history: History,
    pub(crate) tags: Tag,
    /// Which life it was.
    pub(crate) number: u64,
    /// What survives all endings since.
    safe: Durability,
    /// What was in quarantine when it was closed and said that it had kept all.
    kept: Vec<Refusal>,
    /// Its transactions.
    wholes: Wholes,
    /// How often a process ended where it was not at rest.
    pub(crate) cuts: usize,
}

impl Default for Legacy {
    fn default() -> Self {
        Self {
            base: Base::new(),
            ledger: Ledger::default(),
            history: History::default(),
            tags: 0,
            number: 0,
            safe: Durability::Memory,
            kept: Vec::new(),
            wholes: Wholes::default(),
            cuts: 0,
        }
    }
}

impl Legacy {
    /// A life has ended.
    pub(crate) fn leave(&mut self, base: Base, session: &Session, number: u64) {
        self.cuts += usize::from(session.power.is_off());
        (self.base, self.number) = (base, number);
        self.ledger = session.ledger.clone();
        self.history = session.history.heir();
        self.tags = session.tags;
        self.safe = Durability::Memory;
        self.kept.clone_from(&session.kept);
        self.wholes.clone_from(&session.wholes);
    }

    /// It ended in a way that everything of this rung survives.
    pub(crate) fn end(&mut self, safe: Durability) {
        self.safe = self.safe.max(safe);
    }
}

impl Lives<'_> {
    /// What each key is now, which must be what it may be.
    pub(crate) fn look(&self, cache: &Cache<Name, Tagged>) -> Base {
        let mut base = Base::new();
        for key in 0..self.crashes.scenario.keys {
            let found = self.find(cache, key);
            let before = self.legacy.base.get(&key).copied().flatten();
            let sent = |tag| self.store.sent(tag);
            let judged = self.legacy.ledger.judge(key, found, before, self.legacy.safe, sent);
            if let Err(text) = judged {
                self.world.violate(Broken::Ladder, Some(key), text);
            }
            self.world
                .note(&[key], format!("found {key}={}: {}", short(found), cache.explain(&key)));
            base.insert(key, found);
        }
        for (key, text) in self.legacy.wholes.judge(&base, &self.history, self.legacy.safe) {
            self.world.violate(Broken::Ladder, Some(key), text);
        }
        self.look_at_quarantine(cache);
        base
    }

    /// What one key is. What is not stored is readable at once.
    fn find(&self, cache: &Cache<Name, Tagged>, key: Name) -> Option<Tag> {
        let explanation = cache.explain(&key);
        let is_unstored = matches!(
            explanation.standing,
            Standing::Dirty
                | Standing::BeingStored
                | Standing::BeingStoredAndDirty
                | Standing::Quarantined
                | Standing::HeldBack
        );
        if !is_unstored {
            return self.store.rows().get(&key).map(|row| row.tag);
        }
        let seen = cache.peek(&key).map(|value| value.tag);
        match cache.get(&key).try_take() {
            Ok(Ok(value)) if value.map(|value| value.tag) == seen => {}
            Ok(other) => {
                let text = format!("a get finds {other:?} where a peek sees {}", short(seen));
                self.world.violate(Broken::History, Some(key), text);
            }
            Err(_) => {
                self.world.violate(Broken::Promise, Some(key), "it is dirty, and a get waits");
            }
        }
        if seen.is_some() || explanation.is_deleted {
            return seen;
        }
        // It is over, so nobody sees it; it is the newest one that is over by then.
        let ledger = self.legacy.ledger.of(key).filter_map(|entry| entry.tag);
        let base = self.legacy.base.get(&key).copied().flatten();
        let expiry = |tag: &Tag| self.legacy.history.expiry(*tag);
        let over = explanation.expires_at;
        let found = ledger.chain(base).filter(|tag| over.is_some() && expiry(tag) == over).max();
        if found.is_none() {
            let text = format!("nothing is seen of what is dirty: {explanation}");
            self.world.violate(Broken::Ladder, Some(key), text);
        }
        found
    }

    /// Who is in quarantine was put there by the store, and stays there if that was promised.
    fn look_at_quarantine(&self, cache: &Cache<Name, Tagged>) {
        let now = Refusal::all(cache);
        for Refusal { key, kind, text } in &now {
            if !self.store.has_told(*key, *kind, text) {
                let text = format!("in quarantine for {kind:?} `{text}`, which nobody has said");
                self.world.violate(Broken::Isolation, Some(*key), text);
            }
        }
        for refusal in &self.legacy.kept {
            // A write-through that was under way may have taken its place.
            if !now.contains(refusal) && cache.is_dirty(&refusal.key) {
                let text = format!("was kept in quarantine for {refusal:?}; now there is {now:?}");
                self.world.violate(Broken::Close, Some(refusal.key), text);
            }
        }
    }
}
