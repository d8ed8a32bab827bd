//! Which clean entry goes first when memory is full: S3-FIFO (Yang and others, SOSP 2023), by weight, with
//! the question of LIRS (Jiang and Zhang, SIGMETRICS 2002) at the door of the main list.
//!
//! New entries enter a small list. Who was used again by the time it reaches the head moves to
//! the main list; who was not goes, leaving a fingerprint. The main list goes round, each use
//! buying one more round.
//!
//! Who comes back while its fingerprint is known goes straight to the main list if it was away for a shorter
//! time than the head there has not been used: it is the better bet of the two. In a loop that is longer
//! than memory nobody is, so what is in the main list stays and is hit in each round. What such comings
//! back say of the load also decides how large the small list may be, and so does how many are used on it.
//!
//! While the small list has more than its share the next to go is its head, of whom nothing is known: nobody of
//! the main list makes room for who comes back, so he need not be the better bet, and goes there in any case.
//! Else a cache that has just been filled, or whose load has changed, would get its main list slowly.
//!
//! Newcomers enter the small list first. The ghosts are asked for a few of them at once, and before the next to go is
//! chosen; those that are back in time leave for the main list then.
//!
//! The clock counts the entries that come in, because hits take no lock that could count them.

use super::ghost::Ghost;
use super::share::Share;
use super::stretches::Stretches;
use crate::table::entry::{ListId, Print, Quiet};
use crate::table::list::List;
use crate::table::roster::{NONE, Roster};

/// The clean entries of a shard, and which of them were evicted of late. It does not decide what is clean: an entry enters when it
/// may go, and leaves before it may not (G5); but one that has become fresh (`fresh.rs`) leaves at the latest when it would be
/// next.
#[derive(Debug)]
pub(crate) struct Order {
    small: List,
    main: List,
    ghost: Ghost,
    /// The small list's share of the clean weight.
    share: Share,
    stretches: Stretches,
    now: u32,
    /// The last that came in, on the small list, of which the ghosts were not asked yet, and how many they are: what
    /// several are remembered by is fetched at once.
    new: [u32; Self::NEW_MAX],
    new_len: usize,
}

/// The entry that is to go next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Victim {
    Is(u32),
    /// So many before it were fresh, and have left, that it is for the next call.
    IsBehind,
    /// There is none.
    Nobody,
}

impl Order {
    /// So many fifths of the time that the head of the main list has not been used may somebody have
    /// been away to take its place. That time is known to a stretch, and is never less than what is known.
    const FIFTHS: u64 = 4;

    /// So many entries are given another round for one victim. Then it goes who is next, used or not,
    /// because somebody waits for the lock.
    const ROUNDS_MAX: usize = 64;

    /// So many new ones wait to be asked for among the ghosts.
    const NEW_MAX: usize = 4;

    pub(crate) fn new() -> Self {
        Self {
            small: List::new(ListId::Small),
            main: List::new(ListId::Main),
            ghost: Ghost::new(),
            share: Share::new(),
            stretches: Stretches::new(),
            now: 0,
            new: [0; Self::NEW_MAX],
            new_len: 0,
        }
    }

    /// An entry that is on no list may be evicted from now on. One that has been on the main list before comes
    /// in there, and so does one that is back in time, as soon as that is asked.
    pub(crate) fn enter<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        if entries[at].is_main() {
            return self.push_main(entries, at);
        }
        self.now = self.now.wrapping_add(1);
        self.small.push_tail(entries, at);
        self.new[self.new_len] = at;
        self.new_len += 1;
        if self.new_len == Self::NEW_MAX {
            self.ask_ghosts(entries);
        }
    }

    /// An entry that has entered may be evicted no more.
    #[inline]
    pub(crate) fn leave<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        if entries[at].list() == ListId::Main {
            return self.main.unlink(entries, at);
        }
        self.small.unlink(entries, at);
        if self.new_len > 0 {
            self.forget_new(at);
        }
    }

    /// As [`leave`](Self::leave), for an entry that goes to the tail of another list. The caller ends with
    /// [`forget_left`](Self::forget_left).
    #[inline]
    pub(crate) fn hand_over<K, V>(&mut self, to: &mut List, entries: &mut Roster<K, V>, at: u32) {
        let list =
            if entries[at].list() == ListId::Main { &mut self.main } else { &mut self.small };
        list.hand_over(to, entries, at);
    }

    /// Those that have left are asked for no more.
    pub(crate) fn forget_left<K, V>(&mut self, entries: &Roster<K, V>) {
        let (new, len) = (self.new, std::mem::take(&mut self.new_len));
        for at in &new[..len] {
            if entries[*at].list() == ListId::Small {
                self.new[self.new_len] = *at;
                self.new_len += 1;
            }
        }
    }

    /// It is asked for no more, if it was to be.
    fn forget_new(&mut self, at: u32) {
        if let Some(place) = self.new[..self.new_len].iter().position(|new| *new == at) {
            self.new.copy_within(place + 1..self.new_len, place);
            self.new_len -= 1;
        }
    }

    /// Moves those of the new ones to the main list that are back in time.
    fn ask_ghosts<K, V>(&mut self, entries: &mut Roster<K, V>) {
        let (new, len) = (self.new, std::mem::take(&mut self.new_len));
        for at in &new[..len] {
            if self.is_back_in_time(entries, *at) {
                self.go_main(entries, *at);
            }
        }
    }

    /// An entry that has entered, on this list of the two, weighs something else from now on.
    pub(crate) fn reweigh(&mut self, list: ListId, from: u32, to: u32) {
        let list = if list == ListId::Main { &mut self.main } else { &mut self.small };
        list.reweigh(from, to);
    }

    /// The entry that is to go next, which stays until it leaves. What is fresh before it is not clean any more, and leaves (G5).
    ///
    /// Each step either finds it, or lets a fresh one leave, or moves an entry to the main list, or takes one use from an
    /// entry, so the cost is constant over the life of an entry, and bounded for each.
    pub(crate) fn victim<K, V>(&mut self, entries: &mut Roster<K, V>) -> Victim {
        self.ask_ghosts(entries);
        self.ghost.fit(self.len());
        let mut rounds = 0;
        loop {
            let Some(at) = self.first().head() else { return Victim::Nobody };
            let (uses, is_fresh) = (entries[at].uses(), entries[at].quiet() == Quiet::Fresh);
            let is_over = rounds == Self::ROUNDS_MAX;
            if !is_fresh && (uses == 0 || is_over) {
                return Victim::Is(at);
            }
            rounds += 1;
            if is_fresh {
                self.leave(entries, at);
                if is_over {
                    return Victim::IsBehind;
                }
            } else if entries[at].list() == ListId::Main {
                entries[at].set_uses(uses - 1);
                self.come(entries, at, self.main.len() - 1);
                self.main.rotate(entries);
            } else {
                entries[at].set_uses(0);
                // Of the others.
                self.share.used(self.len() - 1);
                self.go_main(entries, at);
            }
        }
    }

    /// The entry that is to go next, if it goes without another round. If it is the only one of its list, it may be
    /// the one that has just come.
    pub(crate) fn unused<K, V>(&self, entries: &Roster<K, V>) -> Option<u32> {
        let list = self.first();
        // What is fresh was used.
        list.head().filter(|at| list.len() > 1 && entries[*at].uses() == 0)
    }

    /// The entry that goes next, if nobody has used it; behind it those that go then. [`NONE`] if there is none.
    pub(crate) fn next(&self) -> u32 {
        self.first().head().unwrap_or(NONE)
    }

    /// Has it fetched where an evicted key with this print is remembered, or will be.
    #[inline]
    pub(crate) fn foresee(&self, print: Print) {
        self.ghost.foresee(print);
    }

    /// The list whose head is looked at next.
    fn first(&self) -> &List {
        let (small, main) = (self.small.weight(), self.main.weight());
        let is_small = self.share.is_exceeded(small, small + main) || self.main.head().is_none();
        if is_small && self.small.head().is_some() { &self.small } else { &self.main }
    }

    /// A victim is evicted: if it is back soon, that is known.
    pub(crate) fn took<K, V>(&mut self, entries: &Roster<K, V>, at: u32) {
        if !entries[at].is_main() {
            // It has not been used since it came in, and about as many as are there came behind it.
            let behind = u32::try_from(self.small.len()).unwrap_or_default();
            self.ghost.remember(entries.ties(at).print, self.now.wrapping_sub(behind));
            // It may be used after all, if too many others got another round.
            if entries[at].uses() == 0 {
                self.share.unused(self.len());
            }
        }
    }

    /// An entry has come in: was its key here, and away for a shorter time than the head of the main list has
    /// not been used, if that is who has to make room?
    fn is_back_in_time<K, V>(&mut self, entries: &Roster<K, V>, at: u32) -> bool {
        let Some(away) = self.ghost.recall(entries.ties(at).print, self.now) else { return false };
        let is_in_time = self.main.head().is_none_or(|head| {
            let idle = self.stretches.since(entries[head].stretch(), self.now);
            u64::from(away) * 5 < u64::from(idle) * Self::FIFTHS
        });
        let others = self.len() - 1;
        // A larger small list would have kept it until now: that counts as a use there. Else a share that has
        // become small would hide the uses that it grows by.
        if is_in_time && Share::may_reach(away, others) {
            self.share.used(others);
        } else if is_in_time {
            self.share.grow(others);
        } else {
            self.share.shrink(others);
        }
        is_in_time || self.is_main_short(entries[at].weight())
    }

    /// Whether the small list, but for a newcomer of this weight, has clearly more than its share, by a quarter: near to
    /// it now the one list and now the other has to make room, and who comes in must not always come at the cost of the
    /// main one.
    fn is_main_short(&self, newcomer: u32) -> bool {
        let small = self.small.weight() - u64::from(newcomer);
        self.share.is_exceeded(small - small / 5, small + self.main.weight())
    }

    /// Those of whom the ghosts were not asked yet, for who looks whether all is well: all are on the small list.
    pub(crate) fn newcomers(&self) -> &[u32] {
        &self.new[..self.new_len]
    }

    /// Its lists, for who looks whether all is well.
    pub(crate) fn lists(&self) -> [&List; 2] {
        [&self.small, &self.main]
    }

    fn push_main<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        self.come(entries, at, self.main.len());
        self.main.push_tail(entries, at);
    }

    /// An entry goes from the small list to the main one.
    fn go_main<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        self.come(entries, at, self.main.len());
        self.small.hand_over(&mut self.main, entries, at);
    }

    /// An entry comes to the main list, where so many others are.
    fn come<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32, others: usize) {
        entries[at].set_stretch(self.stretches.come(others, self.now));
    }

    pub(crate) fn len(&self) -> usize {
        self.small.len() + self.main.len()
    }

    /// Whether nobody may go.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
