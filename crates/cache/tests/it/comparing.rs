//! A key whose comparison panics: the caller gets that panic or an error, and nothing stays as it was for the moment.

use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_cache::{Cache, Change, Lookup, Write};
use forebay_store::fault::HeldLoad;
use forebay_store::{Durability, ErrorKind, Op, Result};

use crate::rig::{HeldRig, answered};

thread_local! {
    /// How often key 0 may be compared before that panics.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    /// The cache that each key asks as it goes.
    static ASKED: RefCell<Option<Cache<Touchy, u64>>> = const { RefCell::new(None) };
}

#[derive(Clone, Debug, Eq)]
struct Touchy(u64);

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        if self.0 == 0 {
            let left = LEFT.get().checked_sub(1).expect("the test makes this comparison panic");
            LEFT.set(left);
        }
        self.0 == other.0
    }
}

impl Hash for Touchy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Drop for Touchy {
    fn drop(&mut self) {
        if let Some(cache) = ASKED.take() {
            cache.is_dirty(&Self(9));
            ASKED.set(Some(cache));
        }
    }
}

/// Does `act` while comparing key 0 panics after so many times, and dropping a key asks the cache.
fn touched<R>(rig: &HeldRig<Touchy>, left: u64, act: impl FnOnce() -> R) -> Option<R> {
    ASKED.set(Some(rig.cache.clone()));
    LEFT.set(left);
    let done = catch_unwind(AssertUnwindSafe(act));
    LEFT.set(u64::MAX);
    ASKED.take();
    done.ok()
}

/// Nobody has the turn of any of these keys.
#[track_caller]
fn assert_free<const N: usize>(rig: &HeldRig<Touchy>, keys: [u64; N]) {
    for key in keys {
        let put = rig.cache.put_with(Touchy(key), 7, Write::Through);
        while rig.held.applies() > 0 {
            rig.held.next_apply().pass();
        }
        answered(put).unwrap();
    }
}

#[test]
fn a_modification_gives_its_turn_up_although_its_key_cannot_be_compared() {
    let rig = HeldRig::<Touchy>::behind();
    let modified = rig.cache.modify(Touchy(0), |_| (Change::Put(1), ()));
    let load = rig.held.next_load();
    touched(&rig, 0, || load.pass()).unwrap();
    assert_eq!(answered(modified).unwrap_err().kind(), ErrorKind::Aborted);
    assert_free(&rig, [0]);
}

#[test]
fn a_write_that_waits_for_the_store_gives_its_turn_up_although_its_key_cannot_be_compared() {
    let rig = HeldRig::<Touchy>::behind();
    answered(rig.cache.put(Touchy(0), 1)).unwrap();
    let each = rig.cache.put_with(Touchy(0), 2, Write::Uncoalesced(Durability::Memory));
    let apply = rig.held.next_apply();
    touched(&rig, 0, || apply.pass()).unwrap();
    assert_eq!(answered(each).unwrap_err().kind(), ErrorKind::Aborted);
    assert_free(&rig, [0]);
}

#[test]
fn a_transaction_gives_its_turns_up_although_a_key_cannot_be_compared() {
    let rig = HeldRig::<Touchy>::behind();
    let write = |transaction: &mut forebay_cache::Transaction<Touchy, u64>| {
        let seen = [0, 1].map(|key| transaction.get(&Touchy(key)));
        for value in seen {
            value?;
        }
        transaction.put(Touchy(1), 1)
    };
    let written = rig.cache.transact(write, Durability::Memory);
    let mut loads = Vec::new();
    while rig.held.loads() > 0 {
        loads.push(rig.held.next_load());
    }
    touched(&rig, 0, || loads.into_iter().for_each(HeldLoad::pass)).unwrap();
    assert!(answered(written).is_err());
    assert_free(&rig, [0, 1]);
}

#[test]
fn who_asks_for_a_key_that_cannot_be_compared_keeps_no_place_and_drops_it_under_no_lock() {
    type Way = fn(&Cache<Touchy, u64>) -> Op<()>;
    let get: Way = |cache| cache.get(&Touchy(0)).map(|got: Result<_>| got.map(drop));
    let look: Way = |cache| {
        cache.lookup(&Touchy(0)).map(|looked: Result<_>| match looked? {
            Lookup::Vacant(_) => Err(forebay_store::Error::invalid("it is loaded already")),
            Lookup::Found(_) | Lookup::Absent => Ok(()),
        })
    };
    for (way, told) in [(get, 0), (look, 1)] {
        let mut errors = 0;
        for left in 0..6 {
            let rig = HeldRig::<Touchy>::open(|builder| builder.loads_waiting_max(2));
            let first = rig.cache.get(&Touchy(0));
            let asked = touched(&rig, left, || way(&rig.cache)).map(Op::try_take);
            let second = match asked {
                Some(Err(waiting)) => waiting,
                Some(Ok(error)) => {
                    assert_eq!(error.unwrap_err().kind(), ErrorKind::Aborted);
                    errors += 1;
                    way(&rig.cache)
                }
                None => way(&rig.cache),
            };
            rig.held.next_load().pass();
            assert_eq!(answered(first).unwrap(), None);
            answered(second).unwrap();
        }
        assert!(errors >= told, "what is no panic of the caller's own is told");
    }
}
