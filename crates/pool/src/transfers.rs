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
    /// How many transfers succeeded.
    pub succeeded: u64,
    /// The bytes that the transfers have moved: payloads as they are stored.
    pub bytes: u64,
    /// How many transfers failed, in the codec as well. One that was thrown away before it began counts as failed, and
    /// took no time.
    pub failed: u64,
    /// How long all transfers took together.
    pub time: Duration,
    /// How long the longest transfer took.
    pub longest: Duration,
    /// How many transfers took how long. The first place counts those below a microsecond; each further place counts
    /// those that took up to twice as long as the place before. The last place also counts all that took longer.
    pub took: [u64; Transfers::PLACES],
}

impl Transfers {
    /// The number of places, which is enough for durations up to half an hour.
    pub const PLACES: usize = 32;

    /// The bound of a place: a transfer that took less is in the place `place` of [`took`](Self::took), or in one before.
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
