//! The ledger against the plainest thing that obeys the same rules.

use std::sync::Arc;

use proptest::prelude::*;

use super::rig::{Wish, World, world};
use crate::budget::{Purpose, Rank, Room};

const BUDGET: u64 = 100;

#[derive(Clone, Debug)]
enum Step {
    Ask(u64, Rank),
    TakeNow(u64),
    Exceed(u64),
    /// Of those who have room, who gives it back.
    End(usize),
    /// Of those who wait, who goes away.
    Go(usize),
    LetPass(bool),
    Budget(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let rank = prop_oneof![Just(Rank::Load), Just(Rank::Insert)];
    prop_oneof![
        4 => (1..130_u64, rank).prop_map(|(bytes, rank)| Step::Ask(bytes, rank)),
        1 => (1..60_u64).prop_map(Step::TakeNow),
        1 => (1..20_u64).prop_map(Step::Exceed),
        4 => (0..16_usize).prop_map(Step::End),
        1 => (0..16_usize).prop_map(Step::Go),
        1 => any::<bool>().prop_map(Step::LetPass),
        1 => (50..150_u64).prop_map(Step::Budget),
    ]
}

/// The rules, in one list each.
#[derive(Default)]
struct Model {
    budget: u64,
    /// Number and bytes of those who have room.
    have: Vec<(usize, u64)>,
    /// Number, bytes, rank and how often it was passed of those who wait.
    line: Vec<(usize, u64, Rank, u32)>,
    is_passable: bool,
}

impl Model {
    fn used(&self) -> u64 {
        self.have.iter().map(|(_, bytes)| bytes).sum()
    }

    fn fits(&self, bytes: u64, rank: Rank) -> bool {
        let counted = if rank == Rank::Load { bytes.min(self.budget) } else { bytes };
        self.used() + counted <= self.budget
    }

    fn serve(&mut self) {
        while let Some(&(number, bytes, rank, passed)) = self.line.first() {
            if self.fits(bytes, rank) {
                self.is_passable = false;
                self.line.remove(0);
                self.have.push((number, bytes));
                continue;
            }
            if !self.is_passable || passed == 64 {
                return;
            }
            let behind = |rank| {
                let fits =
                    |at: &usize| self.line[*at].2 == rank && self.fits(self.line[*at].1, rank);
                (1..self.line.len()).find(fits)
            };
            let Some(at) = behind(Rank::Load).or_else(|| behind(Rank::Insert)) else { return };
            let (number, bytes, ..) = self.line.remove(at);
            self.line[0].3 += 1;
            self.have.push((number, bytes));
        }
    }
}

#[derive(Default)]
struct Run {
    model: Model,
    asked: Vec<Arc<Wish>>,
    rooms: Vec<(usize, Room)>,
}

impl Run {
    fn step(&mut self, world: &World, step: &Step) {
        match *step {
            Step::Ask(bytes, rank) => self.ask(world, bytes, rank),
            Step::TakeNow(bytes) => {
                let room = world.ledger.take_now(bytes, Purpose::Resident);
                let is_free = self.model.line.is_empty() && self.model.fits(bytes, Rank::Insert);
                assert_eq!(room.is_some(), is_free);
                self.keep(room, bytes);
            }
            Step::Exceed(bytes) => {
                self.keep(Some(world.ledger.exceed(bytes, Purpose::Resident)), bytes);
            }
            Step::End(which) if !self.model.have.is_empty() => {
                let (number, _) = self.model.have.remove(which % self.model.have.len());
                self.rooms.retain(|(other, _)| *other != number);
                if let Some(wish) = self.asked.get(number) {
                    wish.end();
                }
                self.model.serve();
            }
            Step::Go(which) if !self.model.line.is_empty() => {
                let (number, ..) = self.model.line.remove(which % self.model.line.len());
                self.asked[number].go();
                world.ledger.purge();
                self.model.serve();
            }
            Step::LetPass(is_passable) => {
                world.ledger.let_pass(is_passable);
                self.model.is_passable = is_passable;
                if is_passable {
                    self.model.serve();
                }
            }
            Step::Budget(bytes) => {
                drop(world.ledger.set_budget(bytes));
                self.model.budget = bytes;
                self.model.line.retain(|(_, size, rank, _)| *rank == Rank::Load || *size <= bytes);
                self.model.serve();
            }
            Step::End(_) | Step::Go(_) => {}
        }
    }

    fn ask(&mut self, world: &World, bytes: u64, rank: Rank) {
        let number = self.asked.len();
        let is_too_large = rank == Rank::Insert && bytes > self.model.budget;
        let is_first = self.model.line.is_empty() && self.model.fits(bytes, rank);
        if is_first {
            self.model.have.push((number, bytes));
        } else if !is_too_large {
            self.model.line.push((number, bytes, rank, 0));
            self.model.serve();
        }
        self.asked.push(world.ask(bytes, rank, crate::budget::WhenFull::default()));
    }

    /// Numbers of those who did not stand in line come from the other end.
    fn keep(&mut self, room: Option<Room>, bytes: u64) {
        if let Some(room) = room {
            let number =
                usize::MAX - self.rooms.last().map_or(0, |(last, _)| usize::MAX - last + 1);
            self.model.have.push((number, bytes));
            self.rooms.push((number, room));
        }
    }

    fn check(&self, world: &World) {
        assert_eq!(world.used(), self.model.used(), "the sum of all rooms");
        assert_eq!(world.ledger.standing().waiting, self.model.line.len() as u64);
        for (number, wish) in self.asked.iter().enumerate() {
            let has = self.model.have.iter().any(|(other, _)| *other == number);
            let waits = self.model.line.iter().any(|(other, ..)| *other == number);
            assert_eq!((wish.has_room(), wish.waits()), (has, waits), "number {number}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_ledger_is_the_sum_of_its_rooms_and_serves_in_turn(
        steps in proptest::collection::vec(step(), 1..80),
    ) {
        let world = world(BUDGET);
        let mut run = Run { model: Model { budget: BUDGET, ..Model::default() }, ..Run::default() };
        for step in &steps {
            run.step(&world, step);
            run.check(&world);
        }
        for wish in &run.asked {
            wish.go();
        }
        for wish in &run.asked {
            wish.end();
        }
        run.rooms.clear();
        world.ledger.close();
        assert_eq!((world.used(), world.ledger.standing().waiting), (0, 0));
    }
}
