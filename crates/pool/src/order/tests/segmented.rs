//! Two parts.

use super::rig::Memory;
use crate::order::{Note, Order};

fn left(memory: &Memory) -> Vec<usize> {
    let mut left = Vec::new();
    while let Some(name) = memory.next() {
        memory.note(name, Note::Away);
        left.push(name);
    }
    left
}

#[test]
fn what_was_touched_since_it_came_is_protected() {
    let mut memory = Memory::new(Order::Segmented { protected: 0.5 }, u64::MAX);
    let names = [(); 6].map(|()| memory.make(1));
    memory.touch(names[0]);
    memory.touch(names[1]);
    assert_eq!(memory.next(), Some(names[2]));
    memory.note(names[2], Note::Away);
    assert_eq!(left(&memory)[..3], names[3..6]);
}

#[test]
fn what_is_protected_and_too_much_goes_back() {
    let mut memory = Memory::new(Order::Segmented { protected: 0.25 }, u64::MAX);
    let names = [(); 8].map(|()| memory.make(1));
    for name in &names[..6] {
        memory.touch(*name);
    }
    assert_eq!(memory.next(), Some(names[6]));
    let newer = memory.make(1);
    let left = left(&memory);
    let at = |name: usize| left.iter().position(|other| *other == name).unwrap();
    assert!(at(names[0]) < at(names[5]), "the oldest of the protected went back: {left:?}");
    assert!(at(names[7]) < at(names[0]), "what is new goes before it: {left:?}");
    assert!(left.contains(&newer));
}
