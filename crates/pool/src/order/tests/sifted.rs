//! A probation before a sieve.

use super::rig::Memory;
use crate::order::{Entrance, Order};

/// A memory for 1,000 that is full of 900 which were touched, and of a probation.
fn settled() -> (Memory, Vec<usize>) {
    let mut memory = Memory::new(Order::Sifted, 1_000);
    let working: Vec<usize> = (0..900).map(|_| memory.make(1)).collect();
    for _ in 0..3 {
        for name in &working {
            memory.touch(*name);
        }
        for _ in 0..50 {
            memory.make(1);
        }
    }
    (memory, working)
}

fn kept(memory: &Memory, names: &[usize]) -> usize {
    names.iter().filter(|name| memory.is_here(**name)).count()
}

#[test]
fn a_scan_over_twice_the_memory_leaves_the_working_set() {
    let (mut memory, working) = settled();
    for _ in 0..2_000 {
        memory.make(1);
    }
    assert!(kept(&memory, &working) >= 890, "{} of 900 are left", kept(&memory, &working));
}

#[test]
fn what_is_touched_in_its_probation_goes_on() {
    let (mut memory, _) = settled();
    let name = memory.make(1);
    memory.touch(name);
    for _ in 0..500 {
        memory.make(1);
    }
    assert!(memory.is_here(name));
}

#[test]
fn what_comes_back_soon_needs_no_probation() {
    let (mut memory, _) = settled();
    let name = memory.make(1);
    for _ in 0..300 {
        memory.make(1);
    }
    assert!(!memory.is_here(name), "nobody has touched it");
    memory.read(name, Entrance::Loaded);
    for _ in 0..500 {
        memory.make(1);
    }
    assert!(memory.is_here(name));
}

#[test]
fn what_comes_back_late_begins_anew() {
    let (mut memory, _) = settled();
    let name = memory.make(1);
    for _ in 0..3_000 {
        memory.make(1);
    }
    memory.read(name, Entrance::Loaded);
    for _ in 0..500 {
        memory.make(1);
    }
    assert!(!memory.is_here(name));
}

#[test]
fn what_is_large_needs_no_probation() {
    let (mut memory, _) = settled();
    let [small, large] = [memory.make(20), memory.make(60)];
    for _ in 0..300 {
        memory.make(1);
    }
    assert!(memory.is_here(large) && !memory.is_here(small));
}
