//! The sieve.

use super::rig::Memory;
use crate::order::{Note, Order};

#[test]
fn what_was_not_touched_since_the_hand_came_by_leaves_oldest_first() {
    let mut memory = Memory::new(Order::Sieve, u64::MAX);
    let [first, second, third] = [(); 3].map(|()| memory.make(1));
    memory.touch(first);
    assert_eq!(memory.next(), Some(second));
    memory.note(second, Note::Away);
    assert_eq!(memory.next(), Some(third));
    assert_eq!(memory.next(), Some(first), "its touch was before the hand came by");
}

#[test]
fn what_is_touched_keeps_its_place() {
    let mut memory = Memory::new(Order::Sieve, u64::MAX);
    let [first, second, third, fourth] = [(); 4].map(|()| memory.make(1));
    memory.touch(first);
    memory.touch(second);
    assert_eq!(memory.next(), Some(third));
    let fifth = memory.make(1);
    let named = [(); 4].map(|()| memory.next().unwrap());
    assert_eq!(named, [fourth, fifth, first, second]);
}

#[test]
fn a_hit_in_the_moment_of_the_hand_counts_for_the_next_round() {
    let mut memory = Memory::new(Order::Sieve, u64::MAX);
    let [first, second] = [(); 2].map(|()| memory.make(1));
    memory.touch(first);
    assert_eq!(memory.next(), Some(second));
    memory.touch(first);
    assert_eq!(memory.next(), Some(second), "the first was touched again, if only just");
}

#[test]
fn a_look_out_is_short_however_much_was_touched() {
    let mut memory = Memory::new(Order::Sieve, u64::MAX);
    for _ in 0..100 {
        let name = memory.make(1);
        memory.touch(name);
    }
    assert!(matches!(memory.queue.next(), crate::order::Next::More));
    assert!(matches!(memory.queue.next(), crate::order::Next::One(_)));
}
