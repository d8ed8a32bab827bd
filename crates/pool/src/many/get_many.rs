//! Many objects at once: all or none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, Done, Drive, Error, Op, Result};

use crate::budget::{Purpose, Rank, Room};
use crate::handle::{Asker, Guard, Handle, Once, ask};
use crate::inner::Inner;
use crate::lanes::Lane;
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
    op.driven_by(Arc::new(Starting(Mutex::new(Some(Arc::new(many))))))
}

struct Many<T: Object> {
    pool: Arc<Inner>,
    /// Each once.
    slots: Vec<Arc<Slot<T>>>,
    /// Which of them stands where in the answer.
    places: Vec<usize>,
    round: Mutex<Round<T>>,
    answer: Once<Vec<Guard<T>>>,
}

/// One attempt to get hold of all.
struct Round<T> {
    number: u32,
    guards: Vec<Option<Guard<T>>>,
    missing: usize,
    error: Option<Error>,
    /// Room for all of them was asked for, also for those in memory: nothing can be missing then.
    for_all: bool,
}

impl<T> Default for Round<T> {
    fn default() -> Self {
        Self { number: 0, guards: Vec::new(), missing: 0, error: None, for_all: false }
    }
}

impl<T: Object> Many<T> {
    /// So often others may come in between.
    const ROUNDS: u32 = 64;

    /// Asks for room, holding nothing. What is lent is waited for first.
    fn begin(self: Arc<Self>) {
        if let Some(lent) = self.slots.iter().find(|slot| slot.is_lent()) {
            let slot = Arc::clone(lent);
            return slot.get().forward(Done::call(move |guard: Result<Guard<T>>| match guard {
                Ok(_guard) => self.begin_again(false),
                Err(error) => self.answer.complete(Err(error)),
            }));
        }
        let for_all = self.round.lock().for_all;
        let all: u64 = self.slots.iter().map(|slot| slot.load_bytes()).sum();
        let lack: u64 = self.slots.iter().map(|slot| slot.bytes_to_load()).sum();
        let books = self.pool.ledger.standing();
        let most = books.budget.saturating_sub(books.own + books.encoding);
        if all > most {
            let (all, most) = (ByteSize::bytes(all), ByteSize::bytes(most));
            let why = format!("together they need {all}, and a pool of {most} is to hold them");
            return self.answer.complete(Err(Error::refused(why)));
        }
        let (bytes, pool) = (if for_all { all } else { lack }, Arc::clone(&self.pool));
        ask(&pool, bytes, (Purpose::Loading, Rank::Load), self);
    }

    /// Everything is let go of, and it begins anew.
    fn begin_again(self: Arc<Self>, for_all: bool) {
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

    /// Gets hold of all of them, with room for those that are away.
    fn collect(self: Arc<Self>, mut room: Room) {
        let mut guards: Vec<Option<Guard<T>>> = self.slots.iter().map(Slot::hit).collect();
        let mut loads = Vec::new();
        for (at, slot) in self.slots.iter().enumerate().filter(|(at, _)| guards[*at].is_none()) {
            if slot.is_lent() {
                drop((guards, loads, room));
                return self.begin_again(false);
            }
            match room.split(ByteSize::bytes(slot.load_bytes())) {
                Ok(part) => loads.push((at, part)),
                Err(_too_small) => {
                    // One was evicted meanwhile.
                    drop((guards, loads, room));
                    return self.begin_again(true);
                }
            }
        }
        drop(room);
        {
            let mut round = self.round.lock();
            (round.missing, round.error) = (loads.len() + 1, None);
            std::mem::swap(&mut round.guards, &mut guards);
        }
        drop(guards);
        let mut loads = loads.into_iter();
        for (at, part) in loads.by_ref() {
            let many = Arc::clone(&self);
            let done = Done::call(move |guard| many.came(at, guard));
            if let Err(done) = self.slots[at].get_with(part, done) {
                done.complete(Err(lent_again()));
            }
        }
        self.ended();
    }

    fn came(self: Arc<Self>, at: usize, guard: Result<Guard<T>>) {
        {
            let mut round = self.round.lock();
            match guard {
                Ok(guard) => round.guards[at] = Some(guard),
                Err(error) => drop(round.error.get_or_insert(error)),
            }
        }
        self.ended();
    }

    /// One less is missing. With the last the answer is given.
    fn ended(self: Arc<Self>) {
        let (guards, error) = {
            let mut round = self.round.lock();
            round.missing -= 1;
            if round.missing > 0 {
                return;
            }
            (std::mem::take(&mut round.guards), round.error.take())
        };
        let all: Option<Vec<Guard<T>>> = guards.into_iter().collect();
        match (error, all) {
            (Some(error), all) => {
                drop(all);
                if error.is_retryable() && self.slots.iter().any(|slot| slot.is_lent()) {
                    return self.begin_again(false);
                }
                self.answer.complete(Err(error));
            }
            (None, Some(all)) => {
                let guards = self.places.iter().map(|at| all[*at].clone()).collect();
                self.answer.complete(Ok(guards));
            }
            (None, None) => self.begin_again(true),
        }
    }
}

fn lent_again() -> Error {
    Error::busy("an object was lent meanwhile", Duration::from_millis(1))
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

struct Starting<T: Object>(Mutex<Option<Arc<Many<T>>>>);

impl<T: Object> Starting<T> {
    fn begin(&self) -> Option<Arc<Many<T>>> {
        let many = self.0.lock().take()?;
        Arc::clone(&many).begin();
        Some(many)
    }
}

impl<T: Object> Drive for Starting<T> {
    fn drive(&self) {
        let Some(many) = self.begin() else { return };
        // Who waits anyway reads, and writes what is to be evicted.
        let lanes = &many.pool.lanes;
        while many.answer.is_wanted() && (lanes.help(Lane::Read) || lanes.help(Lane::Write)) {}
    }

    fn start(&self) {
        self.begin();
    }
}
