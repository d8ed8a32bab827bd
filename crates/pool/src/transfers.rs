//! How the reads or the writes of a medium went so far.

use std::time::Duration;

/// How the reads or the writes of a pool's medium went so far, as [`Stats`](crate::Stats) has them.
///
/// ```
/// use forebay_pool::{ByteSize, PlainMemory, Pool, Transfers};
///
/// let pool = Pool::builder().memory(ByteSize::mib(1)).spill(PlainMemory::default()).build()?;
/// let handle = pool.insert(vec![7u8; 1000]).wait()?;
/// handle.write_now().wait()?;
/// let writes = pool.stats().writes;
/// assert_eq!((writes.succeeded, writes.failed), (1, 0));
/// assert_eq!(writes.took.iter().sum::<u64>(), 1);
/// # Ok::<(), forebay_pool::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transfers {
    /// Those that succeeded.
    pub succeeded: u64,
    /// The bytes that they have moved: payloads as they are stored.
    pub bytes: u64,
    /// Those that failed, also in the codec. What was thrown away before it began is one of them, and took no
    /// time.
    pub failed: u64,
    /// How long all of them took together.
    pub time: Duration,
    /// How long the longest took.
    pub longest: Duration,
    /// How many took how long: those below a microsecond, and then in each place those that took up to twice
    /// as long as those in the place before. What took longer than the last place has is there, too.
    pub took: [u64; Transfers::PLACES],
}

impl Transfers {
    /// So many places tell durations up to half an hour apart.
    pub const PLACES: usize = 32;

    /// What took less than this is in the place `place` of [`took`](Self::took), or in one before.
    pub const fn limit(place: usize) -> Duration {
        let place = if place < Self::PLACES { place } else { Self::PLACES - 1 };
        Duration::from_micros(1 << place)
    }

    pub(crate) fn succeeded(&mut self, bytes: u64, took: Duration) {
        self.succeeded += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.ended(took);
    }

    pub(crate) fn failed(&mut self, took: Duration) {
        self.failed += 1;
        self.ended(took);
    }

    fn ended(&mut self, took: Duration) {
        self.time = self.time.saturating_add(took);
        self.longest = self.longest.max(took);
        let place = (0..Self::PLACES).find(|place| took < Self::limit(*place));
        self.took[place.unwrap_or(Self::PLACES - 1)] += 1;
    }
}
