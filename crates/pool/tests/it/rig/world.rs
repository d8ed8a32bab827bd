//! A pool whose time, jobs and medium a test drives.

use std::sync::Arc;

use forebay_pool::fault::Scripted;
use forebay_pool::{Builder, ByteSize, Pool, Stats};
use forebay_store::Seams;
use forebay_store::seam::manual::{InlineSpawn, ManualClock};

use super::stepped::Stepped;

/// A pool whose time, jobs and medium a test drives. When it ends, and all handles and guards are
/// dropped by then, nothing may be left: no byte that is not the pool's own, no blob, nobody who waits.
pub(crate) struct World {
    pub(crate) pool: Pool,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) medium: Scripted,
    pub(crate) jobs: Stepped,
    at_first: Stats,
}

impl World {
    /// Of a mebibyte. Jobs run at once.
    pub(crate) fn new() -> Self {
        Self::with(ByteSize::mib(1), |builder| builder)
    }

    /// Of a mebibyte. Jobs wait until the test runs them.
    pub(crate) fn stepped() -> Self {
        Self::build(ByteSize::mib(1), true, |builder| builder)
    }

    /// As it is told. Jobs run at once.
    pub(crate) fn with(memory: ByteSize, set: impl FnOnce(Builder) -> Builder) -> Self {
        Self::build(memory, false, set)
    }

    pub(crate) fn build(
        memory: ByteSize,
        is_stepped: bool,
        set: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        let (clock, medium, jobs) = (ManualClock::new(), Scripted::default(), Stepped::default());
        let mut seams: Seams = clock.seams(7);
        seams.spawn = if is_stepped { Arc::new(jobs.clone()) } else { Arc::new(InlineSpawn) };
        let builder = Pool::builder().memory(memory).spill(medium.clone()).seams(seams);
        let pool = set(builder).build().unwrap();
        let at_first = pool.stats();
        Self { pool, clock, medium, jobs, at_first }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.jobs.run();
        let (stats, first) = (self.pool.stats(), &self.at_first);
        assert_eq!(stats.objects.all(), 0, "objects are left: {stats:?}");
        for (what, now, before) in [
            ("values", stats.resident, first.resident),
            ("loads", stats.loading, first.loading),
            ("encoding", stats.encoding, first.encoding),
            ("reserved room", stats.reserved, first.reserved),
            ("slots", stats.own, first.own),
        ] {
            assert_eq!(now, before, "bytes of {what} are left: {stats:?}");
        }
        assert_eq!(stats.waiting, 0, "somebody waits for room: {stats:?}");
        self.medium.assert_used_well();
        assert_eq!(stats.pinned, 0, "somebody keeps an object in memory: {stats:?}");
        for transfers in [&stats.writes, &stats.loads] {
            let ended = transfers.succeeded + transfers.failed;
            assert_eq!(transfers.took.iter().sum::<u64>(), ended, "each has one duration");
        }
        let writes = stats.writes.succeeded + stats.writes.failed;
        assert!(stats.rescues <= writes, "what is rescued was written: {stats:?}");
        assert_eq!(stats.medium.unwrap().blobs, 0, "blobs are left");
    }
}

/// A value that says which one it is.
pub(crate) fn bytes(name: u8, length: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().map(|at| name.wrapping_mul(31).wrapping_add(at)).take(length).collect()
}
