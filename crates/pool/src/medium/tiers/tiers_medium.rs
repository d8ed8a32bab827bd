//! The medium itself.

use std::fmt;
use std::sync::Arc;

use forebay_store::Result;

use super::builder::TiersBuilder;
use super::reading::Look;
use super::shared::Shared;
use super::stream::PIECE;
use super::table::{Spot, Table, Unneeded};
use super::writing::TierWriting;
use crate::event::Watcher;
use crate::medium::usage::is_tight;
use crate::medium::{Account, Linkable, Medium, MediumTraits, Place, Reading, Usage, Writing};

/// Two media as one, the fast one first: compressed memory before a directory, or a local directory before
/// an object storage. What is written goes to the fast tier while there is room. When seven eighths of it are
/// taken, the blobs there that were not read for longest move down in a job, one after another, until it is
/// three quarters. A blob for which there is no room meanwhile goes straight to the slow tier. Nothing moves up: what is
/// loaded is in memory, and if it is changed its next blob is a new one.
///
/// A blob that an archive has linked, or that is being read, does not move. If the fast tier fails, what
/// comes goes to the slow one until a while has passed; a write that had begun fails, and the pool tries it again.
/// If the slow one fails, blobs stay where they are.
///
/// Moving takes one read and one write at a time beside the pool's lanes.
///
/// ```
/// use forebay_pool::{ByteSize, DirMedium, PlainMemory, Pool, Tiers};
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path();
/// let fast = PlainMemory::default(); // `CompressedMemory` in earnest
/// let spill = Tiers::builder(fast, DirMedium::open(path)?).fast_max(ByteSize::mib(4)).build();
/// let pool = Pool::builder().memory(ByteSize::mib(16)).spill(spill).build()?;
/// let handles: Result<Vec<_>, _> = (0..64u8).map(|n| pool.insert(vec![n; 1 << 20]).wait()).collect();
/// for (n, handle) in (0..).zip(&handles?) {
///     assert_eq!(handle.get().wait()?[7], n);
/// }
/// # Ok::<(), forebay_pool::Error>(())
/// ```
pub struct Tiers {
    shared: Arc<Shared>,
}

impl Tiers {
    /// With what is the default. See [`builder`](Self::builder) for a bound of the fast tier other than its quota.
    pub fn new(fast: impl Medium, slow: impl Medium) -> Self {
        Self::builder(fast, slow).build()
    }

    /// With settings.
    pub fn builder(fast: impl Medium, slow: impl Medium) -> TiersBuilder {
        TiersBuilder::of(Box::new(fast), Box::new(slow))
    }

    pub(super) fn of(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The file of a blob that has a number. One that has moved has it only if its payload is where it was.
    fn numbered_file(&self, number: u64) -> Option<Linkable> {
        let shared = &self.shared;
        let spot = shared.desk().table.link(number)?;
        match spot {
            Spot::Fast(place) => {
                let _look = Look::of(shared, number);
                let file = shared.fast.file(place);
                if file.is_none() {
                    shared.desk().table.unlink(number);
                }
                file
            }
            Spot::Slow(offset, lower) if offset == lower.offset => shared.slow.file(lower.place),
            Spot::Slow(..) => None,
        }
    }
}

/// The place of a blob that has a number.
pub(super) fn numbered(number: u64, length: u64) -> Place {
    Place { part: 0, file: number, at: 0, length }
}

/// The place of what was written straight to the slow tier.
pub(super) fn of_slow(place: Place) -> Option<Place> {
    Some(Place { part: place.part.checked_add(1)?, ..place })
}

/// Where something is in the slow tier, or its number.
fn found(place: Place) -> Result<Place, u64> {
    match place.part.checked_sub(1) {
        Some(part) => Ok(Place { part, ..place }),
        None => Err(place.file),
    }
}

impl Medium for Tiers {
    fn traits(&self) -> MediumTraits {
        let (fast, slow) = (self.shared.fast.traits(), self.shared.slow.traits());
        let tiers = fast.memory.saturating_add(slow.memory);
        let table = (self.shared.blobs_max as u64).saturating_mul(Table::NUMBER_BYTES);
        // One for what moves, and one for each of two writes that are handed over.
        let buffers = 3 * PIECE as u64;
        MediumTraits {
            blob_max: slow.blob_max,
            is_whole: fast.is_whole || slow.is_whole,
            piece: fast.piece.max(slow.piece),
            has_links: fast.has_links || slow.has_links,
            memory: tiers.saturating_add(table).saturating_add(buffers),
        }
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        Ok(Box::new(TierWriting::begin(&self.shared, length)?))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        match found(place) {
            Ok(place) => self.shared.slow.reading(place),
            Err(number) => self.shared.reading(number),
        }
    }

    fn free(&self, place: Place) {
        let found = found(place);
        let unneeded = {
            let mut desk = self.shared.desk();
            let unneeded = match found {
                Ok(place) => Some(Unneeded { fast: None, slow: Some(place) }),
                Err(number) => desk.table.free(number),
            };
            desk.blobs = desk.blobs.saturating_sub(u64::from(unneeded.is_some()));
            unneeded
        };
        if let Some(unneeded) = unneeded {
            self.shared.give_back(unneeded);
        }
    }

    fn usage(&self) -> Usage {
        self.shared.usage()
    }

    fn bytes(&self) -> u64 {
        self.shared.fast.bytes().saturating_add(self.shared.slow.bytes())
    }

    fn is_tight(&self) -> bool {
        let Shared { fast, slow, fast_max, .. } = &*self.shared;
        is_tight(fast.bytes(), Some(*fast_max)) || fast.is_tight() || slow.is_tight()
    }

    fn trim(&self) {
        self.shared.fast.trim();
        self.shared.slow.trim();
    }

    fn file(&self, place: Place) -> Option<Linkable> {
        match found(place) {
            Ok(place) => self.shared.slow.file(place),
            Err(number) => self.numbered_file(number),
        }
    }

    /// The slow tier's are odd.
    fn origin(&self, place: Place) -> u64 {
        let shared = &self.shared;
        let lower = match found(place) {
            Ok(place) => Ok(place),
            Err(number) => shared.desk().table.place(number).unwrap_or(Err(place)),
        };
        match lower {
            Ok(place) => shared.slow.origin(place).wrapping_mul(2) | 1,
            Err(place) => shared.fast.origin(place).wrapping_mul(2),
        }
    }

    fn watched_by(&self, watcher: Arc<dyn Watcher>) {
        self.shared.fast.watched_by(Arc::clone(&watcher));
        self.shared.teller.watched_by(&watcher);
        self.shared.slow.watched_by(watcher);
    }

    fn counted_in(&self, account: Account) {
        self.shared.fast.counted_in(account.clone());
        self.shared.slow.counted_in(account.clone());
        let before = std::mem::replace(&mut self.shared.desk().account, account);
        drop(before);
    }
}

impl fmt::Debug for Tiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tiers").field("usage", &self.usage()).finish_non_exhaustive()
    }
}
