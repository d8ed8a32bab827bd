//! The order at work: slots, notes of them, and who is next.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use forebay_store::sync::Mutex;

use super::choice::Order;
use super::note::{Next, Note, Ticket};
use crate::slot::Stored;

/// The slots of a pool in the order in which they leave memory.
#[derive(Debug)]
pub(crate) struct Queue {
    slots: Mutex<VecDeque<(Ticket, Weak<dyn Stored>)>>,
}

impl Queue {
    pub(crate) fn new(_order: Order) -> Self {
        Self { slots: Mutex::new(VecDeque::new()) }
    }

    /// A new slot, of which nothing is known yet. It may be called while the slot is being made
    /// (`Arc::new_cyclic`).
    pub(crate) fn admit(&self, slot: Weak<dyn Stored>) -> Ticket {
        let mut slots = self.slots.lock();
        let index = slots.back().map_or(0, |(last, _)| last.index + 1);
        let ticket = Ticket { index, generation: 0 };
        slots.push_back((ticket, slot));
        ticket
    }

    /// What has become of a slot. `residency` numbers the notes: an older one does nothing.
    pub(crate) fn note(&self, ticket: Ticket, _residency: u32, note: Note) {
        if note == Note::Gone {
            self.slots.lock().retain(|(other, _)| *other != ticket);
        }
    }

    /// What a hit leaves in its slot.
    pub(crate) fn epoch(&self) -> u32 {
        0
    }

    /// Counts the epoch up, and says the new one.
    pub(crate) fn advance(&self) -> u32 {
        0
    }

    /// Who is to leave next.
    pub(crate) fn next(&self) -> Next {
        let mut slots = self.slots.lock();
        let Some(first) = slots.pop_front() else { return Next::Nothing };
        let slot = first.1.upgrade();
        slots.push_back(first);
        drop(slots);
        slot.map_or(Next::More, Next::One)
    }

    /// Those who will leave soon, for writing ahead.
    pub(crate) fn ahead(&self, most: usize) -> Vec<Arc<dyn Stored>> {
        self.slots.lock().iter().take(most).filter_map(|(_, slot)| slot.upgrade()).collect()
    }

    /// It was looked at, or is pinned.
    pub(crate) fn spared(&self, _ticket: Ticket) {}

    /// Every slot, a few at a time, never under the lock.
    pub(crate) fn each(&self, see: &mut dyn FnMut(&Arc<dyn Stored>)) {
        let all: Vec<_> = self.slots.lock().iter().filter_map(|(_, slot)| slot.upgrade()).collect();
        all.iter().for_each(see);
    }
}
