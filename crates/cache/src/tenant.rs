//! A cache as a tenant of a shared journal.

use std::fmt;
use std::sync::Arc;

use forebay_journal::{Channel, Enlist, Reading, Recovery, Tenant};
use forebay_store::{Key, Result, Value};

use crate::blueprint::Blueprint;
use crate::builder::Builder;
use crate::cache::Cache;
use crate::engine::{Joint, Journaling};
use crate::journal::{Coder, Fold, Log};

/// A cache that is to be opened in a [`SharedJournal`](forebay_journal::SharedJournal), see
/// [`Builder::tenant`].
pub struct CacheTenant<K, V> {
    name: String,
    builder: Builder<K, V>,
    coder: Arc<dyn Coder<K, V>>,
}

/// A cache while the journal is read.
pub struct CacheReading<K, V> {
    blueprint: Blueprint<K, V>,
    coder: Arc<dyn Coder<K, V>>,
    fold: Fold,
}

impl<K: Key, V: Value> CacheTenant<K, V> {
    pub(crate) fn new(name: String, builder: Builder<K, V>, coder: Arc<dyn Coder<K, V>>) -> Self {
        Self { name, builder, coder }
    }
}

impl<K: Key, V: Value> Tenant for CacheTenant<K, V> {
    type Opened = Cache<K, V>;
    type Reading = CacheReading<K, V>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn label(&self) -> String {
        self.coder.label()
    }

    fn read(self) -> Result<CacheReading<K, V>> {
        let blueprint = self.builder.check_tenant()?;
        Ok(CacheReading { blueprint, coder: self.coder, fold: Fold::default() })
    }
}

impl<K: Key, V: Value> Reading for CacheReading<K, V> {
    type Opened = Cache<K, V>;

    fn record(&mut self, number: u64, record: &[u8]) -> Result<()> {
        self.fold.take_at(number, record)
    }

    fn forgotten(&mut self) {
        self.fold = Fold::default();
    }

    fn begin(self, channel: Channel, recovery: &Recovery) -> Result<Cache<K, V>> {
        let segment_bytes = channel.segment_bytes();
        let log = Arc::new(Log::new(channel, segment_bytes));
        let journaling = Journaling { log, coder: self.coder, recovery: recovery.clone() };
        self.blueprint.open(Some(journaling), self.fold)
    }
}

/// Makes writes of a cache a part of another tenant's transaction.
impl<K: Key, V: Value> Enlist for Cache<K, V> {
    type Partner = Joint<K, V>;

    fn enlist(&self) -> Result<Joint<K, V>> {
        self.joint()
    }
}

impl<K, V> fmt::Debug for CacheTenant<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheTenant").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<K, V> fmt::Debug for CacheReading<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheReading").field("fold", &self.fold).finish_non_exhaustive()
    }
}
