//! By age.

use super::rig::Memory;
use crate::order::{Note, Order};

#[test]
fn what_was_touched_longest_ago_leaves_first() {
    let mut memory = Memory::new(Order::Lru, u64::MAX);
    let [first, second, third] = [(); 3].map(|()| memory.make(1));
    memory.touch(first);
    let fourth = memory.make(1);
    memory.touch(second);
    let fifth = memory.make(1);
    let mut left = Vec::new();
    while let Some(name) = memory.next() {
        memory.note(name, Note::Away);
        left.push(name);
    }
    assert_eq!(left, [third, first, fourth, second, fifth]);
}

#[test]
fn a_hit_of_long_ago_is_not_taken_for_a_new_one() {
    let mut memory = Memory::new(Order::Lru, u64::MAX);
    let [first, second] = [(); 2].map(|()| memory.make(1));
    memory.touch(first);
    for _ in 0..1_000 {
        let name = memory.make(1);
        memory.note(name, Note::Gone);
    }
    memory.touch(second);
    assert_eq!(memory.next(), Some(first));
}
