//! Many objects at once: all or none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, Done, Error, Op, Result};

use super::collect::Round;
use crate::budget::{Purpose, Rank, Room};
use crate::handle::{Asker, Guard, Handle, Once, Start, Starting, ask, go_on_later};
use crate::inner::Inner;
use crate::object::Object;
use crate::slot::Slot;

/// Guards of all of them, in this order. While it waits for room it holds none.
pub(crate) fn get_many<T: Object>(pool: &Arc<Inner>, handles: &[Handle<T>]) -> Op<Vec<Guard<T>>> {
    let (mut slots, mut places, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
    for handle in handles {
        if !Arc::ptr_eq(&handle.slot().pool, pool) {
            return Op::failed(Error::invalid("an object of another pool"));
        }
        places.push(*seen.entry(Arc::as_ptr(handle.slot())).or_insert_with(|| {
            slots.push(Arc::clone(handle.slot()));
            slots.len() - 1
        }));
    }
    let guards: Option<Vec<_>> = slots.iter().map(Slot::hit).collect();
    if let Some(guards) = guards {
        return Op::ready(places.iter().map(|at| guards[*at].clone()).collect());
    }
    let (answer, op) = Once::new();
    let round = Mutex::new(Round::default());
    let many = Many { pool: Arc::clone(pool), slots, places, round, answer };
    op.driven_by(Arc::new(Starting::of(Arc::new(many))))
}

pub(super) struct Many<T: Object> {
    pool: Arc<Inner>,
    /// Each once.
    pub(super) slots: Vec<Arc<Slot<T>>>,
    /// Which of them stands where in the answer.
    pub(super) places: Vec<usize>,
    pub(super) round: Mutex<Round<T>>,
    pub(super) answer: Once<Vec<Guard<T>>>,
}

impl<T: Object> Many<T> {
    /// So often others may come in between.
    const ROUNDS: u32 = 64;

    /// Asks for room, holding nothing. What is lent is waited for first.
    fn begin(self: Arc<Self>) {
        if let Some(lent) = self.slots.iter().find(|slot| slot.is_lent()) {
            let slot = Arc::clone(lent);
            return slot.get().forward(Done::call(move |guard: Result<Guard<T>>| match guard {
                Ok(guard) => {
                    drop(guard);
                    let pool = Arc::clone(&self.pool);
                    go_on_later(&pool, move || self.begin_again(false));
                }
                Err(error) => self.answer.complete(Err(error)),
            }));
        }
        let for_all = self.round.lock().for_all;
        let sum = |bytes: fn(&Slot<T>) -> u64| {
            self.slots.iter().fold(0, |sum: u64, slot| sum.saturating_add(bytes(slot)))
        };
        let (all, lack) = (sum(Slot::load_bytes), sum(Slot::bytes_to_load));
        let books = self.pool.ledger.standing();
        let most = books.budget.saturating_sub(books.standing());
        // One is read whatever it takes, alone if need be, as by `get`.
        if all > most && self.slots.len() > 1 {
            let (all, most) = (ByteSize::bytes(all), ByteSize::bytes(most));
            let why = format!("together they need {all}, and a pool of {most} is to hold them");
            return self.answer.complete(Err(Error::refused(why)));
        }
        let (bytes, pool) = (if for_all { all } else { lack }, Arc::clone(&self.pool));
        ask(&pool, bytes, (Purpose::Loading, Rank::Load), self);
    }

    /// Everything is let go of, and it begins anew.
    pub(super) fn begin_again(self: Arc<Self>, for_all: bool) {
        let number = {
            let mut round = self.round.lock();
            round.number += 1;
            round.for_all |= for_all;
            round.number
        };
        if number > Self::ROUNDS {
            let why = "others have come in between too often";
            return self.answer.complete(Err(Error::busy(why, Duration::from_millis(10))));
        }
        self.begin();
    }
}

impl<T: Object> Asker for Many<T> {
    fn is_wanted(&self) -> bool {
        self.answer.is_wanted()
    }

    fn go_on(self: Arc<Self>, room: Result<Room>) {
        match room {
            Ok(room) if self.is_wanted() => self.collect(room),
            Ok(_unwanted) => {}
            Err(error) => self.answer.complete(Err(error)),
        }
    }
}

impl<T: Object> Start for Many<T> {
    fn pool(&self) -> &Inner {
        &self.pool
    }

    fn start(self: Arc<Self>) {
        self.begin();
    }
}
