//! Whatever happens, an order has each object that is in memory once, and no other.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::rig::{Memory, ORDERS};
use crate::order::{Entrance, Note};

#[derive(Clone, Debug)]
enum Step {
    Make(u64),
    Read(usize),
    Touch(usize),
    Next,
    Once(usize),
    Reweigh(usize, u64),
    Away(usize),
    Gone(usize),
    Ahead(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let which = || 0..64_usize;
    prop_oneof![
        4 => (1..40_u64).prop_map(Step::Make),
        4 => which().prop_map(Step::Read),
        4 => which().prop_map(Step::Touch),
        2 => Just(Step::Next),
        1 => which().prop_map(Step::Once),
        1 => (which(), 1..40_u64).prop_map(|(which, weight)| Step::Reweigh(which, weight)),
        1 => which().prop_map(Step::Away),
        1 => which().prop_map(Step::Gone),
        1 => (0..9_usize).prop_map(Step::Ahead),
    ]
}

fn run(memory: &mut Memory, gone: &mut BTreeSet<usize>, step: &Step) {
    let len = memory.slots.len().max(1);
    let alive = |which: usize| {
        let name = which % len;
        (name < memory.slots.len() && !gone.contains(&name)).then_some(name)
    };
    match *step {
        Step::Make(weight) => {
            memory.make(weight);
        }
        Step::Read(which) => {
            if let Some(name) = alive(which) {
                memory.read(name, Entrance::Loaded);
            }
        }
        Step::Touch(which) => alive(which).into_iter().for_each(|name| memory.touch(name)),
        Step::Next => {
            memory.next();
        }
        Step::Once(which) => {
            if let Some(name) = alive(which).filter(|name| memory.is_here(*name)) {
                memory.enter(name, Entrance::Once);
            }
        }
        Step::Reweigh(which, weight) => {
            if let Some(name) = alive(which).filter(|name| memory.is_here(*name)) {
                memory.note(name, Note::Here(Entrance::Loaded, weight));
            }
        }
        Step::Away(which) => {
            if let Some(name) = alive(which) {
                memory.note(name, Note::Away);
            }
        }
        Step::Gone(which) => {
            if let Some(name) = alive(which) {
                memory.note(name, Note::Gone);
                gone.insert(name);
            }
        }
        Step::Ahead(most) => {
            let ahead = memory.queue.ahead(most);
            let places: BTreeSet<u32> = ahead.iter().map(|slot| slot.ticket().index).collect();
            assert_eq!(places.len(), ahead.len(), "each once");
            assert!(ahead.len() <= most);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn an_order_has_each_object_in_memory_once(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        for order in ORDERS {
            // Evictions are steps of their own here, so nothing leaves because it has to.
            let mut memory = Memory::new(order, u64::MAX);
            let mut gone = BTreeSet::new();
            for step in &steps {
                run(&mut memory, &mut gone, step);
                assert_eq!(memory.queue.len(), memory.here().len());
            }
            let mut here: BTreeSet<usize> = memory.here().into_iter().collect();
            while let Some(name) = memory.next() {
                assert!(here.remove(&name), "{order:?} names {name}");
                memory.note(name, Note::Away);
            }
            assert!(here.is_empty(), "{order:?} does not name {here:?}");
            assert_eq!(memory.queue.len(), 0);
        }
    }

    #[test]
    fn two_rounds_name_each_untouched_object(count in 1..200_usize) {
        for order in ORDERS {
            let mut memory = Memory::new(order, u64::MAX);
            for _ in 0..count {
                memory.make(1);
            }
            if let Some(name) = memory.next() {
                memory.touch(name);
            }
            let named: BTreeSet<usize> = (0..2 * count).filter_map(|_| memory.next()).collect();
            assert_eq!(named.len(), count, "{order:?}");
        }
    }
}

#[test]
fn what_is_used_once_is_named_again_though_nothing_has_left() {
    for order in ORDERS {
        // Alone, and beside others that are named in vain, too.
        for others in [0, 5] {
            let mut memory = Memory::new(order, u64::MAX);
            for _ in 0..=others {
                memory.make(1);
            }
            memory.enter(0, Entrance::Once);
            assert_eq!(memory.next(), Some(0), "{order:?}");
            let named: Vec<_> = (0..4 * (others + 1)).map(|_| memory.next()).collect();
            assert!(named.contains(&Some(0)), "{order:?} among {others}: {named:?}");
            assert!(!named.contains(&None), "{order:?} among {others}: {named:?}");
        }
    }
}
