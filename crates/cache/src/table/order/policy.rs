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
use crate::table::entry::{ListId, Print};
use crate::table::list::List;
use crate::table::roster::Roster;

/// The clean entries of a shard, and which of them were evicted of late. It neither knows nor decides
/// what is clean: an entry enters when it may go, and leaves before it may not (G5).
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
                self.small.unlink(entries, *at);
                self.push_main(entries, *at);
            }
        }
    }

    /// An entry that has entered, on this list of the two, weighs something else from now on.
    pub(crate) fn reweigh(&mut self, list: ListId, from: u32, to: u32) {
        let list = if list == ListId::Main { &mut self.main } else { &mut self.small };
        list.reweigh(from, to);
    }

    /// Who is to go next. He stays until he leaves.
    ///
    /// Each step either finds him, or moves an entry to the main list, or takes one use from an
    /// entry, so the cost is constant over the life of an entry, and bounded for each.
    pub(crate) fn victim<K, V>(&mut self, entries: &mut Roster<K, V>) -> Option<u32> {
        self.ask_ghosts(entries);
        self.ghost.fit(self.len());
        let mut rounds = 0;
        loop {
            let at = self.first().head()?;
            let uses = entries[at].uses();
            if uses == 0 || rounds == Self::ROUNDS_MAX {
                return Some(at);
            }
            rounds += 1;
            self.leave(entries, at);
            let was_main = entries[at].is_main();
            entries[at].set_uses(if was_main { uses - 1 } else { 0 });
            if !was_main {
                self.share.used(self.len());
            }
            self.push_main(entries, at);
        }
    }

    /// The entry that is to go next, if it goes without another round. If it is the only one of its list, it may be
    /// the one that has just come.
    pub(crate) fn unused<K, V>(&self, entries: &Roster<K, V>) -> Option<u32> {
        let list = self.first();
        list.head().filter(|at| list.len() > 1 && entries[*at].uses() == 0)
    }

    /// The entries that go next, if nobody has used them.
    pub(crate) fn next<K, V>(&self, entries: &Roster<K, V>) -> impl Iterator<Item = u32> {
        self.first().walk(entries)
    }

    /// Something of where an evicted key with this print is remembered, to have it fetched.
    pub(crate) fn foresee(&self, print: Print) -> u32 {
        self.ghost.foresee(print)
    }

    /// The same of those that came in last.
    pub(crate) fn foresee_new<K, V>(&self, entries: &Roster<K, V>) -> u32 {
        let new = self.new[..self.new_len].iter();
        new.fold(0, |all, at| all ^ self.ghost.foresee(entries.ties(*at).print))
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

    /// Its lists, for who looks whether all is well.
    pub(crate) fn lists(&self) -> [&List; 2] {
        [&self.small, &self.main]
    }

    fn push_main<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        entries[at].set_stretch(self.stretches.come(self.main.len(), self.now));
        self.main.push_tail(entries, at);
    }

    fn len(&self) -> usize {
        self.small.len() + self.main.len()
    }

    /// Whether nobody may go.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::entry::Print;

    /// The same rule over plain vectors: who is on which list, when the stretch began in which he came
    /// to the main one, and what each weighs and was used. What is remembered is a list of its own.
    struct Model {
        small: Vec<u32>,
        main: Vec<(u32, u32)>,
        ghost: Ghost,
        weights: Vec<u64>,
        uses: Vec<u8>,
        share: u64,
        now: u32,
        stretch: (u32, usize),
        new: Vec<u32>,
    }

    fn print(at: u32) -> Print {
        Print::of(u64::from(at).wrapping_mul(0x9E37_79B9))
    }

    impl Model {
        fn enter(&mut self, at: u32, was_main: bool) {
            if was_main {
                return self.push_main(at);
            }
            self.now += 1;
            self.small.push(at);
            self.new.push(at);
            if self.new.len() == 4 {
                self.ask_ghosts();
            }
        }

        fn ask_ghosts(&mut self) {
            for at in std::mem::take(&mut self.new) {
                self.small.retain(|other| *other != at);
                if self.is_in_time(print(at)) {
                    self.push_main(at);
                } else {
                    self.small.push(at);
                }
            }
        }

        fn is_in_time(&mut self, print: Print) -> bool {
            let Some(away) = self.ghost.recall(print, self.now) else { return false };
            let head = self.main.first();
            let is_in_time = head.is_none_or(|(_, came)| away * 5 < (self.now - came) * 4);
            let others = self.small.len() + self.main.len();
            let step = (1 << 28) / others.max(1) as u64;
            let share = if is_in_time && away as usize * 10 <= others {
                self.share + self.one()
            } else if is_in_time {
                self.share + step
            } else {
                self.share.saturating_sub(step)
            };
            self.share = share.clamp((1 << 30) / 100, (1 << 30) / 10);
            let (small, main) = self.weigh();
            is_in_time || (small - small / 5) << 30 > (small + main) * self.share
        }

        /// What the lists weigh.
        fn weigh(&self) -> (u64, u64) {
            let weight = |at: u32| self.weights[at as usize];
            let small = self.small.iter().map(|at| weight(*at)).sum();
            (small, self.main.iter().map(|(at, _)| weight(*at)).sum())
        }

        fn push_main(&mut self, at: u32) {
            if self.stretch.1 * 32 >= self.main.len() {
                self.stretch = (self.now, 0);
            }
            self.stretch.1 += 1;
            self.main.push((at, self.stretch.0));
        }

        fn leave(&mut self, at: u32) {
            self.small.retain(|other| *other != at);
            self.new.retain(|other| *other != at);
            self.main.retain(|other| other.0 != at);
        }

        fn victim(&mut self) -> Option<u32> {
            self.ask_ghosts();
            self.ghost.fit(self.small.len() + self.main.len());
            for round in 0.. {
                let (small, main) = self.weigh();
                let has_much = small << 30 > (small + main) * self.share;
                let from_small = !self.small.is_empty() && (has_much || self.main.is_empty());
                let small_head = self.small.first().copied();
                let head =
                    if from_small { small_head } else { self.main.first().map(|head| head.0) };
                let at = head?;
                let uses = self.uses[at as usize];
                if uses == 0 || round == 64 {
                    return Some(at);
                }
                self.uses[at as usize] = if from_small { 0 } else { uses - 1 };
                self.leave(at);
                if from_small {
                    self.share = (self.share + self.one()).min((1 << 30) / 10);
                }
                self.push_main(at);
            }
            None
        }

        fn took(&mut self, at: u32, print: Print) {
            if self.small.contains(&at) {
                let behind = u32::try_from(self.small.len()).unwrap();
                self.ghost.remember(print, self.now.wrapping_sub(behind));
                if self.uses[at as usize] == 0 {
                    self.share = self.share.saturating_sub(self.one() / 16).max((1 << 30) / 100);
                }
            }
        }

        /// One of its entries, or up to twice that, of the whole.
        fn one(&self) -> u64 {
            (1 << 30) >> (self.small.len() + self.main.len()).max(1).ilog2()
        }
    }

    #[test]
    fn it_evicts_whom_a_plain_model_evicts() {
        const ENTRIES: u32 = 300;
        let (mut order, mut entries) = (Order::new(), Roster::<u32, ()>::new());
        let weights: Vec<u64> = (0..u64::from(ENTRIES)).map(|at| 1 + at * at % 37).collect();
        for (at, weight) in (0..ENTRIES).zip(&weights) {
            assert_eq!(entries.insert(at, print(at)), Some(at));
            entries[at].set_weight(u32::try_from(*weight).unwrap());
        }
        let (uses, share) = (vec![0; weights.len()], (1 << 30) / 10);
        let (small, main, ghost) = (Vec::new(), Vec::new(), Ghost::new());
        let (stretch, new) = ((0, 0), Vec::new());
        let mut model = Model { small, main, ghost, weights, uses, share, now: 0, stretch, new };
        let (mut random, mut evicted, mut back) = (1_u64, 0, 0);
        for step in 0..60_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Some of the time only a few are asked for, so that the main list has a life of its own.
            let among = if step % 2000 < 1500 { ENTRIES / 3 } else { ENTRIES };
            let at = u32::try_from(random >> 33).unwrap() % among;
            let is_listed = entries[at].list() != ListId::None;
            match random >> 61 & 7 {
                0 if is_listed && random >> 50 & 7 == 7 => {
                    order.leave(&mut entries, at);
                    model.leave(at);
                }
                1 if is_listed && random >> 50 & 7 == 7 => {
                    let mut dirty = List::new(ListId::Dirty);
                    order.hand_over(&mut dirty, &mut entries, at);
                    order.forget_left(&entries);
                    assert_eq!((dirty.head(), dirty.len()), (Some(at), 1));
                    dirty.unlink(&mut entries, at);
                    model.leave(at);
                }
                0..=3 if !is_listed => {
                    let before = model.main.len();
                    let was_main = entries[at].is_main();
                    model.enter(at, was_main);
                    order.enter(&mut entries, at);
                    back += if was_main { 0 } else { model.main.len() - before };
                }
                4..=5 => {
                    entries[at].touch();
                    model.uses[at as usize] = entries[at].uses();
                }
                _ => {
                    let victim = order.victim(&mut entries);
                    assert_eq!(victim, model.victim(), "in step {step}");
                    let Some(at) = victim else { continue };
                    model.took(at, entries.ties(at).print);
                    order.took(&entries, at);
                    order.leave(&mut entries, at);
                    model.leave(at);
                    // Its slot is another entry's from now on, or the same key's once more.
                    entries[at].set_stretch(0);
                    evicted += 1;
                }
            }
        }
        assert!(evicted > 1000 && back > 100, "{evicted} were evicted, {back} came back in time");
    }
}
