//! Two tiers that a test drives.

use std::sync::Arc;

use bytes::Bytes;
use forebay_pool::fault::{Call, Scripted};
use forebay_pool::{ByteSize, Medium, Place, PlainMemory, StoreMedium, Tiers, TiersBuilder};
use forebay_store::seam::Spawn;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{IntoStore, MemoryStore};

use crate::medium::rig::{is_all, write};
use crate::rig::Stepped;

/// Of these blobs ten make a tier of a mebibyte move three down.
pub(super) const LONG: usize = 100_000;

/// Two tiers, and whatever moves. The fast one may take a mebibyte.
pub(super) struct Two {
    pub(super) fast: Scripted,
    pub(super) slow: Scripted,
    pub(super) clock: Arc<ManualClock>,
    pub(super) jobs: Option<Stepped>,
    pub(super) tiers: Arc<Tiers>,
}

impl Two {
    /// What moves does so at once.
    pub(super) fn new() -> Self {
        Self::with(Scripted::default(), Scripted::default(), |builder| builder)
    }

    /// What moves does so when the test says so.
    pub(super) fn stepped() -> Self {
        let media = (Scripted::default(), Scripted::default());
        Self::build(media, Some(Stepped::default()), |builder| builder)
    }

    pub(super) fn with(
        fast: Scripted,
        slow: Scripted,
        set: impl FnOnce(TiersBuilder) -> TiersBuilder,
    ) -> Self {
        Self::build((fast, slow), None, set)
    }

    fn build(
        (fast, slow): (Scripted, Scripted),
        jobs: Option<Stepped>,
        set: impl FnOnce(TiersBuilder) -> TiersBuilder,
    ) -> Self {
        let clock = ManualClock::new();
        let mut seams = clock.seams(7);
        if let Some(jobs) = &jobs {
            seams.spawn = Arc::new(jobs.clone()) as Arc<dyn Spawn>;
        }
        let builder = Tiers::builder(fast.clone(), slow.clone());
        let builder = builder.fast_max(ByteSize::mib(1)).seams(seams);
        let tiers = Arc::new(set(builder).build());
        Self { fast, slow, clock, jobs, tiers }
    }

    pub(super) fn write(&self, name: u8) -> Place {
        write(&*self.tiers, name, LONG).unwrap()
    }

    /// Blobs with the names from 0 on.
    pub(super) fn write_all(&self, blobs: u8) -> Vec<Place> {
        (0..blobs).map(|name| self.write(name)).collect()
    }

    pub(super) fn is_whole(&self, place: Place, name: u8) -> bool {
        is_all(&*self.tiers, place, name, LONG)
    }

    /// Blobs in the fast tier, and in the slow one.
    pub(super) fn blobs(&self) -> (u64, u64) {
        (self.fast.usage().blobs, self.slow.usage().blobs)
    }

    /// Whether a blob is read in the fast tier.
    pub(super) fn is_above(&self, place: Place) -> bool {
        let before = self.fast.count(Call::Reading);
        drop(self.tiers.reading(place).unwrap());
        self.fast.count(Call::Reading) > before
    }

    /// All are whole, and when they are freed nothing is left.
    pub(super) fn end(self, places: impl IntoIterator<Item = (u8, Place)>) {
        for (name, place) in places {
            assert!(self.is_whole(place, name), "blob {name} is another");
            self.tiers.free(place);
        }
        assert_eq!(self.tiers.usage().blobs, 0);
        assert_eq!(self.blobs(), (0, 0), "something is left");
        self.fast.assert_used_well();
        self.slow.assert_used_well();
    }
}

/// A tier that has a quota of its own, as compressed memory has: a mebibyte.
#[cfg(feature = "lz4")]
pub(super) fn bounded() -> Scripted {
    Scripted::over(forebay_pool::CompressedMemory::of(ByteSize::mib(1)))
}

/// Names with their places.
pub(super) fn named(places: Vec<Place>) -> impl Iterator<Item = (u8, Place)> {
    (0..).zip(places)
}

/// A tier that has blobs only as a whole.
pub(super) fn gathering() -> Scripted {
    let store = MemoryStore::<u64, Bytes>::new().into_store(&ManualClock::new().seams(1));
    Scripted::over(StoreMedium::over(store).unwrap())
}

/// A tier without a script.
pub(super) fn plain() -> Scripted {
    Scripted::over(PlainMemory::default())
}
