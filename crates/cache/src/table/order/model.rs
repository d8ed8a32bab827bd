//! The order beside a plain model of its rule.

use super::ghost::Ghost;
use super::policy::{Order, Victim};
use crate::table::entry::{Entry, ListId, Print, Quiet};
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
    fresh: Vec<bool>,
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

    fn victim(&mut self) -> Victim {
        self.ask_ghosts();
        self.ghost.fit(self.small.len() + self.main.len());
        for round in 0.. {
            let (small, main) = self.weigh();
            let has_much = small << 30 > (small + main) * self.share;
            let from_small = !self.small.is_empty() && (has_much || self.main.is_empty());
            let small_head = self.small.first().copied();
            let head = if from_small { small_head } else { self.main.first().map(|head| head.0) };
            let Some(at) = head else { return Victim::Nobody };
            if self.fresh[at as usize] {
                self.leave(at);
                if round == 64 {
                    return Victim::IsBehind;
                }
                continue;
            }
            let uses = self.uses[at as usize];
            if uses == 0 || round == 64 {
                return Victim::Is(at);
            }
            self.uses[at as usize] = if from_small { 0 } else { uses - 1 };
            self.leave(at);
            if from_small {
                self.share = (self.share + self.one()).min((1 << 30) / 10);
            }
            self.push_main(at);
        }
        Victim::Nobody
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
    let is_clean_at = |at: &u32| is_clean(&entries[*at]);
    let mut some: Vec<u32> =
        list.walk_from(Some(at), entries).filter(is_clean_at).take(4).collect();
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
    entry.quiet() == Quiet::No && matches!(entry.list(), ListId::Small | ListId::Main)
}

/// The order and its model, and what both are of.
struct Both {
    order: Order,
    entries: Roster<u32, ()>,
    dirty: List,
    model: Model,
    evicted: usize,
    back: usize,
    fresh: usize,
    passed: usize,
}

impl Both {
    fn new(many: u32) -> Self {
        let mut entries = Roster::new();
        let weights: Vec<u64> = (0..u64::from(many)).map(|at| 1 + at * at % 37).collect();
        for (at, weight) in (0..many).zip(&weights) {
            assert_eq!(entries.insert(at, print(at)), Some(at));
            entries[at].set_weight(u32::try_from(*weight).unwrap());
        }
        let (uses, fresh, share) =
            (vec![0; weights.len()], vec![false; weights.len()], (1 << 30) / 10);
        let (small, main, ghost) = (Vec::new(), Vec::new(), Ghost::new());
        let (stretch, new, now, dirty) = ((0, 0), Vec::new(), 0, Vec::new());
        let model =
            Model { small, main, ghost, weights, uses, share, now, stretch, new, dirty, fresh };
        let (order, dirty) = (Order::new(), List::new(ListId::Dirty));
        Self { order, entries, dirty, model, evicted: 0, back: 0, fresh: 0, passed: 0 }
    }

    fn assert_same(&self) {
        assert_same(&self.order, &self.dirty, &self.entries, &self.model);
    }

    fn enter(&mut self, at: u32) {
        let before = self.model.main.len();
        let was_main = self.entries[at].is_main();
        self.model.enter(at, was_main);
        self.order.enter(&mut self.entries, at);
        self.back += if was_main { 0 } else { self.model.main.len() - before };
    }

    fn hand_over(&mut self, at: u32, random: u64) {
        let some = some(&self.order, &self.entries, at, random >> 53);
        for at in &some {
            self.order.hand_over(&mut self.dirty, &mut self.entries, *at);
        }
        self.order.forget_left(&self.entries);
        self.model.hand_over(&some);
        self.assert_same();
    }

    fn freshen(&mut self, at: u32) {
        self.entries[at].note_fresh();
        self.model.uses[at as usize] = self.entries[at].uses();
        self.model.fresh[at as usize] = true;
        self.fresh += 1;
    }

    /// A fresh one goes to the dirty list, wherever it is.
    fn settle(&mut self, at: u32) {
        self.entries[at].set_quiet(Quiet::No);
        self.model.fresh[at as usize] = false;
        if self.entries[at].list() == ListId::None {
            self.dirty.push_tail(&mut self.entries, at);
            self.model.dirty.push(at);
        } else {
            self.order.hand_over(&mut self.dirty, &mut self.entries, at);
            self.order.forget_left(&self.entries);
            self.model.hand_over(&[at]);
        }
    }

    fn evict(&mut self, step: u32) {
        let before = self.order.len();
        let victim = self.order.victim(&mut self.entries);
        self.passed += before - self.order.len();
        assert_eq!(victim, self.model.victim(), "in step {step}");
        let Victim::Is(at) = victim else { return };
        self.model.took(at, self.entries.ties(at).print);
        self.order.took(&self.entries, at);
        self.order.leave(&mut self.entries, at);
        self.model.leave(at);
        // Its slot is another entry's from now on, or the same key's once more.
        self.entries[at].set_stretch(0);
        self.evicted += 1;
    }
}

#[test]
fn it_evicts_whom_a_plain_model_evicts() {
    const ENTRIES: u32 = 300;
    let mut both = Both::new(ENTRIES);
    let mut random = 1_u64;
    for step in 0..60_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // Some of the time only a few are asked for, so that the main list has a life of its own.
        let among = if step % 2000 < 1500 { ENTRIES / 3 } else { ENTRIES };
        let at = u32::try_from(random >> 33).unwrap() % among;
        let (entry, rare) = (&both.entries[at], random >> 50 & 7);
        let is_fresh = both.model.fresh[at as usize];
        match random >> 61 & 7 {
            0..=3 if is_fresh => both.settle(at),
            0..=1 if entry.list() == ListId::Dirty => {
                both.dirty.unlink(&mut both.entries, at);
                both.model.dirty.retain(|other| *other != at);
            }
            0 if is_clean(entry) && rare == 7 => {
                both.order.leave(&mut both.entries, at);
                both.model.leave(at);
            }
            0 if is_clean(entry) && rare == 6 => both.freshen(at),
            1 if is_clean(entry) && rare == 7 => both.hand_over(at, random),
            0..=3 if entry.list() == ListId::None => both.enter(at),
            4..=5 => {
                entry.touch();
                both.model.uses[at as usize] = entry.uses();
            }
            _ => both.evict(step),
        }
        if step % 16 == 0 {
            both.assert_same();
        }
    }
    let Both { evicted, back, fresh, passed, .. } = both;
    assert!(fresh > 150 && passed > 100, "{fresh} were fresh, {passed} were passed");
    assert!(evicted > 1000 && back > 100, "{evicted} were evicted, {back} came back in time");
}
