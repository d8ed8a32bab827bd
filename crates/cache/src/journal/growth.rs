//! How much the journal has grown, and whether a checkpoint would bring something.

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub(crate) struct Growth {
    /// Bytes of writes that were ever appended.
    written: AtomicU64,
    /// Writes that were ever settled.
    settled: AtomicU64,
    /// When so many bytes have been written, a checkpoint is due.
    due: AtomicU64,
    /// When so many bytes have been written, the journal is to be looked at again.
    next: AtomicU64,
    /// A segment: no checkpoint is made for less.
    step_min: u64,
    /// What the journal may take on disk.
    bytes_max: u64,
    last: Mutex<Last>,
}

/// How things stood at the last checkpoint that went well.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    written: u64,
    settled: u64,
    /// Bytes that it appended.
    live: u64,
    /// Bytes on disk after it.
    extent: u64,
    /// What the unstored writes weighed in memory.
    weight: u64,
    /// How often a full journal was looked at since, or since the last attempt.
    looks: u32,
    /// The last attempt came to nothing.
    has_failed: bool,
}

/// What a checkpoint takes into account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    written: u64,
    settled: u64,
}

impl Growth {
    /// In a full journal a checkpoint that is not known to bring much is made when it was looked at so
    /// often.
    const LOOKS: u32 = 8;

    /// A sync goes on in another block, and leaves the rest of its own unused.
    const BLOCK: u64 = 4 << 10;

    pub(crate) fn new(step_min: u64, bytes_max: u64) -> Self {
        Self {
            written: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            due: AtomicU64::new(step_min),
            next: AtomicU64::new(step_min.min(bytes_max / 16)),
            step_min,
            bytes_max,
            last: Mutex::default(),
        }
    }

    pub(crate) fn wrote(&self, bytes: u64) {
        self.written.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn settled(&self, writes: u64) {
        self.settled.fetch_add(writes, Ordering::Relaxed);
    }

    /// Whether the writes alone have made a checkpoint due. It is asked at every write.
    pub(crate) fn is_due(&self) -> bool {
        self.written.load(Ordering::Relaxed) >= self.due.load(Ordering::Relaxed)
    }

    /// A writer has a sync made, which takes a block at most, however little was written: the journal is looked at sooner.
    pub(crate) fn syncs(&self) {
        let sooner = |next: u64| Some(next.saturating_sub(Self::BLOCK));
        let _always = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sooner);
    }

    /// Whether writes have taken as much as a segment since this was last so, or a sixteenth of what the journal may have. It
    /// is asked at every write.
    pub(crate) fn is_longer(&self) -> bool {
        let (written, next) =
            (self.written.load(Ordering::Relaxed), self.next.load(Ordering::Relaxed));
        let later = written.saturating_add(self.step_min.min(self.bytes_max / 16));
        let order = Ordering::Relaxed;
        written >= next && self.next.compare_exchange(next, later, order, order).is_ok()
    }

    /// Whether the journal takes so much room that a checkpoint is due: marks and the ends of blocks
    /// count as well.
    pub(crate) fn is_due_at(&self, extent: u64) -> bool {
        let last = self.last.lock();
        extent >= last.extent.saturating_add(self.step(last.live))
    }

    /// All checkpoints together are to cost less than the writes.
    fn step(&self, live: u64) -> u64 {
        self.step_min.max(live.saturating_mul(2))
    }

    /// Whether a checkpoint is worth its while in a full journal: a quarter of what it would append
    /// again has come or gone since the last one, or anything at all after some patience.
    pub(crate) fn is_worthwhile(&self, extent: u64, weight: u64) -> bool {
        let mut last = self.last.lock();
        if !self.has_changed_since(&last) {
            return false;
        }
        last.looks = last.looks.saturating_add(1);
        if last.has_failed {
            return last.looks >= Self::LOOKS;
        }
        extent.saturating_sub(last.extent) >= last.live / 4
            || weight <= last.weight / 4 * 3
            || last.looks >= Self::LOOKS
    }

    /// Whether a checkpoint lets go of a fifth of what the journal has taken, and of a segment, and writes forward no more than
    /// there is room for.
    pub(crate) fn lets_go(&self, extent: u64, weight: u64) -> bool {
        let last = self.last.lock();
        let may_stay = self.may_stay(&last, extent);
        let is_enough = may_stay.is_some_and(|may_stay| last.needed(weight) <= may_stay);
        is_enough && !last.has_failed && self.has_changed_since(&last)
    }

    /// How much of what the unstored writes weigh has to be stored before a checkpoint does. 0 also if the journal has taken
    /// less than a segment here: then others fill it. After a checkpoint that failed it is all: the journal has taken what that
    /// one wrote, too, and how much of it is nobody knows.
    pub(crate) fn in_the_way(&self, extent: u64, weight: u64) -> u64 {
        let last = self.last.lock();
        match self.may_stay(&last, extent) {
            None => 0,
            Some(_) if last.has_failed => weight,
            Some(may_stay) => weight.saturating_sub(last.weight_of(may_stay)),
        }
    }

    /// What a checkpoint may write forward, and bring room all the same. It fits into the room that is left: beyond that,
    /// writers would wait until the checkpoint has ended.
    fn may_stay(&self, last: &Last, extent: u64) -> Option<u64> {
        let taken = last.taken(extent);
        let may_stay = taken.checked_sub(self.step_min.max(taken / 5))?;
        Some(may_stay.min(self.bytes_max.saturating_sub(extent)))
    }

    fn has_changed_since(&self, last: &Last) -> bool {
        self.totals() != (last.written, last.settled)
    }

    pub(crate) fn begin(&self) -> Begun {
        let (written, settled) = self.totals();
        self.last.lock().looks = 0;
        // Not at every write while it lasts.
        self.due.store(u64::MAX, Ordering::Relaxed);
        Begun { written, settled }
    }

    /// A checkpoint has appended `live` bytes again; the journal takes `extent` now.
    pub(crate) fn end(&self, begun: Begun, live: u64, extent: u64, weight: u64) {
        let Begun { written, settled } = begun;
        *self.last.lock() =
            Last { written, settled, live, extent, weight, looks: 0, has_failed: false };
        self.due.store(written.saturating_add(self.step(live)), Ordering::Relaxed);
    }

    /// A checkpoint came to nothing. What it was begun for still counts.
    pub(crate) fn fail(&self) {
        self.last.lock().has_failed = true;
        let (written, _) = self.totals();
        self.due.store(written.saturating_add(self.step_min / 4), Ordering::Relaxed);
    }

    fn totals(&self) -> (u64, u64) {
        (self.written.load(Ordering::Relaxed), self.settled.load(Ordering::Relaxed))
    }
}

impl Last {
    /// Bytes that the journal has taken: what the checkpoint appended, and all that came since.
    fn taken(&self, extent: u64) -> u64 {
        self.live.saturating_add(extent.saturating_sub(self.extent))
    }

    /// So many of them are needed, by what the unstored writes weigh now. None if nothing is known of that yet: a
    /// checkpoint will tell.
    fn needed(&self, weight: u64) -> u64 {
        part(self.live, weight, self.weight).unwrap_or(0)
    }

    /// What the writes weigh that take so many. There is no end to it where [`needed`](Self::needed) knows nothing.
    fn weight_of(&self, bytes: u64) -> u64 {
        let known = if self.weight == 0 { None } else { part(self.weight, bytes, self.live) };
        known.unwrap_or(u64::MAX)
    }
}

/// So much of `all` as `some` is of `whole`.
fn part(all: u64, some: u64, whole: u64) -> Option<u64> {
    let part = (u128::from(all) * u128::from(some)).checked_div(whole.into())?;
    Some(u64::try_from(part).unwrap_or(u64::MAX))
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    const SEGMENT: u64 = 100;
    const MAX: u64 = 2000;

    /// A journal whose last checkpoint appended 600 bytes for what weighs 300 in memory.
    fn after_a_checkpoint() -> Growth {
        after_one_of(300, MAX)
    }

    fn after_one_of(weight: u64, bytes_max: u64) -> Growth {
        let growth = Growth::new(SEGMENT, bytes_max);
        growth.wrote(1000);
        let begun = growth.begin();
        growth.end(begun, 600, 600, weight);
        growth
    }

    #[test]
    fn a_checkpoint_lets_go_when_enough_is_stored_and_that_is_what_is_in_the_way() {
        let growth = after_a_checkpoint();
        assert!(!growth.lets_go(600, 300), "nothing has come or gone");
        // 400 more bytes have come, of which all are needed.
        growth.wrote(400);
        let (extent, weight) = (1000, 500);
        assert!(!growth.lets_go(extent, weight));
        let in_the_way = growth.in_the_way(extent, weight);
        assert_eq!(in_the_way, 100, "a fifth of what it has taken");
        growth.settled(1);
        assert!(!growth.lets_go(extent, weight - in_the_way + 1));
        assert!(growth.lets_go(extent, weight - in_the_way));
        assert_eq!(growth.in_the_way(extent, weight - in_the_way), 0);
        // What was overwritten takes room, too.
        assert!(growth.lets_go(extent, 300));
    }

    #[test]
    fn a_checkpoint_never_writes_forward_more_than_is_free() {
        let growth = after_one_of(300, 1200);
        growth.wrote(400);
        // 200 bytes are free, for what weighs 100.
        assert_eq!(growth.in_the_way(1000, 500), 400);
        assert!(!growth.lets_go(1000, 101));
        assert!(growth.lets_go(1000, 100));
        assert_eq!(growth.in_the_way(1200, 500), 500, "in a full one nothing may stay");
        assert!(!growth.lets_go(1200, 2));
        assert!(growth.lets_go(1200, 0));
    }

    #[test]
    fn after_a_failed_checkpoint_all_is_in_the_way() {
        let growth = after_a_checkpoint();
        growth.wrote(400);
        growth.begin();
        growth.fail();
        assert_eq!(growth.in_the_way(1600, 500), 500);
        assert_eq!(growth.in_the_way(1600, 20), 20);
    }

    #[test]
    fn nothing_is_in_the_way_where_a_checkpoint_is_to_tell() {
        let growth = after_one_of(0, MAX);
        growth.wrote(400);
        assert_eq!(growth.in_the_way(1000, 500), 0);
        assert!(growth.lets_go(1000, 500));
    }

    #[test]
    fn what_others_fill_puts_nothing_in_the_way() {
        let growth = Growth::new(SEGMENT, 20_000);
        growth.end(growth.begin(), 20, 10_000, 10);
        growth.settled(1);
        assert_eq!(growth.in_the_way(10_000, 10), 0);
        assert!(!growth.lets_go(10_000, 0), "it is no segment");
    }

    #[test]
    fn a_journal_is_longer_once_for_each_segment() {
        let growth = Growth::new(SEGMENT, MAX);
        let is_longer = [99, 1, 0, 99, 250, 0].map(|bytes| {
            growth.wrote(bytes);
            growth.is_longer()
        });
        assert_eq!(is_longer, [false, true, false, false, true, false]);
    }
}
