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
//! back say of the load also decides how large the small list may be.
//!
//! While the small list has more than its share the next to go is its head, of whom nothing is known: nobody of
//! the main list makes room for who comes back, so he need not be the better bet, and goes there in any case.
//! Else a cache that has just been filled, or whose load has changed, would get its main list slowly.
//!
//! The clock counts the entries that come in, because hits take no lock that could count them.

use super::ghost::Ghost;
use super::share::Share;
use super::stretches::Stretches;
use crate::table::entry::ListId;
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
}

impl Order {
    /// So many fifths of the time that the head of the main list has not been used may somebody have
    /// been away to take its place. That time is known to a stretch, and is never less than what is known.
    const FIFTHS: u64 = 4;

    /// So many entries are given another round for one victim. Then it goes who is next, used or not,
    /// because somebody waits for the lock.
    const ROUNDS_MAX: usize = 64;

    pub(crate) fn new() -> Self {
        Self {
            small: List::new(ListId::Small),
            main: List::new(ListId::Main),
            ghost: Ghost::new(),
            share: Share::new(),
            stretches: Stretches::new(),
            now: 0,
        }
    }

    /// An entry that is on no list may be evicted from now on. Who has been on the main list before comes
    /// in there, and who comes back in time.
    pub(crate) fn enter<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        if entries[at].is_main() || self.is_back_in_time(entries, at) {
            return self.push_main(entries, at);
        }
        self.small.push_tail(entries, at);
    }

    /// An entry that has entered may be evicted no more.
    #[inline]
    pub(crate) fn leave<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let is_in_main = entries[at].list() == ListId::Main;
        let list = if is_in_main { &mut self.main } else { &mut self.small };
        list.unlink(entries, at);
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
        self.ghost.fit(self.len());
        let mut rounds = 0;
        loop {
            let clean = self.small.weight() + self.main.weight();
            let small_first = self.share.is_exceeded(self.small.weight(), clean);
            let head = if small_first { self.small.head() } else { self.main.head() };
            let at = head.or_else(|| self.small.head()).or_else(|| self.main.head())?;
            let uses = entries[at].uses();
            if uses == 0 || rounds == Self::ROUNDS_MAX {
                return Some(at);
            }
            rounds += 1;
            self.leave(entries, at);
            let was_main = entries[at].is_main();
            entries[at].set_uses(if was_main { uses - 1 } else { 0 });
            self.push_main(entries, at);
        }
    }

    /// A victim is evicted: if it is back soon, that is known.
    pub(crate) fn took<K, V>(&mut self, entries: &Roster<K, V>, at: u32) {
        if !entries[at].is_main() {
            // It has not been used since it came in, and about as many as are there came behind it.
            let behind = u32::try_from(self.small.len()).unwrap_or_default();
            self.ghost.remember(entries.ties(at).print, self.now.wrapping_sub(behind));
        }
    }

    /// A new entry comes: was its key here, and away for a shorter time than the head of the main list has
    /// not been used, if that is who has to make room?
    fn is_back_in_time<K, V>(&mut self, entries: &Roster<K, V>, at: u32) -> bool {
        self.now = self.now.wrapping_add(1);
        let Some(away) = self.ghost.recall(entries.ties(at).print, self.now) else { return false };
        let is_in_time = self.main.head().is_none_or(|head| {
            let idle = self.stretches.since(entries[head].stretch(), self.now);
            u64::from(away) * 5 < u64::from(idle) * Self::FIFTHS
        });
        let entries = self.len();
        if is_in_time {
            self.share.grow(entries);
        } else {
            self.share.shrink(entries);
        }
        is_in_time || self.is_main_short()
    }

    /// Whether the small list has clearly more than its share, by a quarter: near to it now the one list and now
    /// the other has to make room, and who comes in must not always come at the cost of the main one.
    fn is_main_short(&self) -> bool {
        let (small, main) = (self.small.weight(), self.main.weight());
        self.share.is_exceeded(small - small / 5, small + main)
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
    }

    impl Model {
        fn enter(&mut self, at: u32, was_main: bool, print: Print) {
            if was_main || self.is_in_time(print) {
                self.push_main(at);
            } else {
                self.small.push(at);
            }
        }

        fn is_in_time(&mut self, print: Print) -> bool {
            self.now += 1;
            let Some(away) = self.ghost.recall(print, self.now) else { return false };
            let head = self.main.first();
            let is_in_time = head.is_none_or(|(_, came)| away * 5 < (self.now - came) * 4);
            let step = (1 << 28) / (self.small.len() + self.main.len()).max(1) as u64;
            let share =
                if is_in_time { self.share + step } else { self.share.saturating_sub(step) };
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
            self.main.retain(|other| other.0 != at);
        }

        fn victim(&mut self) -> Option<u32> {
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
                self.push_main(at);
            }
            None
        }

        fn took(&mut self, at: u32, print: Print) {
            if self.small.contains(&at) {
                let behind = u32::try_from(self.small.len()).unwrap();
                self.ghost.remember(print, self.now.wrapping_sub(behind));
            }
        }
    }

    #[test]
    fn it_evicts_whom_a_plain_model_evicts() {
        const ENTRIES: u32 = 300;
        let (mut order, mut entries) = (Order::new(), Roster::<u32, ()>::new());
        let weights: Vec<u64> = (0..u64::from(ENTRIES)).map(|at| 1 + at * at % 37).collect();
        for (at, weight) in (0..ENTRIES).zip(&weights) {
            let print = Print::of(u64::from(at).wrapping_mul(0x9E37_79B9));
            assert_eq!(entries.insert(at, print), Some(at));
            entries[at].set_weight(u32::try_from(*weight).unwrap());
        }
        let (uses, share) = (vec![0; weights.len()], (1 << 30) / 10);
        let (small, main, ghost) = (Vec::new(), Vec::new(), Ghost::new());
        let stretch = (0, 0);
        let mut model = Model { small, main, ghost, weights, uses, share, now: 0, stretch };
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
                0..=3 if !is_listed => {
                    let was_main = entries[at].is_main();
                    model.enter(at, was_main, entries.ties(at).print);
                    order.enter(&mut entries, at);
                    back += usize::from(!was_main && entries[at].is_main());
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
