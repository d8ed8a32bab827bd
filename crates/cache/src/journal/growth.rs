//! How much the journal has grown, and whether a checkpoint would bring something and has room.
//!
//! How `engine/flusher/relief.rs` uses it is said there.

use std::time::Duration;

use forebay_journal::Others;
use forebay_store::Moment;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub(crate) struct Growth {
    /// Bytes of writes, and of what became of them, that were ever appended, or are owed to the journal.
    came: AtomicU64,
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
    /// When that is.
    pub(crate) moment: Moment,
    /// Bytes on disk.
    pub(crate) extent: u64,
    /// How far the journal has come.
    pub(crate) reach: u64,
    /// What the unstored writes weigh in memory.
    pub(crate) weight: u64,
    /// What the other tenants have appended.
    pub(crate) others: Others,
}

/// What a checkpoint has written forward, which is what was not stored.
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
    begun: Begun,
    live: Live,
    /// What the last one has written that wrote anything, well or not: how much the unstored writes take.
    rate: Live,
    /// Bytes of this cache's that came while it went on.
    meanwhile: u64,
    /// How far the journal had come when it ended.
    reach: u64,
    /// What the other tenants had written forward by then.
    again: u64,
    /// How often a full journal was looked at since, or since the last attempt.
    looks: u32,
    failed: Failed,
}

/// Attempts since the last checkpoint that went well.
#[derive(Clone, Copy, Debug, Default)]
struct Failed {
    times: u32,
    /// How many of them had written something forward by then.
    costly: u32,
    /// How far the journal had come at the end of the last one.
    reach: u64,
    /// When that was.
    at: Moment,
}

/// What had come when a checkpoint began. It lets go of all of that, and perhaps of a little that came just after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Begun {
    /// Bytes of this cache's.
    own: u64,
    /// Frames of the others that said something new.
    others: u64,
}

impl Growth {
    /// In a full journal a checkpoint that is not known to bring much is made when it was looked at so
    /// often.
    pub(crate) const LOOKS: u32 = 8;

    /// So long none begins in a full journal after one that failed. It doubles with each further one that had written something.
    const PAUSE: Duration = Duration::from_millis(400);

    /// So often the pauses double.
    const DOUBLED_MAX: u32 = 6;

    /// The pause where twice the bound is on disk.
    const LONG_PAUSE: Duration = Duration::from_secs(3600);

    pub(crate) fn new(segment: u64, bytes_max: u64) -> Self {
        let bytes_max = bytes_max - bytes_max % segment;
        Self {
            came: AtomicU64::new(0),
            next: AtomicU64::new(step(segment, bytes_max)),
            segment,
            bytes_max,
            last: Mutex::default(),
        }
    }

    /// A frame of this cache's came that says something new.
    pub(crate) fn came(&self, bytes: u64) {
        self.came.fetch_add(bytes, Ordering::Relaxed);
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
    /// last moment at which a checkpoint has room, and one lets go of enough. Never without room for what it writes forward,
    /// and never if nothing new has come.
    pub(crate) fn is_due(&self, now: &Standing, is_short: bool) -> bool {
        let last = self.last.lock();
        if self.is_paused(&last, now)
            || !self.has_room(&last, now)
            || !self.has_changed_since(&last, now)
        {
            return false;
        }
        let is_scarce = is_short || self.is_last_moment(&last, now);
        Self::has_grown_by(self.enough(&last), &last, now) || is_scarce && self.lets_go(&last, now)
    }

    /// All checkpoints together are to cost less than the writes.
    fn enough(&self, last: &Last) -> u64 {
        self.segment.max(last.live.bytes.saturating_mul(2))
    }

    /// Whether what a checkpoint writes forward fits into what is free. Something is left for those who write meanwhile; one that
    /// takes no more than that may begin in a full journal, too, for nothing else makes room there. But not where the journal
    /// has gone beyond its bound already.
    fn has_room(&self, last: &Last, now: &Standing) -> bool {
        let kept = step(self.segment, self.bytes_max);
        let needed = last.needed(now.weight);
        needed <= self.free(now) || needed <= kept && now.extent <= self.bytes_max
    }

    /// Whether the last attempt failed, and the journal has not come far enough since for another.
    fn is_paused(&self, last: &Last, now: &Standing) -> bool {
        let quarter = self.segment / 4;
        let pause = (quarter << self.doubled(last, now)).min(self.bytes_max / 8);
        last.failed.times > 0 && now.reach < last.failed.reach.saturating_add(pause)
    }

    /// Whether the last attempt failed, and it is too early for another in a full journal.
    fn is_paused_when_full(&self, last: &Last, now: &Standing) -> bool {
        let doubled = || Self::PAUSE * (1 << self.doubled(last, now));
        let pause = if self.is_too_much(last, now) { Self::LONG_PAUSE } else { doubled() };
        last.failed.times > 0 && now.moment < last.failed.at.after(pause)
    }

    /// Whether as much again is on disk as there may be, which those that failed have left, of this cache or of others, and a
    /// checkpoint would write a good deal more.
    fn is_too_much(&self, last: &Last, now: &Standing) -> bool {
        let kept = step(self.segment, self.bytes_max);
        now.extent / 2 > self.bytes_max && last.needed(now.weight) > kept
    }

    /// How often the pause after failed attempts doubles. Not at all if what another writes fits: so many of those come to an end
    /// by themselves.
    fn doubled(&self, last: &Last, now: &Standing) -> u32 {
        let fits = last.needed(now.weight) <= self.free(now);
        if fits { 0 } else { last.failed.costly.saturating_sub(1).min(Self::DOUBLED_MAX) }
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

    /// So much a checkpoint may write forward and let go of enough all the same. None if not even one
    /// that writes nothing does.
    fn may_stay(&self, last: &Last, now: &Standing) -> Option<u64> {
        let taken = last.taken(now);
        taken.checked_sub(self.segment.max(taken / 5))
    }

    /// Whether a checkpoint is worth its while in a full journal, be there room for it or not: it lets go of enough, or
    /// perhaps of something after some patience. That is `LOOKS` looks, of which this one counts for `looks`. After one that
    /// failed it is a pause as well, for looks are as many as writes that are refused, and what that one has written stays.
    /// Only a tenant that needs the oldest record may ask: no other one can let go of anything by itself.
    pub(crate) fn is_worthwhile(&self, now: &Standing, looks: u32) -> bool {
        let mut last = self.last.lock();
        if !self.has_changed_since(&last, now) {
            return false;
        }
        last.looks = last.looks.saturating_add(looks);
        if self.is_paused_when_full(&last, now) {
            return false;
        }
        last.looks >= Self::LOOKS || last.failed.times == 0 && self.lets_go(&last, now)
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
        let has_failed = last.failed.times > 0;
        match self.may_stay(&last, now) {
            None if has_failed && self.is_too_much(&last, now) => now.weight,
            None => 0,
            Some(_) if has_failed => now.weight,
            Some(may_stay) => {
                let free = self.free(now).saturating_sub(self.bytes_max / 16);
                now.weight.saturating_sub(last.weight_of(may_stay.min(free)))
            }
        }
    }

    /// Whether something new has come. Without it a journal may have been filled with small things that do not count; a checkpoint
    /// lets go of them, too, but only once they are half of what there may be: else tenants with large values, which lose much at
    /// the ends of segments, would write forward in turn.
    fn has_changed_since(&self, last: &Last, now: &Standing) -> bool {
        let is_new = self.begin(now.others) != last.begun;
        is_new || Self::has_grown_by(self.enough(last).max(self.bytes_max / 2), last, now)
    }

    /// Whether the journal has taken so much more than what the last checkpoint wrote.
    fn has_grown_by(more: u64, last: &Last, now: &Standing) -> bool {
        last.taken(now) >= last.live.bytes.saturating_add(more)
    }

    /// A checkpoint is handed to a thread: the looks are counted anew.
    pub(crate) fn call(&self) {
        self.last.lock().looks = 0;
    }

    /// What has come by now, as a checkpoint notes it when it begins: it lets go of that. What is appended later may stay, and
    /// counts as new for the next one.
    pub(crate) fn begin(&self, others: Others) -> Begun {
        Begun { own: self.came.load(Ordering::Relaxed), others: others.came }
    }

    /// A checkpoint has written `live` forward, in a journal that has come so far and into which the others have
    /// written so much.
    pub(crate) fn end(&self, begun: Begun, live: Live, (reach, others): (u64, Others)) {
        let meanwhile = self.begin(others).own.saturating_sub(begun.own);
        let (again, failed) = (others.again, Failed::default());
        let mut last = self.last.lock();
        let rate = live.or(last.rate);
        *last = Last { begun, live, rate, meanwhile, reach, again, looks: 0, failed };
    }

    /// A checkpoint came to nothing, which has written `live` forward, now that the journal has come so far. What it was begun for
    /// still counts. There is a pause before the next, which doubles if this one `has_written` anything and the next has no room:
    /// that stays, and may be anything up to all that is unstored. Looks from before do not count.
    pub(crate) fn fail(&self, has_written: bool, live: Live, (reach, at): (u64, Moment)) {
        let mut last = self.last.lock();
        let times = last.failed.times.saturating_add(1);
        let costly = last.failed.costly.saturating_add(has_written.into());
        last.failed = Failed { times, costly, reach, at };
        (last.rate, last.looks) = (live.or(last.rate), 0);
    }
}

impl Live {
    /// This, or another if nothing was written.
    fn or(self, other: Self) -> Self {
        if self.weight > 0 { self } else { other }
    }
}

impl Last {
    /// Bytes that the journal has taken, of which a checkpoint may let go: what the last one appended, what came meanwhile, and
    /// all that came since, but for what others wrote forward. Were that counted, tenants would write forward in turn, each
    /// because the others do.
    /// What is on disk says nothing of that, for it becomes less when another tenant lets go of something.
    /// Nor does how far the journal came during the last one: what that lost at the ends of segments, the next one loses again.
    /// What came meanwhile and was not written when it ended counts twice: no more than what may be in the queue.
    fn taken(&self, now: &Standing) -> u64 {
        let others = now.others.again.saturating_sub(self.again);
        let since = now.reach.saturating_sub(self.reach).saturating_sub(others);
        now.extent.min(self.live.bytes.saturating_add(self.meanwhile).saturating_add(since))
    }

    /// So many of them are needed, by what the unstored writes weigh now. None if nothing is known of that yet: a
    /// checkpoint will tell. Once one has failed instead, it is taken for what they weigh.
    fn needed(&self, weight: u64) -> u64 {
        let unknown = if self.failed.times > 0 { weight } else { 0 };
        part(self.rate.bytes, weight, self.rate.weight).unwrap_or(unknown)
    }

    /// What the writes weigh that take so many. There is no end to it where [`needed`](Self::needed) knows nothing.
    fn weight_of(&self, bytes: u64) -> u64 {
        let is_known = self.rate.weight > 0;
        let known = is_known.then(|| part(self.rate.weight, bytes, self.rate.bytes)).flatten();
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
mod tests;
