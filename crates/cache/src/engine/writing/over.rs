//! A put behind at `Memory`, without a journal, where nothing goes on for the key: one lock, and nothing that
//! a step leaves behind it but the values that go.
//!
//! Everything else takes [`Shared::step`].

use std::mem::needs_drop;
use std::num::NonZeroU64;
use std::sync::Arc;

use forebay_lock::Writing;
use forebay_store::{Durability, Key, Moment, Value};

use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;
use crate::receipt::Receipt;
use crate::table::{Accepted, Asked, AtHome, FEW, Gone, Held, Over, Put, Shard, is_large};
use crate::write::Write;

impl<K: Key, V: Value> Shared<K, V> {
    /// Accepts it if it is as simple as that; else nothing has changed. Whether there is a journal the shard knows.
    ///
    /// The receipt is made where the caller is: it is written in pieces, and whoever moves it in larger ones waits until all
    /// that was written before is out of the processor.
    #[inline]
    pub(in crate::engine) fn put_over(
        self: &Arc<Self>,
        put: &mut Put<K, V>,
        write: Write,
    ) -> Option<Receipt> {
        if write != Write::Behind(Durability::Memory) {
            return None;
        }
        let (version, at) = self.take_over(put)?;
        let accepted = Accepted { at, version: version.get(), number: 0 };
        Some(Receipt::waiting(self.engine(), self.place(put.hash), accepted))
    }

    /// Says which version it was given and where the entry is, which fits two registers.
    #[inline(never)]
    fn take_over(self: &Arc<Self>, put: &mut Put<K, V>) -> Option<(NonZeroU64, u32)> {
        let n = self.place(put.hash);
        let mut shard = self.cells[n].lock.pass();
        match shard.put_at_home(put) {
            AtHome::Again(accepted) => told(&accepted),
            AtHome::Clean(at) => self.take_over_clean(n, shard, at, put),
            AtHome::ForStep => None,
            AtHome::Else => self.take_over_late(n, shard, put),
        }
    }

    /// A clean entry is dirty from now on, which the shard notes, if there is room.
    #[inline(never)]
    fn take_over_clean(
        self: &Arc<Self>,
        n: usize,
        mut shard: Writing<'_, Shard<K, V>>,
        at: u32,
        put: &mut Put<K, V>,
    ) -> Option<(NonZeroU64, u32)> {
        let (accepted, now) = shard.put_fresh(at, put, &self.budget, || self.ask_clock())?;
        // The flusher knows when to come, as with `Again`, unless the job that was to run it was dropped.
        let is_expected = self.is_expected();
        if !(is_expected && self.tells_enough(n, &mut shard)) {
            self.dirtied(n, shard, self.ahead, (!is_expected).then_some(now));
        }
        told(&accepted)
    }

    /// What is not where the index looks first, or not as simple.
    #[inline(never)]
    fn take_over_late(
        self: &Arc<Self>,
        n: usize,
        mut shard: Writing<'_, Shard<K, V>>,
        put: &mut Put<K, V>,
    ) -> Option<(NonZeroU64, u32)> {
        let ask = || self.ask_clock();
        let accepted = match shard.put_over(put, &self.budget, ask)? {
            Over::Again(accepted) => accepted,
            Over::Clean(at) => return self.take_over_clean(n, shard, at, put),
            Over::New { accepted, now } => {
                self.noted_new(n, shard, put.weight, now);
                accepted
            }
            Over::Dirtied { accepted, now } => {
                self.dirtied(n, shard, 0, Some(now));
                accepted
            }
        };
        told(&accepted)
    }

    /// A new key is dirty, which the shard has noted.
    #[inline(never)]
    fn noted_new(
        self: &Arc<Self>,
        n: usize,
        shard: Writing<'_, Shard<K, V>>,
        weight: u32,
        now: Moment,
    ) {
        let is_expected = self.is_expected();
        if !(is_expected && self.is_told(&shard)) {
            // For another one like it, so that only every other one looks whether something has to go. Two of those are few enough
            // for one lock, if they are not large.
            let other = if is_large::<K, V>() { 0 } else { self.ahead.min(weight.into()) };
            self.dirtied(n, shard, other, (!is_expected).then_some(now));
        }
    }

    /// Whether the flusher will come although it was not told of what was dirtied now, since it knows of what was before.
    #[inline]
    fn is_expected(&self) -> bool {
        !self.budget.is_pressed() && self.flusher.is_armed()
    }

    /// Whether a shard tells at least what it weighs, and not much more. It does from now on if nothing has to go for that.
    #[inline]
    fn tells_enough(&self, n: usize, shard: &mut Shard<K, V>) -> bool {
        self.is_told(shard) || self.tell_ahead(n, shard)
    }

    /// Whether it does as it is.
    #[inline]
    fn is_told(&self, shard: &Shard<K, V>) -> bool {
        (0..=self.ahead.cast_signed()).contains(&shard.ahead())
    }

    /// The shard tells more ahead, if that fits into memory. Says whether it did.
    #[inline(never)]
    fn tell_ahead(&self, n: usize, shard: &mut Shard<K, V>) -> bool {
        let change = self.ahead.cast_signed().wrapping_sub(shard.ahead());
        if self.resident_now().wrapping_add(change) > self.capacity() {
            return false;
        }
        self.cells[n].tell_weight(shard);
        // Others may tell more at the same time.
        self.note_weight(shard.tell(self.ahead)) <= self.capacity()
    }

    /// Looks at the clock for what is dirtied now. Its last tick is near enough, and often that of an earlier look
    /// (`tick.rs`), unless a time was promised or writes wait for a short time only: the write counts as older than it is, so
    /// it is stored no later.
    #[inline]
    fn ask_clock(&self) -> Asked {
        let clock = &self.parts.seams.clock;
        let is_exact = self.flusher.pace.is_exact();
        Asked { now: if is_exact { clock.now() } else { clock.recent() }, is_exact }
    }

    /// A key that was clean, or not there, is dirty now: since `now`, if the flusher is to be told.
    #[inline]
    fn dirtied(
        self: &Arc<Self>,
        n: usize,
        shard: Writing<'_, Shard<K, V>>,
        ahead: u64,
        now: Option<Moment>,
    ) {
        if is_large::<K, V>() {
            self.dirtied_with::<1>(n, shard, ahead, now);
        } else {
            self.dirtied_with::<FEW>(n, shard, ahead, now);
        }
    }

    #[inline(never)]
    fn dirtied_with<const PLACES: usize>(
        self: &Arc<Self>,
        n: usize,
        mut shard: Writing<'_, Shard<K, V>>,
        ahead: u64,
        now: Option<Moment>,
    ) {
        let mut gone = Gone::<K, V, PLACES>::none();
        let resident = self.make_way(&mut shard, ahead, &mut gone);
        if now.is_some() {
            self.cells[n].tell(&mut shard);
        } else {
            // What is due is the same.
            self.cells[n].tell_weight(&shard);
        }
        drop(shard);
        // Before anybody is answered, so that no caller sees the bound exceeded by its own doing.
        self.fit(n, resident);
        if let Some(now) = now {
            self.follow_up(now);
        }
        gone.drop_each();
    }

    /// So many parts of memory are kept free at most.
    const SPARE: u64 = 2048;
    /// In a memory of fewer entries, what an eviction looks at is in the processor's cache.
    const MANY: u64 = 32 * 1024;

    /// The end of a step of a shard that tells so much more than it weighs: evicts under the same lock what the newcomer
    /// pushes out of a full memory, if its shard has about its share. More than a few are not for one lock; they
    /// go as they do after a step. Says what is resident then.
    ///
    /// If any goes, some go with it that would be next, so that there is room for the next newcomers: what all of them
    /// take with them is fetched at once, which is most of what evicting them costs.
    pub(in crate::engine) fn make_way<const PLACES: usize>(
        &self,
        shard: &mut Shard<K, V>,
        ahead: u64,
        gone: &mut Gone<K, V, PLACES>,
    ) -> i64 {
        // And a small part of what a shard has, however many there are.
        let spare = (self.parts.capacity / Self::SPARE).min(self.share() / 32);
        let resident = self.resident_now();
        let mut evicted = 0;
        while evicted < FEW {
            let change = ahead.cast_signed().wrapping_sub(shard.ahead());
            let room = self.capacity().wrapping_sub(resident.wrapping_add(change));
            if room >= 0 {
                if evicted > 0 {
                    let most = spare.saturating_sub(room.cast_unsigned());
                    let left = self.share().saturating_sub(spare);
                    evicted += shard.evict_unused(FEW - evicted, most, left, gone);
                }
                break;
            }
            if evicted == 0 && self.is_large() {
                shard.foresee(FEW);
            }
            // None goes from a shard that has much less than its share, so none drifts away from that.
            let is_rich = shard.takes().saturating_add(ahead + spare * 2) > self.share();
            if !(is_rich && shard.evict_into(gone)) {
                break;
            }
            evicted += 1;
        }
        if evicted > 0 {
            self.cells.tally().evict(evicted as u64);
        }
        // An entry that takes the place of another of the same weight changes nothing.
        self.note_weight(shard.tell(ahead))
    }

    /// Whether there is room for so many entries that few of them are in the processor's cache.
    #[inline]
    fn is_large(&self) -> bool {
        self.parts.capacity / Self::MANY > u64::from(self.weight_inside)
    }

    /// What is left of a put is the key, if it was there, and the value that went. Dropping them may be foreign
    /// code, whose panic is nothing to a put that is accepted.
    #[inline]
    pub(in crate::engine) fn drop_rest(put: &mut Put<K, V>) {
        if needs_drop::<K>() || needs_drop::<V>() {
            Self::drop_parts(&mut put.key, &mut put.held);
        }
    }

    #[inline(never)]
    fn drop_parts(key: &mut Option<K>, held: &mut Held<V>) {
        caught(|| {
            *key = None;
            *held = Held::Nothing;
        });
        // The key's drop has panicked. Two that panic at once would end the process.
        if !matches!(held, Held::Nothing) {
            caught(|| *held = Held::Nothing);
        }
    }
}

/// The version that was given, and where the entry is.
#[inline]
fn told(accepted: &Accepted) -> Option<(NonZeroU64, u32)> {
    let version = NonZeroU64::new(accepted.version);
    // Else it would be put once more.
    debug_assert!(version.is_some(), "versions are counted from 1, so what is accepted has one");
    Some((version?, accepted.at))
}
