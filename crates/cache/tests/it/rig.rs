//! What the tests stand on: a cache over a memory store that follows a script or holds its calls,
//! in simulated time. Everything happens on the test's thread, so an answer is there or it is not.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Builder, Cache, Settings};
use forebay_store::fault::{Held, Script, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{
    BlockingStore as _, Capabilities, IntoStore, Key, MemoryStore, Op, Result, SharedStore,
};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// A cache, the store behind it, and the script that the store follows.
pub(crate) struct Rig<K: Key = &'static str> {
    pub(crate) cache: Cache<K, u64>,
    pub(crate) store: Arc<MemoryStore<K, u64>>,
    pub(crate) script: Arc<Script<K>>,
    pub(crate) clock: Arc<ManualClock>,
}

/// A cache and a store whose loads and applies wait for the test.
pub(crate) struct HeldRig<K: Key = &'static str> {
    pub(crate) cache: Cache<K, u64>,
    pub(crate) store: Arc<MemoryStore<K, u64>>,
    pub(crate) held: Arc<Held<K, u64>>,
    pub(crate) clock: Arc<ManualClock>,
}

impl<K: Key> Rig<K> {
    pub(crate) fn behind() -> Self {
        Self::open(|builder| builder.write_behind(Settings::default()))
    }

    pub(crate) fn through() -> Self {
        Self::open(|builder| builder)
    }

    pub(crate) fn open(build: impl FnOnce(Builder<K, u64>) -> Builder<K, u64>) -> Self {
        let clock = ManualClock::new();
        Self::over(MemoryStore::new().with_clock(clock.clone()), clock, build)
    }

    pub(crate) fn over(
        store: MemoryStore<K, u64>,
        clock: Arc<ManualClock>,
        build: impl FnOnce(Builder<K, u64>) -> Builder<K, u64>,
    ) -> Self {
        let store = Arc::new(store);
        let (scripted, script) = Scripted::new(Arc::clone(&store));
        let builder = Cache::builder(scripted).seams(clock.seams(1)).shards(1);
        let cache = answered(build(builder).open()).unwrap();
        Self { cache, store, script, clock }
    }
}

impl<K: Key> HeldRig<K> {
    pub(crate) fn behind() -> Self {
        Self::open(|builder| builder.write_behind(Settings::default()))
    }

    pub(crate) fn through() -> Self {
        Self::open(|builder| builder)
    }

    pub(crate) fn open(build: impl FnOnce(Builder<K, u64>) -> Builder<K, u64>) -> Self {
        Self::declaring(|_| {}, build)
    }

    /// The same over a store that takes a batch as a whole, or not at all.
    pub(crate) fn atomic(build: impl FnOnce(Builder<K, u64>) -> Builder<K, u64>) -> Self {
        let declare = |declared: &mut Capabilities| {
            (declared.atomic_batch, declared.batch_ops_max) = (true, 16_384);
        };
        Self::declaring(declare, build)
    }

    fn declaring(
        declare: impl FnOnce(&mut Capabilities),
        build: impl FnOnce(Builder<K, u64>) -> Builder<K, u64>,
    ) -> Self {
        let clock = ManualClock::new();
        let seams = clock.seams(1);
        let store = Arc::new(MemoryStore::new().with_clock(clock.clone()));
        let (scripted, _) = Scripted::new(Arc::clone(&store));
        let mut declared = scripted.capabilities();
        declare(&mut declared);
        let held = Held::new(scripted.declaring(declared).into_store(&seams));
        let shared: SharedStore<K, u64> = Arc::clone(&held) as _;
        let cache = answered(build(Cache::builder(shared).seams(seams).shards(1)).open()).unwrap();
        Self { cache, store, held, clock }
    }
}

/// The answer of an operation that has one already.
#[track_caller]
pub(crate) fn answered<T>(op: Op<T>) -> Result<T> {
    op.try_take().unwrap_or_else(|op| panic!("it is not answered yet: {op:?}"))
}

/// A weigher by which a value weighs what it is.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "a weigher is given references")]
pub(crate) fn by_value<K>(_: &K, value: &u64) -> usize {
    usize::try_from(*value).unwrap_or(usize::MAX)
}
