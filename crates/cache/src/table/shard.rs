//! One shard: its entries and what is under way for them, and the rule that places them.
//!
//! Where an entry is, its roster says; which clean one goes first, its order. What state an entry is in is
//! decided here.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::sync::atomic::AtomicUsize;
use forebay_store::{Error, ErrorKind, Moment, Result, Seams};

use super::accept::{closed, full, read_only};
use super::effects::Effects;
use super::entry::{Entry, Held, ListId, Print};
use super::errand::Errands;
use super::fresh::{Fresh, Older};
use super::list::List;
use super::order::Order;
use super::roster::{NONE, Roster, Slab};
use super::tick::Tick;
use super::times::Times;
use super::work::{Turn, Work};
use crate::engine::OwnSpot;
use crate::journal::Pen;
use crate::settings::WhenRefused;

/// What puts write comes first, so that it lies in one line of the processor's cache with the word of the lock: a line that
/// two threads write goes from one processor to the other each time.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Shard<K, V> {
    /// The source of versions and stamps: unique in the shard for its whole life.
    pub(super) seq: u64,
    /// The weight of all entries, as values weigh.
    pub(super) weight: u64,
    /// What it has told that it takes. Never less than it does, when the lock goes.
    pub(super) told: u64,
    /// How many took the place of one that was not stored yet.
    pub(super) coalesced: u64,
    pub(super) unstored: u32,
    /// For so many works what they weighed is set aside: their writes were stored, and the next ones use it (`weight.rs`).
    pub(super) aside: u32,
    /// The least that `aside` was since everything was last stored: so much of it was not used.
    pub(super) unused: u32,
    /// How many there are in the latest part of the notes: none only if there is no other part.
    pub(super) noted: u8,
    /// How many writes over clean entries are given the latest date, too.
    pub(super) tick: Tick,
    /// The latest date that was given to a write.
    pub(super) dated: Moment,
    /// What is dirty and not on that list yet: the places of the latest part of that.
    pub(super) fresh: Vec<Fresh>,
    pub(crate) is_closed: bool,
    /// It takes no writes for now; what it has is stored all the same.
    pub(crate) is_read_only: bool,
    /// A close has reported: nothing more will be stored.
    pub(crate) has_ended: bool,
    /// What becomes of what is written after one that was refused.
    when_refused: WhenRefused,
    /// How many are about to lock it, and to find it whole.
    pub(super) onlookers: AtomicUsize,
    /// How long clean values answer, if not for as long as they are here.
    pub(super) times: Option<Box<Times>>,
    /// What it writes into the journal with, if there is one.
    pub(super) pen: Option<Pen>,
    pub(super) entries: Roster<K, V>,
    pub(super) dirty: List,
    pub(super) works: Slab<Work<V>>,
    pub(super) order: Order,
    pub(super) busy: List,
    pub(super) quarantine: List,
    /// The rest of what is fresh.
    pub(super) older: Older,
    /// What callers find out of which nobody else knows.
    pub(super) errands: Errands<K, V>,
    /// That of an errand that has ended: the next one's, so that it takes no memory anew.
    pub(crate) spent: Option<OwnSpot<K, V>>,
    /// How many writes were stored since then, and after how many `unused` is let go of whatever is unstored.
    pub(super) stored_since: u64,
    pub(super) stored_until: u64,
    /// The bytes of room that versions hold that are with the store, and not the visible ones any more.
    pub(crate) overtaken: u64,
    /// How many writes of the shard have been stored.
    pub(super) stores: u64,
    /// How often somebody said that a key may be another in the store than it was known to be.
    pub(super) doubts: u64,
    /// Entries whose first unstored write is no newer than this are due, whatever their delay.
    pub(super) due_mark: u64,
    /// The head of the dirty list and the mark for which `due_hint` was worked out.
    pub(super) hinted: (Option<u32>, u64),
    pub(super) due_hint: u64,
    pub(crate) barrier: Option<Barrier>,
    /// Tells when something was refused.
    pub(super) seams: Seams,
}

/// What comes before it shares a line with the lock's word and what is beside that, which take 16 bytes.
#[cfg(all(target_pointer_width = "64", not(shuttle)))]
const _: () = assert!(std::mem::offset_of!(Shard<u64, u64>, dated) == 48);

/// This shard's part of a flush: every write accepted up to `mark` is to be tried.
#[derive(Debug)]
pub(crate) struct Barrier {
    pub(crate) number: u64,
    pub(crate) mark: u64,
    /// Only attempts begun after this flight count as failures.
    pub(crate) after_flight: u64,
    /// Entries with an unstored write up to the mark.
    pub(crate) remaining: usize,
    /// How many of them have failed.
    pub(crate) failed: usize,
    pub(crate) cause: Option<Error>,
}

impl<K, V> Shard<K, V> {
    /// An empty shard whose versions come after `seq`.
    pub(crate) fn new(
        seq: u64,
        when_refused: WhenRefused,
        pen: Option<Pen>,
        times: Option<Box<Times>>,
        seams: Seams,
    ) -> Self {
        Self {
            entries: Roster::new(),
            works: Slab::default(),
            spent: None,
            errands: Errands::none(),
            order: Order::new(),
            times,
            dirty: List::new(ListId::Dirty),
            noted: 0,
            fresh: Vec::new(),
            older: Older::default(),
            onlookers: AtomicUsize::new(0),
            busy: List::new(ListId::Busy),
            seq,
            weight: 0,
            told: 0,
            unstored: 0,
            quarantine: List::new(ListId::Quarantine),
            aside: 0,
            unused: 0,
            stored_since: 0,
            stored_until: 0,
            overtaken: 0,
            stores: 0,
            doubts: 0,
            coalesced: 0,
            dated: Moment::default(),
            tick: Tick::default(),
            due_mark: 0,
            hinted: (None, 0),
            due_hint: u64::MAX,
            barrier: None,
            is_closed: false,
            when_refused,
            is_read_only: false,
            has_ended: false,
            pen,
            seams,
        }
    }

    /// The end of a step: what has become of writes goes into the journal, under the same lock.
    pub(crate) fn note_marks(&self, effects: &mut Effects<K, V>) {
        if let Some(pen) = self.pen.as_ref().filter(|_| !effects.marks.is_empty()) {
            pen.note(&effects.marks);
            effects.has_marked = true;
        }
        effects.marks.clear();
    }

    /// Entries, and keys that will be some when a caller has found out what they are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len() + self.errands.len()
    }

    /// Entries with a write that is not stored, those in quarantine included.
    pub(crate) fn unstored(&self) -> usize {
        self.unstored as usize
    }

    /// Changes whenever the store may have something newer of a key than it had: what was read there before is
    /// then not to be held (G6).
    pub(crate) fn fence(&self) -> u64 {
        self.stores + self.doubts
    }

    /// A key may be another in the store than it was known to be.
    pub(crate) fn doubt(&mut self) {
        self.doubts += 1;
    }

    /// Changes whenever a write of the shard has been stored.
    pub(crate) fn stores(&self) -> u64 {
        self.stores
    }

    /// How many writes took the place of one that was not stored yet.
    pub(crate) fn coalesced(&self) -> u64 {
        self.coalesced
    }

    pub(crate) fn quarantined(&self) -> usize {
        self.quarantine.len()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (u32, &Entry<K, V>, Option<&Work<V>>)> {
        self.entries
            .iter()
            .map(|(at, entry)| (at, entry, self.works.get(self.entries.ties(at).work)))
    }

    pub(crate) fn entry(&self, at: u32) -> Option<&Entry<K, V>> {
        self.entries.get(at)
    }

    /// What the table keeps of an entry's hash.
    pub(crate) fn print(&self, at: u32) -> Option<Print> {
        self.entries.get_ties(at).map(|ties| ties.print)
    }

    /// Milliseconds of wall time from which on what an entry holds is not visible; 0 is never.
    pub(crate) fn deadline(&self, at: u32) -> u64 {
        self.entries.deadline(at)
    }

    pub(crate) fn work(&self, at: u32) -> Option<&Work<V>> {
        self.works.get(self.entries.get_ties(at)?.work)
    }

    pub(crate) fn work_mut(&mut self, at: u32) -> Option<&mut Work<V>> {
        self.catch_up(at)
    }

    /// Whether what is written after one that was refused waits behind it.
    pub(super) fn queues(&self) -> bool {
        self.when_refused == WhenRefused::Queue
    }

    /// Whether it takes writes.
    pub(crate) fn check_open(&self) -> Result<()> {
        if self.is_closed {
            return Err(closed());
        }
        if self.is_read_only { Err(read_only()) } else { Ok(()) }
    }

    pub(super) fn next_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    /// An entry holds this from now on, with a stamp of its own; what it held is in `held` afterwards. Says what it
    /// weighed, for its list to know if it is on one.
    #[inline]
    pub(super) fn swap_held(
        &mut self,
        at: u32,
        held: &mut Held<V>,
        weight: u32,
        deadline: u64,
    ) -> u32 {
        let stamp = self.next_seq();
        let (_, weighed) = self.entries.swap(at, held, weight, deadline, stamp);
        self.weight = self.weight - u64::from(weighed) + u64::from(weight);
        weighed
    }
}

impl<K: Eq + Hash, V> Shard<K, V> {
    /// The entry of a key.
    #[inline]
    pub(crate) fn seek(&self, hash: u64, key: &K) -> Option<(u32, &Entry<K, V>)> {
        self.entries.entry(Print::of(hash), key)
    }

    /// The same, if it is where nearly all are.
    #[inline]
    pub(crate) fn seek_at_home(&self, hash: u64, key: &K) -> Option<&Entry<K, V>> {
        self.entries.entry_at_home(Print::of(hash), key)
    }

    /// The entry that is looked at first, whose key may be another.
    pub(crate) fn first(&self, hash: u64) -> Option<(u32, &Entry<K, V>)> {
        self.entries.first(Print::of(hash))
    }

    pub(crate) fn find(&self, hash: u64, key: &K) -> Option<u32> {
        self.entries.find(Print::of(hash), key)
    }

    /// As [`find`](Self::find), for a step that has in its hands what must not go under the lock: an `eq` that
    /// panics is told, not passed on.
    pub(super) fn found(&self, hash: u64, key: &K) -> Result<Option<u32>> {
        catch_unwind(AssertUnwindSafe(|| self.find(hash, key)))
            .map_err(|_| Error::new(ErrorKind::Aborted, "the comparison of a key panicked"))
    }

    /// The entry of `key`, made if need be. It fails when the shard can number no more.
    pub(super) fn ensure(&mut self, hash: u64, key: K, effects: &mut Effects<K, V>) -> Result<u32> {
        match self.found(hash, &key) {
            Ok(found) => self.ensure_at(found, hash, key, effects),
            Err(error) => {
                effects.drop_key(key);
                Err(error)
            }
        }
    }

    /// As [`ensure`](Self::ensure), for who has looked for the key.
    pub(super) fn ensure_at(
        &mut self,
        found: Option<u32>,
        hash: u64,
        key: K,
        effects: &mut Effects<K, V>,
    ) -> Result<u32> {
        if let Some(at) = found {
            effects.drop_key(key);
            return Ok(at);
        }
        self.entries.insert(key, Print::of(hash)).ok_or_else(full)
    }

    /// The work of an entry, made if need be.
    pub(super) fn ensure_work(&mut self, at: u32) -> Option<&mut Work<V>> {
        if self.entries.ties(at).work == NONE {
            let seq = self.seq;
            self.entries.ties_mut(at).work = self.works.insert(|_| Work::new(at, seq))?;
        }
        self.catch_up(at)
    }

    /// An entry is about to hold what was written. Writing a key that was there before is a use of it; coming
    /// in is none, else an import would push out all that is read.
    pub(super) fn note_written(&self, at: u32) {
        let entry = &self.entries[at];
        if entry.stamp != 0 {
            entry.touch();
        }
    }

    /// Changes what an entry holds; every change has its own stamp.
    pub(super) fn hold(
        &mut self,
        at: u32,
        mut held: Held<V>,
        weight: u32,
        deadline: u64,
        effects: &mut Effects<K, V>,
    ) {
        self.unlist(at);
        self.swap_held(at, &mut held, weight, deadline);
        effects.drop(held);
    }

    pub(super) fn unlist(&mut self, at: u32) {
        match self.entries[at].list() {
            ListId::None => {}
            ListId::Small | ListId::Main => self.order.leave(&mut self.entries, at),
            ListId::Dirty => self.dirty.unlink(&mut self.entries, at),
            ListId::Busy => self.busy.unlink(&mut self.entries, at),
            ListId::Quarantine => self.quarantine.unlink(&mut self.entries, at),
        }
    }

    /// The end of every step: puts the entry where its state belongs, drops work that is done,
    /// and frees the entry if nothing holds it (G5). What else links or frees is in `docs/entry-states.md`: eviction,
    /// a put over what nothing goes on for, and a load by hand.
    pub(super) fn settle(&mut self, at: u32, effects: &mut Effects<K, V>) {
        self.catch_up(at);
        if self.entries.ties(at).work != NONE && self.works[self.entries.ties(at).work].is_idle() {
            if let Some(mut work) = self.works.remove(self.entries.ties(at).work) {
                debug_assert!(work.room().is_none(), "idle work holds no room");
                effects.drop_error(work.forget_failure());
            }
            self.entries.ties_mut(at).work = NONE;
        }
        if self.entries.ties(at).work == NONE {
            return self.settle_clean(at, effects);
        }
        self.number_head(at);
        self.place(at);
        self.advance(at, effects);
        self.note_quiet(at);
    }

    /// The part of `settle` that links an entry with work into the list where its state belongs.
    pub(super) fn place(&mut self, at: u32) {
        let entry = &self.entries[at];
        let work = &mut self.works[self.entries.ties(at).work];
        let wants_flush = work.is_to_store() && work.parked() == 0;
        let is_ready = work.inflight == 0 && !work.is_behind_through();
        let is_met = work.is_met();
        let returns = is_met && is_ready;
        let is_early = is_met && wants_flush && !is_ready;
        work.set_met(is_early);
        let target = if wants_flush && !is_early {
            ListId::Dirty
        } else if work.quarantined().is_some() {
            ListId::Quarantine
        } else if !work.is_unstored() && entry.weight() > 0 {
            ListId::Busy
        } else {
            ListId::None
        };
        if entry.list() != target {
            self.unlist(at);
            match target {
                ListId::Dirty if returns => self.push_oldest(at),
                ListId::Dirty => self.dirty.push_tail(&mut self.entries, at),
                ListId::Busy => self.busy.push_tail(&mut self.entries, at),
                ListId::Quarantine => self.quarantine.push_tail(&mut self.entries, at),
                ListId::None | ListId::Small | ListId::Main => {}
            }
        }
    }

    /// A write-through takes its version when it becomes the head of its line: newer than all that
    /// is visible by then, older than all that comes.
    fn number_head(&mut self, at: u32) {
        let work = &mut self.works[self.entries.ties(at).work];
        if let Some(Turn::Write(write)) = work.head_mut()
            && write.version == 0
        {
            self.seq += 1;
            write.version = self.seq;
        }
    }

    /// Gets the head of the line going, if its turn has come.
    fn advance(&mut self, at: u32, effects: &mut Effects<K, V>) {
        let work = &mut self.works[self.entries.ties(at).work];
        if let Some(Turn::Modify { go, .. }) = work.head_mut()
            && let Some(go) = go.take()
        {
            effects.answer(go, Ok(()));
        }
        let (told, waits) = work.see_older();
        if let Some(done) = told {
            effects.answer(done, Ok(()));
        }
        // What is older goes first, so both want the flusher now.
        let is_wanted = waits || work.through().is_some();
        if is_wanted && work.inflight == 0 && work.parked() != 0 {
            effects.kicked.push(work.parked());
        } else if is_wanted && work.inflight == 0 && !work.is_urgent() {
            work.set_urgent(true);
            effects.urgent.push(at);
        }
        // A caller that waits for it to be stored does not wait for company.
        let is_awaited = work.has_waiters() && work.is_to_store();
        if is_awaited && work.inflight == 0 && work.parked() == 0 && !work.is_urgent() {
            work.set_urgent(true);
            effects.urgent.push(at);
        }
    }

    fn settle_clean(&mut self, at: u32, effects: &mut Effects<K, V>) {
        let entry = &self.entries[at];
        let keeps = match entry.held() {
            Held::Value(_) => true,
            Held::Absent => entry.is_timed(),
            Held::Nothing | Held::Tombstone => false,
        };
        if !keeps {
            return self.free(at, effects);
        }
        match entry.list() {
            ListId::Small | ListId::Main => {}
            ListId::None => self.order.enter(&mut self.entries, at),
            ListId::Dirty | ListId::Busy | ListId::Quarantine => {
                self.unlist(at);
                self.order.enter(&mut self.entries, at);
            }
        }
    }

    pub(super) fn free(&mut self, at: u32, effects: &mut Effects<K, V>) {
        let Some(entry) = self.take_out(at) else { return };
        let (key, held) = entry.into_parts();
        effects.drop(held);
        effects.drop_key(key);
    }

    /// Frees an entry for a caller who drops what was in it when the lock is gone.
    pub(super) fn take_out(&mut self, at: u32) -> Option<Entry<K, V>> {
        self.unlist(at);
        debug_assert_eq!(self.entries.ties(at).work, NONE, "an entry with work is never freed");
        let entry = self.entries.remove(at)?;
        self.weight -= u64::from(entry.weight());
        Some(entry)
    }
}
