//! Notes are numbered, and tickets lead to one slot only.

use super::rig::{Memory, ORDERS};
use crate::order::{Entrance, Note, Order};

#[test]
fn a_note_that_comes_late_does_nothing() {
    let mut memory = Memory::new(Order::Sieve, 100);
    let name = memory.slot(10);
    let ticket = memory.slots[name].ticket;
    memory.queue.note(ticket, 2, Note::Here(Entrance::Loaded, 10));
    memory.queue.note(ticket, 1, Note::Away);
    assert_eq!(memory.queue.len(), 1, "it has come back since");
    memory.queue.note(ticket, 3, Note::Away);
    memory.queue.note(ticket, 2, Note::Here(Entrance::Loaded, 10));
    assert_eq!(memory.queue.len(), 0);
}

#[test]
fn the_number_of_a_note_may_wrap() {
    let mut memory = Memory::new(Order::Sieve, 100);
    let name = memory.slot(10);
    let ticket = memory.slots[name].ticket;
    memory.queue.note(ticket, u32::MAX - 1, Note::Here(Entrance::New, 10));
    memory.queue.note(ticket, u32::MAX, Note::Away);
    memory.queue.note(ticket, 0, Note::Here(Entrance::Loaded, 10));
    assert_eq!(memory.queue.len(), 1);
    memory.queue.note(ticket, u32::MAX, Note::Away);
    assert_eq!(memory.queue.len(), 1);
}

#[test]
fn nothing_is_heard_of_a_slot_that_is_gone() {
    for order in ORDERS {
        let mut memory = Memory::new(order, 100);
        let gone = memory.make(10);
        let ticket = memory.slots[gone].ticket;
        memory.note(gone, Note::Gone);
        let other = memory.slot(10);
        let place = memory.slots[other].ticket;
        assert_eq!(place.index, ticket.index, "the place is used again");
        assert_ne!(place, ticket);
        memory.queue.note(ticket, 100, Note::Here(Entrance::New, 10));
        memory.queue.note(ticket, 101, Note::Gone);
        assert_eq!(memory.queue.len(), 0);
        memory.enter(other, Entrance::New);
        assert_eq!(memory.next(), Some(other));
    }
}

#[test]
fn a_slot_that_is_being_dropped_is_passed_over() {
    for order in ORDERS {
        let mut memory = Memory::new(order, 100);
        let names = [memory.make(10), memory.make(10)];
        let ticket = memory.slots[names[0]].ticket;
        let dropped = memory.slots.remove(names[0]);
        drop(dropped);
        let place = memory.next().unwrap();
        assert_eq!(memory.slots[place].name, names[1]);
        memory.queue.note(ticket, 9, Note::Gone);
        assert_eq!(memory.queue.len(), 1);
    }
}

#[test]
fn every_slot_is_seen_whether_it_is_in_memory_or_not() {
    let mut memory = Memory::new(Order::Sieve, 10_000);
    for number in 0..3_000 {
        let name = memory.slot(10);
        if number % 3 == 0 {
            memory.enter(name, Entrance::New);
        }
    }
    let mut seen = Vec::new();
    memory.queue.each(&mut |slot| seen.push(slot.ticket().index));
    assert_eq!(seen, (0..3_000).collect::<Vec<u32>>());
}

#[test]
fn what_is_used_once_goes_first() {
    for order in ORDERS {
        let mut memory = Memory::new(order, 100);
        let [old, once, new] = [(); 3].map(|()| memory.make(10));
        memory.touch(once);
        memory.note(once, Note::Here(Entrance::Once, 10));
        assert_eq!(memory.next(), Some(once), "{order:?}");
        assert_eq!(memory.next(), Some(old), "it is in use still: {order:?}");
        memory.note(old, Note::Away);
        assert_eq!(memory.next(), Some(once), "it is the first to be looked at again: {order:?}");
        memory.note(new, Note::Here(Entrance::Once, 10));
        memory.touch(new);
        assert_ne!(memory.next(), Some(new), "it is in use again: {order:?}");
    }
}
