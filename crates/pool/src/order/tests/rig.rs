//! Slots that are only looked at, and a memory that is run by an order alone.

use std::sync::{Arc, Weak};

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU32, Ordering};

use crate::error::Holder;
use crate::order::{Entrance, Next, Note, Order, Queue, Ticket};
use crate::slot::{Eviction, Look, Standing, Stored, WriteJob};

#[derive(Debug)]
pub(super) struct Fake {
    pub(super) name: usize,
    pub(super) weight: u64,
    pub(super) ticket: Ticket,
    stamp: AtomicU32,
    /// The number of the newest note, and whether it is in memory.
    standing: Mutex<(u32, bool)>,
}

impl Stored for Fake {
    fn ticket(&self) -> Ticket {
        self.ticket
    }

    fn stamp(&self) -> u32 {
        self.stamp.load(Ordering::Relaxed)
    }

    fn look(&self) -> Look {
        let standing = Standing::Saved;
        Look { standing, weight: self.weight, guards: 0, pins: 0, not_before: None }
    }

    fn try_evict(&self) -> Eviction {
        Eviction::Freed(self.weight)
    }

    fn begin_write(self: Arc<Self>, _: bool) -> Option<WriteJob> {
        None
    }

    fn holder(&self) -> Option<Holder> {
        None
    }
}

/// Objects of which an order decides who is in memory.
pub(super) struct Memory {
    pub(super) queue: Queue,
    pub(super) slots: Vec<Arc<Fake>>,
    budget: u64,
    used: u64,
}

impl Memory {
    pub(super) fn new(order: Order, budget: u64) -> Self {
        Self { queue: Queue::new(order), slots: Vec::new(), budget, used: 0 }
    }

    /// A new object that is not in memory.
    pub(super) fn slot(&mut self, weight: u64) -> usize {
        let name = self.slots.len();
        let fake = Arc::new_cyclic(|me: &Weak<Fake>| {
            let ticket = self.queue.admit(me.clone());
            let (stamp, standing) = (AtomicU32::new(0), Mutex::new((0, false)));
            Fake { name, weight, ticket, stamp, standing }
        });
        self.slots.push(fake);
        name
    }

    pub(super) fn is_here(&self, name: usize) -> bool {
        self.slots[name].standing.lock().1
    }

    pub(super) fn here(&self) -> Vec<usize> {
        (0..self.slots.len()).filter(|name| self.is_here(*name)).collect()
    }

    pub(super) fn note(&self, name: usize, note: Note) {
        let slot = &self.slots[name];
        let number = {
            let mut standing = slot.standing.lock();
            *standing = (standing.0 + 1, matches!(note, Note::Here(..)));
            standing.0
        };
        self.queue.note(slot.ticket, number, note);
    }

    pub(super) fn enter(&self, name: usize, entrance: Entrance) {
        self.note(name, Note::Here(entrance, self.slots[name].weight));
    }

    pub(super) fn touch(&self, name: usize) {
        self.slots[name].stamp.store(self.queue.epoch(), Ordering::Relaxed);
    }

    /// The next to leave, by name.
    pub(super) fn next(&self) -> Option<usize> {
        loop {
            match self.queue.next() {
                Next::Nothing => return None,
                Next::More => {}
                Next::One(slot) => {
                    let ticket = slot.ticket();
                    let at = ticket.index as usize;
                    // As long as nobody has gone, names and places are the same.
                    if self.slots.get(at).is_some_and(|other| other.ticket == ticket) {
                        return Some(at);
                    }
                    return self.slots.iter().position(|other| other.ticket == ticket);
                }
            }
        }
    }

    /// Reads an object. `false`: it had to be loaded, and others have left for it.
    pub(super) fn read(&mut self, name: usize, entrance: Entrance) -> bool {
        if self.is_here(name) {
            self.touch(name);
            return true;
        }
        let weight = self.slots[name].weight;
        while self.used + weight > self.budget {
            let Some(victim) = self.next() else { break };
            self.note(victim, Note::Away);
            self.used -= self.slots[victim].weight;
        }
        self.used += weight;
        self.enter(name, entrance);
        false
    }

    pub(super) fn make(&mut self, weight: u64) -> usize {
        let name = self.slot(weight);
        self.read(name, Entrance::New);
        name
    }
}

pub(super) const ORDERS: [Order; 4] =
    [Order::Sieve, Order::Sifted, Order::Lru, Order::Segmented { protected: 0.5 }];
