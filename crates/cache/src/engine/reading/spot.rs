//! What a caller has who finds out a key: an errand, or the load that it has become.

use std::fmt;
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;

use crate::engine::shared::Shared;
use crate::table::{Errand, Load};

/// What a caller is to find out.
pub(crate) struct Spot<K, V> {
    /// While it is in a filler.
    pub(super) shared: Option<Arc<Shared<K, V>>>,
    pub(super) hash: u64,
    pub(super) what: What<K, V>,
}

/// A spot that is a filler's. It is in a box, so that a lookup which finds something moves no more than that.
pub(crate) type OwnSpot<K, V> = Box<Spot<K, V>>;

/// How far others know of it.
pub(super) enum What<K, V> {
    /// It may be that nobody does.
    Errand(Arc<Errand<K, V>>),
    Load(Holding<K, V>),
}

/// A load that is a caller's, and which of its holders the caller is.
pub(super) struct Holding<K, V> {
    /// Until the load has ended, or it was handed over.
    pub(super) key: Option<Kept<K>>,
    pub(super) at: u32,
    pub(super) load: Arc<Load<V>>,
    pub(super) holder: u64,
}

/// The key of a load that is a caller's.
#[derive(Debug)]
pub(super) enum Kept<K> {
    /// Nobody else needs it as yet.
    Own(K),
    /// Shared with the timers, so that none of them runs foreign code to copy it.
    Shared(Arc<K>),
}

impl<K> Kept<K> {
    pub(super) fn share(self) -> Arc<K> {
        match self {
            Self::Own(key) => Arc::new(key),
            Self::Shared(key) => key,
        }
    }

    pub(super) fn get(&self) -> &K {
        match self {
            Self::Own(key) => key,
            Self::Shared(key) => key,
        }
    }
}

impl<K, V> Spot<K, V> {
    /// One that is nobody's yet.
    pub(crate) fn blank() -> Self {
        Self { shared: None, hash: 0, what: What::Errand(Arc::new(Errand::ended())) }
    }

    /// The errand of one that is nobody's.
    pub(crate) fn errand_mut(&mut self) -> Option<&mut Errand<K, V>> {
        match &mut self.what {
            What::Errand(errand) => Arc::get_mut(errand),
            What::Load(_) => None,
        }
    }

    /// It is for a key with this hash. The shard's half of the errand.
    pub(crate) fn begin(&mut self, hash: u64) -> Option<Arc<Errand<K, V>>> {
        self.hash = hash;
        match &self.what {
            What::Errand(errand) => Some(Arc::clone(errand)),
            What::Load(_) => None,
        }
    }

    pub(super) fn shared(&self) -> &Arc<Shared<K, V>> {
        self.shared.as_ref().expect("a filler has it until it ends")
    }

    pub(crate) fn key(&self) -> &K {
        let key = match &self.what {
            What::Errand(errand) => errand.key(),
            What::Load(holding) => holding.key.as_ref().map(Kept::get),
        };
        key.expect("only who ends it or hands it over takes the key")
    }

    /// Whether it is an errand that is no load yet, unless it was cut off.
    pub(super) fn may_be_errand(&self) -> bool {
        matches!(&self.what, What::Errand(errand) if !errand.is_load())
    }

    /// An errand that the shard does not know any more is the load that it has become. `None` if that was cut off.
    pub(super) fn holding(&mut self) -> Option<&mut Holding<K, V>> {
        if let What::Errand(errand) = &mut self.what {
            let (at, load) = errand.load()?;
            let key = Arc::get_mut(errand).and_then(Errand::take_key).map(Kept::Own);
            self.what = What::Load(Holding { key, at, load, holder: 1 });
        }
        match &mut self.what {
            What::Load(holding) => Some(holding),
            What::Errand(_) => None,
        }
    }
}

impl<K, V> Holding<K, V> {
    /// It is nobody else's from now on; `false` if it was taken away.
    pub(super) fn take(&self, next: u64) -> bool {
        let holder = &self.load.holder;
        holder.compare_exchange(self.holder, next, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

impl<K, V> fmt::Debug for Spot<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spot").field("hash", &self.hash).finish_non_exhaustive()
    }
}
