//! Keys of which a write was refused, where later ones wait behind it: nothing of them goes to the store until somebody
//! looks after them (G3, G4).

use std::collections::BTreeSet;

use forebay_cache::{WhenRefused, Write};

use crate::intent::Intent;
use crate::session::Session;
use crate::store::SimStore;
use crate::trace::Broken;
use crate::value::{Name, Tag};

/// What the store knows of refusals that end in quarantine.
#[derive(Default)]
pub(crate) struct Refusals {
    /// Values that are written behind.
    behind: BTreeSet<Tag>,
    /// Keys of which such a value was refused, since somebody last asked.
    keys: BTreeSet<Name>,
}

/// The quarantine as it was when it was last looked at.
#[derive(Default)]
pub(crate) struct Barred {
    keys: BTreeSet<Name>,
    /// The bytes that were free in it.
    free: u64,
}

impl Refusals {
    /// A write was refused by name or alone. A delete is not known to have gone behind, so it is left out.
    pub(crate) fn refused(&mut self, key: Name, tag: Option<Tag>) {
        if tag.is_some_and(|tag| self.behind.contains(&tag)) {
            self.keys.insert(key);
        }
    }

    /// The process that is to see to them is no more.
    pub(crate) fn forget(&mut self) {
        self.keys.clear();
    }
}

impl Session {
    /// What is noted of a key with an unstored write beside its entry.
    const NOTE_BYTES: u64 = 64;

    /// A client is about to ask for this.
    pub(crate) fn note_behind(&self, intent: &Intent) {
        let values = match intent {
            Intent::Put { value, write: Write::Behind(_), .. }
            | Intent::Merge { value, write: Write::Behind(_), .. }
            | Intent::Modify { value, write: Write::Behind(_), .. }
            | Intent::Edit { value, .. } => vec![*value],
            Intent::PutMany { values, write: Write::Behind(_) } => {
                values.iter().map(|(_, value)| *value).collect()
            }
            Intent::Transact { values, .. } => values.to_vec(),
            _ => return,
        };
        // What is too heavy goes through instead.
        let is_behind = |bytes: usize| bytes < self.heavy();
        let tags = values.iter().filter(|value| is_behind(value.bytes)).map(|value| value.tag);
        self.store.inner().state.lock().refusals.behind.extend(tags);
    }

    /// A key in quarantine stays there unless somebody has asked for something else, and a key of which a write behind
    /// was refused is there, if there is room for it.
    pub(crate) fn look_at_barred(&mut self) {
        let refused = self.store.take_refused();
        if self.settings.when_refused != WhenRefused::Queue {
            return;
        }
        let keys = self.cache.quarantined().into_iter().map(|refused| refused.key).collect();
        for key in self.barred.keys.difference(&keys) {
            let text = "left the quarantine, and nobody has asked for it";
            self.world.violate(Broken::Order, Some(*key), text);
        }
        let free = self.free_in_quarantine();
        for key in refused.difference(&keys) {
            let needed = self.cache.explain(key).weight + Self::NOTE_BYTES;
            if needed <= free.min(self.barred.free) {
                let text = "was refused, and is not in quarantine, though there is room for it";
                self.world.violate(Broken::Order, Some(*key), text);
            }
        }
        self.barred = Barred { keys, free };
    }

    /// Somebody looks after it.
    pub(crate) fn unbar(&mut self, key: Name) {
        self.barred.keys.remove(&key);
        self.store.inner().state.lock().refusals.keys.remove(&key);
    }

    /// No scenario has set how much may be in quarantine.
    fn free_in_quarantine(&self) -> u64 {
        let most = self.cache.capacity().as_bytes() / 4;
        most.saturating_sub(self.cache.stats().quarantine_bytes)
    }
}

impl SimStore {
    /// Keys of which a write behind was refused, since somebody last asked.
    fn take_refused(&self) -> BTreeSet<Name> {
        std::mem::take(&mut self.inner().state.lock().refusals.keys)
    }
}
