//! How much the journal has grown, and whether a checkpoint would bring something and has room.
//!
//! How `engine/flusher/relief.rs` uses it is said there.

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub(crate) struct Growth {
    /// Bytes of writes that were ever appended.
    written: AtomicU64,
    /// Writes that were ever settled.
    settled: AtomicU64,
    /// When the journal has come so far, it is to be looked at again.
    next: AtomicU64,
    /// No checkpoint is made for less.
    segment: u64,
    /// What the journal may take on disk, in whole segments.
    bytes_max: u64,
    last: Mutex<Last>,
}

/// How things stand now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// Bytes on disk.
    pub(crate) extent: u64,
    /// How far the journal has come.
    pub(crate) reach: u64,
    /// What the unstored writes weigh in memory.
    pub(crate) weight: u64,
}

/// What a checkpoint has written forward.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Live {
    /// Bytes that it appended.
    pub(crate) bytes: u64,
    /// What those writes weigh in memory.
    pub(crate) weight: u64,
}

/// How things stood at the last checkpoint that went well.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    written: u64,
    settled: u64,
    live: Live,
    /// Bytes of the writes that came while it went on.
    meanwhile: u64,
    /// How far the journal had come when it ended.
    reach: u64,
    /// How often a full journal was looked at since, or since the last attempt.
    looks: u32,
    /// The last attempt came to nothing. When the journal has come so far, there may be another.
    failed: Option<u64>,
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

    pub(crate) fn new(segment: u64, bytes_max: u64) -> Self {
        let bytes_max = bytes_max - bytes_max % segment;
        Self {
            written: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            next: AtomicU64::new(step(segment, bytes_max)),
            segment,
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

    /// Whether the journal has come further by a segment since this was last so, or by a sixteenth of what it may have. What
    /// a sync leaves unused counts. It is asked at every write.
    #[inline]
    pub(crate) fn is_longer(&self, reach: u64) -> bool {
        let next = self.next.load(Ordering::Relaxed);
        let later = || reach.saturating_add(step(self.segment, self.bytes_max));
        let order = Ordering::Relaxed;
        reach >= next && self.next.compare_exchange(next, later(), order, order).is_ok()
    }

    /// Whether a checkpoint is due: the journal has grown by twice what the last one wrote, or it is short or this is the
    /// last moment at which a checkpoint has room, and one lets go of enough. Never without room for what it writes forward.
    pub(crate) fn is_due(&self, now: &Standing, is_short: bool) -> bool {
        let last = self.last.lock();
        if last.failed.is_some_and(|again| now.reach < again) || !self.has_room(&last, now) {
            return false;
        }
        let has_grown = last.taken(now) >= last.live.bytes.saturating_add(self.enough(&last));
        let is_scarce = is_short || self.is_last_moment(&last, now);
        has_grown || is_scarce && self.lets_go(&last, now) && self.has_changed_since(&last)
    }

    /// All checkpoints together are to cost less than the writes.
    fn enough(&self, last: &Last) -> u64 {
        self.segment.max(last.live.bytes.saturating_mul(2))
    }

    /// Whether what a checkpoint writes forward fits into what is free. Something is left for those who write meanwhile; one that
    /// takes no more than that may begin in a full journal, too, for nothing else makes room there.
    fn has_room(&self, last: &Last, now: &Standing) -> bool {
        let kept = step(self.segment, self.bytes_max);
        last.needed(now.weight) <= self.free(now).max(kept)
    }

    fn free(&self, now: &Standing) -> u64 {
        let kept = step(self.segment, self.bytes_max);
        self.bytes_max.saturating_sub(now.extent).saturating_sub(kept)
    }

    /// Whether a checkpoint may have no room any more when the journal is looked at again. Until then as much may be
    /// appended as is kept free, which is to be written forward, too; and a segment may be in the queue that is not on disk.
    fn is_last_moment(&self, last: &Last, now: &Standing) -> bool {
        let until_then = self.segment + 2 * step(self.segment, self.bytes_max);
        last.needed(now.weight).saturating_add(until_then) > self.free(now)
    }

    /// Whether a checkpoint lets go of a fifth of what the journal has taken, and of a segment.
    fn lets_go(&self, last: &Last, now: &Standing) -> bool {
        self.may_stay(last, now).is_some_and(|may_stay| last.needed(now.weight) <= may_stay)
    }

    /// What a checkpoint may write forward, and let go of enough all the same.
    fn may_stay(&self, last: &Last, now: &Standing) -> Option<u64> {
        let taken = last.taken(now);
        taken.checked_sub(self.segment.max(taken / 5))
    }

    /// Whether a checkpoint is worth its while in a full journal, be there room for it or not: it lets go of enough, or of
    /// anything at all after some patience.
    pub(crate) fn is_worthwhile(&self, now: &Standing) -> bool {
        let mut last = self.last.lock();
        if !self.has_changed_since(&last) {
            return false;
        }
        last.looks = last.looks.saturating_add(1);
        last.looks >= Self::LOOKS || last.failed.is_none() && self.lets_go(&last, now)
    }

    /// Whether a checkpoint is to be made because another tenant of the journal wants this one's oldest records to go: it has
    /// room, or the journal is so full that the next frame may find none.
    pub(crate) fn gives_way(&self, now: &Standing) -> bool {
        let is_full = now.extent.saturating_add(2 * self.segment) >= self.bytes_max;
        is_full || self.has_room(&self.last.lock(), now)
    }

    /// Whether so much is on disk that room may become scarce.
    pub(crate) fn is_filling(&self, extent: u64) -> bool {
        extent >= self.bytes_max / 5 * 4
    }

    /// How much of what the unstored writes weigh has to be stored before a checkpoint lets go of enough and has room. That is
    /// by a sixteenth of `bytes_max` more than the checkpoint asks for: that the writes were stored is appended, too, and
    /// takes a block for each batch at least. Else what goes would make room for little more than itself, again and again. 0 also
    /// if the journal has taken less than a segment here: then others fill it. After a checkpoint that failed it is all: the
    /// journal has taken what that one wrote, too, and how much of it is nobody knows.
    pub(crate) fn in_the_way(&self, now: &Standing) -> u64 {
        let last = self.last.lock();
        match self.may_stay(&last, now) {
            None => 0,
            Some(_) if last.failed.is_some() => now.weight,
            Some(may_stay) => {
                let free = self.free(now).saturating_sub(self.bytes_max / 16);
                now.weight.saturating_sub(last.weight_of(may_stay.min(free)))
            }
        }
    }

    fn has_changed_since(&self, last: &Last) -> bool {
        self.totals() != (last.written, last.settled)
    }

    /// A checkpoint begins.
    pub(crate) fn begin(&self) -> Begun {
        let (written, settled) = self.totals();
        self.last.lock().looks = 0;
        Begun { written, settled }
    }

    /// A checkpoint has written `live` forward, in a journal that has come so far.
    pub(crate) fn end(&self, begun: Begun, live: Live, reach: u64) {
        let Begun { written, settled } = begun;
        let meanwhile = self.totals().0.saturating_sub(written);
        *self.last.lock() =
            Last { written, settled, live, meanwhile, reach, looks: 0, failed: None };
    }

    /// A checkpoint came to nothing. What it was begun for still counts.
    pub(crate) fn fail(&self, reach: u64) {
        self.last.lock().failed = Some(reach.saturating_add(self.segment / 4));
    }

    fn totals(&self) -> (u64, u64) {
        (self.written.load(Ordering::Relaxed), self.settled.load(Ordering::Relaxed))
    }
}

impl Last {
    /// Bytes that the journal has taken, of which a checkpoint may let go: what the last one appended, what came meanwhile, and
    /// all that came since. What is on disk says nothing of that, for it becomes less when another tenant lets go of something.
    /// Nor does how far the journal came during the last one: what that lost at the ends of segments, the next one loses again.
    fn taken(&self, now: &Standing) -> u64 {
        let since = now.reach.saturating_sub(self.reach);
        now.extent.min(self.live.bytes.saturating_add(self.meanwhile).saturating_add(since))
    }

    /// So many of them are needed, by what the unstored writes weigh now. None if nothing is known of that yet: a
    /// checkpoint will tell.
    fn needed(&self, weight: u64) -> u64 {
        part(self.live.bytes, weight, self.live.weight).unwrap_or(0)
    }

    /// What the writes weigh that take so many. There is no end to it where [`needed`](Self::needed) knows nothing.
    fn weight_of(&self, bytes: u64) -> u64 {
        let is_known = self.live.weight > 0;
        let known = is_known.then(|| part(self.live.weight, bytes, self.live.bytes)).flatten();
        known.unwrap_or(u64::MAX)
    }
}

/// How far the journal comes between two looks.
fn step(segment: u64, bytes_max: u64) -> u64 {
    segment.min(bytes_max / 16)
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
    const MAX: u64 = 3200;
    /// What is kept free while a checkpoint writes.
    const KEPT: u64 = SEGMENT;

    /// A journal whose last checkpoint appended 600 bytes for what weighs 300 in memory.
    fn after_a_checkpoint(bytes_max: u64) -> Growth {
        after_one_of(Live { bytes: 600, weight: 300 }, bytes_max)
    }

    fn after_one_of(live: Live, bytes_max: u64) -> Growth {
        let growth = Growth::new(SEGMENT, bytes_max);
        growth.wrote(1000);
        growth.end(growth.begin(), live, live.bytes);
        growth
    }

    fn at(extent: u64, weight: u64) -> Standing {
        Standing { extent, reach: extent, weight }
    }

    #[test]
    fn a_checkpoint_of_a_short_journal_is_due_when_enough_is_stored_and_that_is_what_is_in_the_way()
    {
        let growth = after_a_checkpoint(MAX);
        assert!(!growth.is_due(&at(600, 300), true), "nothing has come or gone");
        // 400 more bytes have come, of which all are needed.
        growth.wrote(400);
        let (extent, weight) = (1000, 500);
        assert!(!growth.is_due(&at(extent, weight), true));
        let in_the_way = growth.in_the_way(&at(extent, weight));
        assert_eq!(in_the_way, 100, "a fifth of what it has taken");
        growth.settled(1);
        assert!(!growth.is_due(&at(extent, weight - in_the_way + 1), true));
        assert!(growth.is_due(&at(extent, weight - in_the_way), true));
        assert!(!growth.is_due(&at(extent, weight - in_the_way), false), "it is not short");
        assert_eq!(growth.in_the_way(&at(extent, weight - in_the_way)), 0);
        // What was overwritten takes room, too.
        assert!(growth.is_due(&at(extent, 300), true));
    }

    #[test]
    fn a_checkpoint_that_is_due_never_writes_forward_more_than_is_free() {
        let growth = after_a_checkpoint(MAX);
        growth.wrote(1200);
        // It has grown by twice of what the last one wrote.
        let extent = 1800;
        let most = (MAX - KEPT - extent) / 2;
        for is_short in [false, true] {
            assert!(growth.is_due(&at(extent, most), is_short));
            assert!(!growth.is_due(&at(extent, most + 1), is_short));
        }
        let spare = MAX / 16 / 2;
        assert_eq!(growth.in_the_way(&at(extent, most + 7)), 7 + spare);
        assert_eq!(growth.in_the_way(&at(MAX, 500)), 500, "in a full one nothing may stay");
        assert!(growth.is_due(&at(MAX, KEPT / 2), true), "what is kept free is for it");
        assert!(!growth.is_due(&at(MAX, KEPT), true));
        assert!(growth.is_worthwhile(&at(MAX, KEPT)), "there is no other way");
    }

    #[test]
    fn a_checkpoint_begins_before_it_has_no_room_any_more() {
        let growth = after_one_of(Live { bytes: 1200, weight: 600 }, MAX);
        // The same keys are written over and over, and the store takes none of them.
        let mut begins = Vec::new();
        for extent in (1200..MAX).step_by(usize::try_from(KEPT).unwrap()) {
            growth.wrote(KEPT);
            begins.extend(growth.is_due(&at(extent, 600), false).then_some(extent));
        }
        assert_eq!(
            begins,
            [1700, 1800, 1900],
            "what is written forward and what is kept fit in until then"
        );
    }

    #[test]
    fn whatever_the_journal_holds_a_checkpoint_begins_while_it_has_room_if_it_lets_go_of_enough() {
        for needed in (0..MAX).step_by(40) {
            let growth = after_one_of(Live { bytes: needed, weight: needed }, MAX);
            let looks = (needed..=MAX).step_by(usize::try_from(KEPT).unwrap());
            let mut is_possible = false;
            let mut begins = false;
            for extent in looks {
                growth.wrote(KEPT);
                let is_enough = extent - needed >= SEGMENT.max(extent / 5);
                is_possible |= is_enough && extent + needed + KEPT <= MAX;
                begins |= growth.is_due(&at(extent, needed), extent >= MAX / 5 * 4);
            }
            assert_eq!(begins, is_possible, "with {needed} that are needed");
        }
    }

    #[test]
    fn after_a_failed_checkpoint_all_is_in_the_way_and_the_next_waits_for_a_quarter_of_a_segment() {
        let growth = after_a_checkpoint(MAX);
        growth.wrote(1400);
        assert!(growth.is_due(&at(2000, 20), false));
        growth.begin();
        growth.fail(2000);
        assert_eq!(growth.in_the_way(&at(2000, 500)), 500);
        assert_eq!(growth.in_the_way(&at(2000, 20)), 20);
        for is_short in [false, true] {
            assert!(!growth.is_due(&at(2000 + SEGMENT / 4 - 1, 20), is_short));
            assert!(growth.is_due(&at(2000 + SEGMENT / 4, 20), is_short));
        }
    }

    #[test]
    fn nothing_is_in_the_way_where_a_checkpoint_is_to_tell() {
        let growth = after_one_of(Live { bytes: 600, weight: 0 }, MAX);
        growth.wrote(400);
        assert_eq!(growth.in_the_way(&at(1000, 500)), 0);
        assert!(growth.is_due(&at(1000, 500), true));
    }

    #[test]
    fn what_others_fill_puts_nothing_in_the_way() {
        let growth = Growth::new(SEGMENT, 20_000);
        growth.end(growth.begin(), Live { bytes: 20, weight: 10 }, 10_000);
        growth.settled(1);
        assert_eq!(growth.in_the_way(&at(10_000, 10)), 0);
        assert!(!growth.is_due(&at(10_000, 0), true), "it is no segment");
    }

    #[test]
    fn what_it_takes_to_store_what_is_in_the_way_does_not_have_all_the_rest_stored_too() {
        let growth = after_one_of(Live { bytes: 600, weight: 600 }, MAX);
        growth.wrote(2000);
        let (mut extent, mut weight, mut batches) = (2600, 2500, 0);
        while !growth.is_due(&at(extent, weight), true) && weight > 0 {
            weight -= growth.in_the_way(&at(extent, weight)).min(400);
            growth.settled(1);
            // However small the batch, a block says that it was stored.
            extent += 20;
            batches += 1;
        }
        assert_eq!((weight, batches), (200, 6));
    }

    #[test]
    fn what_others_let_go_of_does_not_put_off_a_checkpoint() {
        let growth = Growth::new(SEGMENT, MAX);
        let live = Live { bytes: 200, weight: 100 };
        growth.end(growth.begin(), live, 2200);
        growth.wrote(600);
        // Of 2,400 bytes on disk another has let go of 1,400.
        let now = |reach| Standing { extent: reach - 1400, reach, weight: 100 };
        assert!(!growth.is_due(&now(2599), false));
        assert!(growth.is_due(&now(2600), false), "it has grown by twice 200");
        assert!(growth.is_due(&now(2400), true), "it lets go of 200");
    }

    #[test]
    fn what_came_during_a_checkpoint_is_let_go_of_by_the_next() {
        const MOST: u64 = 10_000;
        let growth = Growth::new(SEGMENT, MOST);
        // 2,500 bytes came while 3,500 were written forward.
        let begun = growth.begin();
        growth.wrote(2500);
        growth.end(begun, Live { bytes: 3500, weight: 3500 }, 10_000);
        let begins = (6000..MOST).find(|extent| {
            let now = Standing { extent: *extent, reach: 4000 + extent, weight: 3500 };
            growth.is_due(&now, false)
        });
        assert!(begins.is_some_and(|extent| extent + 3500 <= MOST), "{begins:?}");
    }

    #[test]
    fn what_a_checkpoint_loses_at_the_ends_of_segments_is_no_reason_for_another() {
        let growth = Growth::new(1000, 16_000);
        // Frames of more than half a segment, so that nearly half of each is lost.
        growth.end(growth.begin(), Live { bytes: 3850, weight: 3850 }, 7000);
        growth.wrote(1);
        let now = |weight| Standing { extent: 8200, reach: 7001, weight };
        assert!(!growth.is_due(&now(3850), true));
        assert!(growth.is_due(&now(2000), true), "enough was stored");
    }

    #[test]
    fn who_gives_way_to_others_does_so_if_it_has_room_or_few_segments_are_left() {
        let growth = after_a_checkpoint(MAX);
        assert!(growth.gives_way(&at(1000, 1000)));
        assert!(!growth.gives_way(&at(1500, 1000)));
        assert!(growth.gives_way(&at(MAX - SEGMENT, 1000)));
    }

    #[test]
    fn a_journal_is_longer_once_for_each_segment() {
        let growth = Growth::new(SEGMENT, MAX);
        let is_longer = [99, 100, 100, 199, 449, 449].map(|reach| growth.is_longer(reach));
        assert_eq!(is_longer, [false, true, false, false, true, false]);
    }
}
