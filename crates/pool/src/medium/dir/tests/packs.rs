//! Packs against a list of what is taken.

use std::collections::HashMap;

use proptest::prelude::*;

use super::super::packs::{Cell, Packs, Taken};

const SIZES: [u64; 4] = [1 << 10, 4 << 10, 68 << 10, 20 << 20];

#[derive(Clone, Debug)]
enum Step {
    Take(usize),
    Give(usize),
    Trim,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        // Of the first so many that they are in several words.
        6 => Just(Step::Take(0)),
        2 => (0..SIZES.len()).prop_map(Step::Take),
        5 => any::<usize>().prop_map(Step::Give),
        1 => Just(Step::Trim),
    ];
    prop::collection::vec(step, 0..1_000)
}

struct World {
    packs: Packs<u64>,
    living: Vec<Cell>,
    /// What the packs say that they take, and what they should.
    bytes: u64,
    high: HashMap<u64, u64>,
    last: u64,
    quota: u64,
}

impl World {
    fn take(&mut self, size: u64) {
        for _ in 0..2 {
            let (bytes, quota) = (&mut self.bytes, self.quota);
            let grow = |by: u64| {
                let grows = *bytes + by <= quota;
                *bytes += if grows { by } else { 0 };
                grows
            };
            match self.packs.take(size, grow) {
                Taken::Cell(cell, file) => {
                    assert_eq!((cell.pack, cell.size), (file, size));
                    return self.enter(cell);
                }
                Taken::NoRoom => return assert!(self.bytes + size > self.quota),
                Taken::NoPack => {
                    self.last += 1;
                    self.packs.add(self.last, self.last, size);
                }
            }
        }
        panic!("a new pack has no cell");
    }

    fn enter(&mut self, cell: Cell) {
        assert_eq!(cell.at % cell.size, 0);
        assert!(cell.at + cell.size <= (64 << 20).max(4 * cell.size), "outside: {cell:?}");
        let end = |cell: &Cell| cell.at + cell.size;
        let meets = |other: &&Cell| {
            other.pack == cell.pack && other.at < end(&cell) && cell.at < end(other)
        };
        assert_eq!(self.living.iter().find(meets), None, "{cell:?} is taken");
        let high = self.high.entry(cell.pack).or_default();
        *high = (*high).max(end(&cell));
        self.living.push(cell);
    }

    fn forget(&mut self, files: Vec<u64>, bytes: u64) {
        self.bytes -= bytes;
        for pack in files {
            assert!(self.living.iter().all(|cell| cell.pack != pack), "closed with a blob in it");
            self.high.remove(&pack);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Take(size) => self.take(SIZES[*size]),
            Step::Give(_) if self.living.is_empty() => {}
            Step::Give(which) => {
                let cell = self.living.swap_remove(which % self.living.len());
                let is_last = self.packs.closes_with(cell.pack);
                let closed = self.packs.give(cell.pack, cell.at).expect("it was taken");
                assert_eq!(is_last, !closed.files.is_empty());
                self.forget(closed.files, closed.bytes);
                assert!(self.packs.give(cell.pack, cell.at).is_none(), "given back twice");
            }
            Step::Trim => {
                let closed = self.packs.close_empty();
                self.forget(closed.files, closed.bytes);
            }
        }
        assert_eq!(self.bytes, self.high.values().sum::<u64>());
        assert!(self.bytes <= self.quota);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cells_never_overlap_and_are_given_back(steps in steps(), quota in 0..400_u64 << 20) {
        let (packs, living, high) = (Packs::new(), Vec::new(), HashMap::new());
        let mut world = World { packs, living, bytes: 0, high, last: 0, quota };
        for step in &steps {
            world.step(step);
        }
        while !world.living.is_empty() {
            world.step(&Step::Give(0));
        }
        world.step(&Step::Trim);
        prop_assert_eq!(world.bytes, 0);
    }
}

#[test]
fn a_full_pack_has_its_cells_again_lowest_first() {
    let mut packs = Packs::new();
    packs.add(1, (), 20 << 20);
    let take = |packs: &mut Packs<()>| match packs.take(20 << 20, |_| true) {
        Taken::Cell(cell, ()) => Some(cell.at >> 20),
        _ => None,
    };
    let all: Vec<_> = (0..5).map(|_| take(&mut packs)).collect();
    assert_eq!(all, [Some(0), Some(20), Some(40), Some(60), None]);
    packs.give(1, 60 << 20).unwrap();
    packs.give(1, 20 << 20).unwrap();
    assert_eq!([take(&mut packs), take(&mut packs)], [Some(20), Some(60)]);
}

#[test]
fn a_pack_without_blobs_stays_only_if_it_is_the_last_with_room() {
    let mut packs = Packs::new();
    packs.add(1, "one", 20 << 20);
    for _ in 0..4 {
        assert!(matches!(packs.take(20 << 20, |_| true), Taken::Cell(..)));
    }
    packs.add(2, "two", 20 << 20);
    assert!(matches!(packs.take(20 << 20, |_| true), Taken::Cell(Cell { pack: 2, .. }, _)));
    let closed = packs.give(2, 0).unwrap();
    assert!(closed.files.is_empty(), "the other one is full");
    for at in [0, 20 << 20, 40 << 20] {
        assert!(packs.give(1, at).unwrap().files.is_empty());
    }
    let closed = packs.give(1, 60 << 20).unwrap();
    assert_eq!((closed.files, closed.bytes), (vec!["one"], 80 << 20));
    assert_eq!(packs.close_empty().files, ["two"]);
}
