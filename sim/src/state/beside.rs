//! The cache beside a state, in one journal, and its store, which outlives it.

use std::collections::BTreeSet;
use std::sync::Arc;

use forebay_cache::{Cache, CacheTenant, Settings};
use forebay_store::fault::{Script, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{MemoryStore, Result};

use super::book::BookTx;
use crate::crash::Filled;
use crate::value::{Name, Tagged};

pub(crate) type Store = Arc<MemoryStore<Name, Tagged>>;

/// The mails of one owner: each is written in one transaction, and never again.
#[derive(Clone)]
pub(crate) struct Mail {
    pub(crate) cache: Cache<Name, Tagged>,
    pub(crate) script: Arc<Script<Name>>,
    store: Store,
}

/// A cache that is to be opened; its store is down.
pub(crate) fn tenant(
    store: &Store,
    clock: &Arc<ManualClock>,
    seed: u64,
) -> (CacheTenant<Name, Tagged>, Arc<Script<Name>>) {
    let (scripted, script) = Scripted::new(Arc::clone(store));
    script.go_down();
    let builder = Cache::builder(scripted).seams(clock.seams(seed)).shards(4);
    (builder.write_behind(Settings::default()).tenant_with("mail", Filled), script)
}

impl Mail {
    pub(crate) fn new(
        cache: Cache<Name, Tagged>,
        script: Arc<Script<Name>>,
        store: &Store,
    ) -> Self {
        Self { cache, script, store: Arc::clone(store) }
    }

    /// Makes a mail a part of a transaction.
    pub(crate) fn enlist(&self, tx: &mut BookTx<'_>, mail: Name, bytes: usize) -> Result<()> {
        tx.enlist(&self.cache)?.put(mail, Tagged { tag: mail.into(), bytes, expires_at: None })
    }

    /// Those of `tried` that are with the cache or its store.
    pub(crate) fn there(&self, tried: Name) -> BTreeSet<Name> {
        (0..=tried)
            .filter(|mail| self.cache.peek(mail).is_some() || self.store.get(mail).is_some())
            .collect()
    }
}
