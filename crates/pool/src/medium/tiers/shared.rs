//! What the parts of a medium of two tiers share.

use std::sync::Arc;

use forebay_store::seam::{Clock, Spawn};
use forebay_store::sync::{Mutex, MutexGuard};
use forebay_store::{Error, Result};

use super::claim::needs;
use super::table::{Table, Unneeded};
use crate::blob::of_medium;
use crate::budget::Room;
use crate::event::Event;
use crate::medium::breaker::Breaker;
use crate::medium::teller::Teller;
use crate::medium::{Account, Medium, PartUsage, Place, Usage};
use crate::slot::foreign;

/// What the parts of a medium of two tiers share.
pub(super) struct Shared {
    pub(super) fast: Box<dyn Medium>,
    pub(super) slow: Box<dyn Medium>,
    /// What the fast tier may take; the largest number is no bound.
    pub(super) fast_max: u64,
    /// The fast tier itself takes no more than that.
    pub(super) is_bounded_itself: bool,
    /// The longest payload that the fast tier takes.
    pub(super) fast_blob_max: u64,
    pub(super) blobs_max: usize,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) spawn: Arc<dyn Spawn>,
    pub(super) teller: Teller,
    desk: Mutex<Desk>,
}

/// What changes. No medium is called under its lock.
pub(super) struct Desk {
    pub(super) table: Table,
    /// What the blobs in the fast tier take: what it takes beyond that it keeps to use it again.
    pub(super) above: u64,
    /// What those are to take of the fast tier who write there.
    pub(super) claimed: u64,
    /// So many of them have ended: what the tier takes is known only as long as none does.
    pub(super) ended: u64,
    /// In both tiers.
    pub(super) blobs: u64,
    /// The fast tier, for who writes.
    pub(super) writes: Breaker,
    /// The way down, for what moves.
    pub(super) moves: Breaker,
    /// Somebody who moves blobs down is on his way.
    pub(super) is_sent: bool,
    /// He goes on until the fast tier takes no more than this.
    pub(super) goal: u64,
    /// Where is counted what is in memory of a blob that is copied.
    pub(super) account: Account,
}

impl Shared {
    const FAST: &str = "fast";
    const SLOW: &str = "slow";

    pub(super) fn new(
        (fast, slow): (Box<dyn Medium>, Box<dyn Medium>),
        fast_max: Option<u64>,
        blobs_max: Option<usize>,
        (clock, spawn): (Arc<dyn Clock>, Arc<dyn Spawn>),
    ) -> Self {
        let quota = fast.usage().quota.unwrap_or(u64::MAX);
        let fast_max = fast_max.unwrap_or(u64::MAX).min(quota);
        let usual = usize::try_from(fast_max >> 14).unwrap_or(usize::MAX).clamp(1 << 8, 1 << 16);
        let blobs_max = blobs_max.unwrap_or(usual);
        let desk = Desk {
            table: Table::new(blobs_max),
            above: 0,
            claimed: 0,
            ended: 0,
            blobs: 0,
            writes: Breaker::after(1),
            moves: Breaker::after(1),
            is_sent: false,
            goal: u64::MAX,
            account: Account::default(),
        };
        let (is_bounded_itself, teller) = (quota == fast_max, Teller::default());
        let fast_blob_max = fast.traits().blob_max;
        let desk = Mutex::new(desk);
        Self {
            fast,
            slow,
            fast_max,
            is_bounded_itself,
            fast_blob_max,
            blobs_max,
            clock,
            spawn,
            teller,
            desk,
        }
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock()
    }

    /// What a blob takes in the fast tier.
    pub(super) fn bytes_of(&self, place: Place) -> u64 {
        let said = foreign::run("a medium", || self.fast.bytes_of(place));
        said.ok().flatten().unwrap_or_else(|| needs(place.length))
    }

    /// Counts the memory of a blob of the fast tier that is about to be copied, if it is there as a whole.
    pub(super) fn count_copied(&self, place: Place) -> Option<Room> {
        let account = self.fast.traits().is_whole.then(|| self.desk().account.clone());
        account?.take(place.length)
    }

    /// Frees what a step of the table has left.
    pub(super) fn give_back(&self, unneeded: Unneeded) {
        if let Some(place) = unneeded.fast {
            let bytes = self.bytes_of(place);
            free(&*self.fast, place);
            // Not before: until then the tier has no room for another.
            let mut desk = self.desk();
            desk.above = desk.above.saturating_sub(bytes);
        }
        if let Some(place) = unneeded.slow {
            free(&*self.slow, place);
        }
    }

    /// A call of the fast tier, whose failure it notes.
    pub(super) fn on_fast<R>(&self, call: impl FnOnce() -> Result<R>) -> Result<R> {
        of_medium(call).inspect_err(|error| {
            if error.is_retryable() {
                let now = self.clock.now();
                let is_left = self.desk().writes.failed(now);
                self.tell_left(is_left, error);
            }
        })
    }

    /// Whether the fast tier is left alone after a failure.
    pub(super) fn is_fast_left(&self) -> bool {
        let now = self.clock.now();
        self.desk().writes.is_open(now)
    }

    fn tell_left(&self, is_left: bool, error: &Error) {
        if is_left {
            let (part, error) = (Self::FAST.into(), error.clone());
            self.teller.tell(Event::DirectoryLeft { part, error });
        }
    }

    pub(super) fn tell_back(&self, was_left: bool) {
        if was_left {
            self.teller.tell(Event::DirectoryBack { part: Self::FAST.into() });
        }
    }

    pub(super) fn usage(&self) -> Usage {
        let (fast, slow) = (self.fast.usage(), self.slow.usage());
        let fast_quota = Some(self.fast_max).filter(|most| *most < u64::MAX);
        let (is_left, blobs) = (self.is_fast_left(), self.desk().blobs);
        Usage {
            bytes: fast.bytes + slow.bytes,
            quota: fast_quota.zip(slow.quota).map(|(fast, slow)| fast.saturating_add(slow)),
            blobs,
            pending_frees: fast.pending_frees + slow.pending_frees,
            failed_frees: fast.failed_frees + slow.failed_frees,
            parts: [(Self::FAST, fast, fast_quota, is_left), (Self::SLOW, slow, None, false)]
                .into_iter()
                .flat_map(|(name, usage, quota, is_left)| parts(name, usage, quota, is_left))
                .collect(),
        }
    }
}

/// Frees a place, perhaps from a `Drop`.
pub(super) fn free(tier: &dyn Medium, place: Place) {
    let _ = foreign::run("a medium", || tier.free(place));
}

/// A tier, or each of its parts.
fn parts(name: &str, usage: Usage, quota: Option<u64>, is_left: bool) -> Vec<PartUsage> {
    let bound = |own: Option<u64>| match (own, quota) {
        (Some(own), Some(quota)) => Some(own.min(quota)),
        (own, quota) => own.or(quota),
    };
    if usage.parts.is_empty() {
        let (bytes, quota, blobs) = (usage.bytes, bound(usage.quota), usage.blobs);
        return vec![PartUsage { name: name.into(), bytes, quota, blobs, is_left }];
    }
    let named = |part: PartUsage| PartUsage {
        name: format!("{name} {}", part.name),
        quota: bound(part.quota),
        is_left: part.is_left || is_left,
        ..part
    };
    usage.parts.into_iter().map(named).collect()
}
