//! Which clean entry goes first when memory is full: S3-FIFO (Yang and others, SOSP 2023), by weight.
//!
//! New entries enter a small list. Who was used again by the time it reaches the head moves to
//! the main list; who was not goes, leaving a fingerprint. The main list goes round, each use
//! buying one more round.

use super::ghost::Ghost;
use crate::table::entry::{Entry, ListId};
use crate::table::list::List;
use crate::table::roster::Roster;

/// The clean entries of a shard, and which of them were evicted of late. It neither knows nor decides
/// what is clean: an entry enters when it may go, and leaves before it may not (G5).
#[derive(Debug)]
pub(crate) struct Order {
    small: List,
    main: List,
    ghost: Ghost,
}

impl Order {
    /// The small list's share of the clean weight, as a divisor.
    const SMALL_SHARE: u64 = 10;

    pub(crate) fn new() -> Self {
        Self { small: List::new(ListId::Small), main: List::new(ListId::Main), ghost: Ghost::new() }
    }

    /// An entry that is on no list may be evicted from now on. Who was evicted of late, and who has been on
    /// the main list before, comes in there.
    pub(crate) fn enter<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let entry = &mut entries[at];
        entry.is_main = entry.is_main || self.ghost.recall(entry.print);
        let list = if entry.is_main { &mut self.main } else { &mut self.small };
        list.push_tail(entries, at);
    }

    /// An entry that has entered may be evicted no more.
    pub(crate) fn leave<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let is_in_main = entries[at].list == ListId::Main;
        let list = if is_in_main { &mut self.main } else { &mut self.small };
        list.unlink(entries, at);
    }

    /// Who is to go next. He stays until he leaves.
    ///
    /// Each step either finds him, or moves an entry to the main list, or takes one use from an
    /// entry, so the cost is constant over the life of an entry.
    pub(crate) fn victim<K, V>(&mut self, entries: &mut Roster<K, V>) -> Option<u32> {
        self.ghost.fit(self.small.len() + self.main.len());
        loop {
            let clean = self.small.weight() + self.main.weight();
            let small_first = self.small.weight() * Self::SMALL_SHARE > clean;
            let head = if small_first { self.small.head() } else { self.main.head() };
            let at = head.or_else(|| self.small.head()).or_else(|| self.main.head())?;
            let uses = entries[at].uses();
            if uses == 0 {
                return Some(at);
            }
            self.leave(entries, at);
            let entry = &mut entries[at];
            let was_main = std::mem::replace(&mut entry.is_main, true);
            entry.set_uses(if was_main { uses - 1 } else { 0 });
            self.main.push_tail(entries, at);
        }
    }

    /// A victim is evicted: if it is back soon, that is known.
    pub(crate) fn took<K, V>(&mut self, entry: &Entry<K, V>) {
        if !entry.is_main {
            self.ghost.remember(entry.print);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ghost, Order, Roster};
    use crate::table::entry::{Entry, ListId, Print};

    /// The same rule over plain vectors: who is clean, by list, and what each weighs and was used.
    struct Model {
        small: Vec<u32>,
        main: Vec<u32>,
        ghost: Ghost,
        weights: Vec<u64>,
        uses: Vec<u8>,
    }

    impl Model {
        fn enter(&mut self, at: u32, was_main: bool, print: Print) {
            let to_main = was_main || self.ghost.recall(print);
            if to_main { self.main.push(at) } else { self.small.push(at) }
        }

        fn leave(&mut self, at: u32) {
            self.small.retain(|other| *other != at);
            self.main.retain(|other| *other != at);
        }

        fn victim(&mut self) -> Option<u32> {
            self.ghost.fit(self.small.len() + self.main.len());
            loop {
                let weigh = |list: &[u32]| list.iter().map(|at| self.weights[*at as usize]).sum();
                let (small, main): (u64, u64) = (weigh(&self.small), weigh(&self.main));
                let from_small =
                    !self.small.is_empty() && (small * 10 > small + main || self.main.is_empty());
                let list = if from_small { &mut self.small } else { &mut self.main };
                let at = *list.first()?;
                match self.uses[at as usize] {
                    0 => return Some(at),
                    uses => self.uses[at as usize] = if from_small { 0 } else { uses - 1 },
                }
                list.remove(0);
                self.main.push(at);
            }
        }
    }

    #[test]
    fn it_evicts_whom_a_plain_model_evicts() {
        const ENTRIES: u32 = 60;
        let (mut order, mut entries) = (Order::new(), Roster::<u32, ()>::new());
        let weights: Vec<u64> = (0..u64::from(ENTRIES)).map(|at| 1 + at * at % 37).collect();
        for (at, weight) in (0..ENTRIES).zip(&weights) {
            let mut entry = Entry::new(at, Print::of(u64::from(at).wrapping_mul(0x9E37_79B9)));
            entry.weight = u32::try_from(*weight).unwrap();
            assert_eq!(entries.insert(entry), Some(at));
        }
        let uses = vec![0; weights.len()];
        let ghost = Ghost::new();
        let mut model = Model { small: Vec::new(), main: Vec::new(), ghost, weights, uses };
        let (mut random, mut evicted) = (1_u64, 0);
        for _ in 0..20_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = u32::try_from(random >> 33).unwrap() % ENTRIES;
            let is_listed = entries[at].list != ListId::None;
            match random >> 62 {
                0 if is_listed => {
                    order.leave(&mut entries, at);
                    model.leave(at);
                }
                0 | 1 if !is_listed => {
                    model.enter(at, entries[at].is_main, entries[at].print);
                    order.enter(&mut entries, at);
                }
                2 => {
                    entries[at].touch();
                    model.uses[at as usize] = entries[at].uses();
                }
                _ => {
                    let victim = order.victim(&mut entries);
                    assert_eq!(victim, model.victim());
                    let Some(at) = victim else { continue };
                    if !entries[at].is_main {
                        model.ghost.remember(entries[at].print);
                    }
                    order.took(&entries[at]);
                    order.leave(&mut entries, at);
                    model.leave(at);
                    // Its slot is another entry's from now on, or the same key's once more.
                    entries[at].is_main = false;
                    evicted += 1;
                }
            }
        }
        assert!(evicted > 1000, "only {evicted} were evicted");
    }
}
