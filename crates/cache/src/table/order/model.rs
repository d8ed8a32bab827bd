//! The order beside a plain model of its rule.

use super::ghost::Ghost;
use super::policy::Order;
use crate::table::entry::{Entry, ListId, Print};
use crate::table::list::List;
use crate::table::roster::Roster;

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
    dirty: Vec<u32>,
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

    fn hand_over(&mut self, some: &[u32]) {
        for at in some {
            self.leave(*at);
            self.dirty.push(*at);
        }
    }

    fn victim(&mut self) -> Option<u32> {
        self.ask_ghosts();
        self.ghost.fit(self.small.len() + self.main.len());
        for round in 0.. {
            let (small, main) = self.weigh();
            let has_much = small << 30 > (small + main) * self.share;
            let from_small = !self.small.is_empty() && (has_much || self.main.is_empty());
            let small_head = self.small.first().copied();
            let head = if from_small { small_head } else { self.main.first().map(|head| head.0) };
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

/// Up to four that are clean, neighbours on the list of this one or those with the next numbers, from either end.
fn some(order: &Order, entries: &Roster<u32, ()>, at: u32, random: u64) -> Vec<u32> {
    let [small, main] = order.lists();
    let list = if entries[at].list() == ListId::Small { small } else { main };
    let mut some: Vec<u32> = list.walk_from(Some(at), entries).take(4).collect();
    if random & 1 == 0 {
        some = (at..at + 4).filter(|at| entries.get(*at).is_some_and(is_clean)).collect();
    }
    if random & 2 == 0 {
        some.reverse();
    }
    some.truncate(1 + usize::try_from(random >> 2 & 3).unwrap());
    some
}

/// That all are where the model has them.
fn assert_same(order: &Order, dirty: &List, entries: &Roster<u32, ()>, model: &Model) {
    let [small, main] = order.lists().map(|list| list.walk(entries).collect::<Vec<_>>());
    let of_main: Vec<u32> = model.main.iter().map(|(at, _)| *at).collect();
    assert_eq!((&small, &main), (&model.small, &of_main));
    assert!(
        dirty.walk(entries).eq(model.dirty.iter().copied()) && dirty.len() == model.dirty.len()
    );
    assert_eq!(order.newcomers(), model.new);
    assert!(order.newcomers().iter().all(|at| entries[*at].list() == ListId::Small));
}

fn is_clean(entry: &Entry<u32, ()>) -> bool {
    matches!(entry.list(), ListId::Small | ListId::Main)
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
    let (now, dirty) = (0, Vec::new());
    let mut model = Model { small, main, ghost, weights, uses, share, now, stretch, new, dirty };
    let mut dirty = List::new(ListId::Dirty);
    let (mut random, mut evicted, mut back) = (1_u64, 0, 0);
    for step in 0..60_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // Some of the time only a few are asked for, so that the main list has a life of its own.
        let among = if step % 2000 < 1500 { ENTRIES / 3 } else { ENTRIES };
        let at = u32::try_from(random >> 33).unwrap() % among;
        match random >> 61 & 7 {
            0..=1 if entries[at].list() == ListId::Dirty => {
                dirty.unlink(&mut entries, at);
                model.dirty.retain(|other| *other != at);
            }
            0 if is_clean(&entries[at]) && random >> 50 & 7 == 7 => {
                order.leave(&mut entries, at);
                model.leave(at);
            }
            1 if is_clean(&entries[at]) && random >> 50 & 7 == 7 => {
                let some = some(&order, &entries, at, random >> 53);
                for at in &some {
                    order.hand_over(&mut dirty, &mut entries, *at);
                }
                order.forget_left(&entries);
                model.hand_over(&some);
                assert_same(&order, &dirty, &entries, &model);
            }
            0..=3 if entries[at].list() == ListId::None => {
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
        if step % 16 == 0 {
            assert_same(&order, &dirty, &entries, &model);
        }
    }
    assert!(evicted > 1000 && back > 100, "{evicted} were evicted, {back} came back in time");
}
