//! The order at work: slots, notes of them, and who is next.

use std::sync::{Arc, Weak};

use forebay_store::sync::Mutex;

use super::choice::Order;
use super::list::List;
use super::note::{Entrance, Next, Note, Ticket};
use super::ranking::{Ranking, Step, ranking};
use super::shelf::Shelf;
use super::walk::{Epochs, Walk, lower};
use crate::slot::Stored;

/// The slots of a pool in the order in which they leave memory.
#[derive(Debug)]
pub(crate) struct Queue {
    desk: Mutex<Desk>,
    epochs: Epochs,
}

#[derive(Debug)]
struct Desk {
    entries: Shelf,
    ranking: Box<dyn Ranking>,
}

impl Queue {
    /// So many are looked at under the lock in one go.
    const STEPS: usize = 64;

    pub(crate) fn new(order: Order) -> Self {
        let desk = Desk { entries: Shelf::new(), ranking: ranking(order) };
        Self { desk: Mutex::new(desk), epochs: Epochs::new() }
    }

    /// A new slot, of which nothing is known yet. It may be called while the slot is being made
    /// (`Arc::new_cyclic`).
    pub(crate) fn admit(&self, slot: Weak<dyn Stored>) -> Ticket {
        self.desk.lock().entries.admit(slot)
    }

    /// What has become of a slot. `residency` numbers the notes: an older one does nothing.
    pub(crate) fn note(&self, ticket: Ticket, residency: u32, note: Note) {
        let mut desk = self.desk.lock();
        let Some(entry) = desk.entries.of(ticket) else { return };
        if note != Note::Gone && entry.is_noted && is_older(residency, entry.residency) {
            return;
        }
        (entry.residency, entry.is_noted) = (residency, true);
        match note {
            Note::Here(entrance, weight) => {
                desk.enter(ticket.index, entrance, weight, &self.epochs);
            }
            Note::Away => desk.leave(ticket.index),
            Note::Gone => {
                desk.leave(ticket.index);
                desk.entries.forget(ticket.index);
            }
        }
    }

    /// What a hit leaves in its slot.
    #[inline]
    pub(crate) fn epoch(&self) -> u32 {
        self.epochs.stamp()
    }

    /// Counts the epoch up, and says the new one.
    pub(crate) fn advance(&self) -> u32 {
        lower(self.epochs.pass()).wrapping_add(1)
    }

    /// How many are in memory.
    pub(crate) fn len(&self) -> usize {
        self.desk.lock().entries.len()
    }

    /// Who is to leave next. Who is named may stay all the same, and others are named then; twice as
    /// many calls as there are objects name all of them.
    pub(crate) fn next(&self) -> Next {
        let mut desk = self.desk.lock();
        let Desk { entries, ranking } = &mut *desk;
        let mut walk = Walk { entries, epochs: &self.epochs, met: Vec::new() };
        let mut next = Next::More;
        for _ in 0..Self::STEPS {
            match ranking.step(&mut walk) {
                Step::Passed => {}
                Step::Nothing => {
                    next = Next::Nothing;
                    break;
                }
                Step::Candidate(at) => {
                    // One that is being dropped is on its way out already.
                    let Some(slot) = walk.entries[at].slot.upgrade() else { continue };
                    next = Next::One(slot);
                    break;
                }
            }
        }
        let met = walk.met;
        drop(desk);
        drop(met);
        next
    }

    /// Those who will leave soon, for writing ahead.
    pub(crate) fn ahead(&self, most: usize) -> Vec<Arc<dyn Stored>> {
        let desk = self.desk.lock();
        let ahead = desk.ranking.ahead(&desk.entries, most);
        ahead.into_iter().filter_map(|at| desk.entries[at].slot.upgrade()).collect()
    }

    /// Every slot, a few at a time, never under the lock.
    pub(crate) fn each(&self, see: &mut dyn FnMut(&Arc<dyn Stored>)) {
        for which in 0.. {
            let Some(piece) = self.desk.lock().entries.piece(which) else { return };
            piece.iter().filter_map(Weak::upgrade).for_each(|slot| see(&slot));
        }
    }
}

/// Whether `number` comes before `last`, as long as they are less than 2^31 apart.
fn is_older(number: u32, last: u32) -> bool {
    last.wrapping_sub(number).wrapping_sub(1) < u32::MAX / 2
}

impl Desk {
    fn enter(&mut self, at: u32, entrance: Entrance, weight: u64, epochs: &Epochs) {
        self.entries.reweigh(at, weight);
        let list = self.entries.list(at);
        if list.is_some() && (entrance != Entrance::Once || list == Some(List::Once)) {
            return;
        }
        self.leave(at);
        self.entries[at].seen = epochs.pass();
        self.ranking.enter(&mut self.entries, at, entrance);
    }

    fn leave(&mut self, at: u32) {
        if self.entries.list(at).is_some() {
            self.ranking.leave(&mut self.entries, at);
        }
    }
}
