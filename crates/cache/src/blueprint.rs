//! What a cache is to be: checked, and not there yet.

use std::fmt;
use std::sync::Arc;

use forebay_store::{Key, Result, Seams, SharedStore, Value};

use crate::cache::Cache;
use crate::engine::{Journaling, Parts, Shared};
use crate::journal::Fold;

/// Makes the store's object-safe face when the seams are known.
pub(crate) type Bind<K, V> = Box<dyn FnOnce(&Seams) -> SharedStore<K, V> + Send>;

pub(crate) struct Blueprint<K, V> {
    pub(crate) store: Bind<K, V>,
    /// All but the journal.
    pub(crate) parts: Parts<K, V>,
}

impl<K: Key, V: Value> Blueprint<K, V> {
    pub(crate) fn seams(&self) -> &Seams {
        &self.parts.seams
    }

    /// Opens the cache over a journal, if it has one, and what was found in that.
    pub(crate) fn open(
        mut self,
        journal: Option<Journaling<K, V>>,
        fold: Fold,
    ) -> Result<Cache<K, V>> {
        let store = (self.store)(&self.parts.seams);
        (self.parts.journal, self.parts.version) = (journal, fold.version());
        let shared = Shared::new(store, self.parts);
        shared.restore(fold)?;
        shared.set_read_only(shared.parts.is_read_only);
        if let Some(journal) = shared.journal() {
            // Not before: what is not restored yet is in no checkpoint.
            let weak = Arc::downgrade(&shared);
            journal.log.channel().make_room_with(move |wanted| {
                if let Some(shared) = weak.upgrade() {
                    shared.give_way(wanted);
                }
            });
        }
        Ok(Cache::of(shared))
    }
}

impl<K, V> fmt::Debug for Blueprint<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blueprint").field("settings", &self.parts.settings).finish_non_exhaustive()
    }
}
