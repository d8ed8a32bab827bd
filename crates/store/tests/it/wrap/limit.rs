//! How many calls are inside, who is next, and what happens beyond the line.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::wrap::ConcurrencyLimit;
use forebay_store::{
    BackingStore, Batch, Capabilities, Done, ErrorKind, IntoStore, MemoryStore, Outcome, Seams,
    SharedStore,
};

use super::{held, on};
use crate::calls::{Patient, Store, load};

#[test]
fn calls_beyond_the_limit_wait_and_enter_in_the_order_in_which_they_came() {
    let (clock, inside) = (ManualClock::new(), held());
    let shared: SharedStore<String, u32> = inside.clone();
    let store = on(&clock, ConcurrencyLimit::new(shared, 2));
    let ops = ["a", "b", "c", "d"].map(|key| load(&store, &[key]));
    let mut entered = Vec::new();
    for waiting in [2, 2, 2, 1] {
        assert_eq!(inside.loads(), waiting);
        let call = inside.next_load();
        entered.push(call.keys[0].clone());
        call.pass();
    }
    assert_eq!(entered, ["a", "b", "c", "d"]);
    assert!(ops.into_iter().all(|op| op.answer().is_ok()));
}

#[test]
fn beyond_the_line_a_call_is_told_that_the_store_is_busy_and_for_how_long() {
    let (clock, inside) = (ManualClock::new(), held());
    let shared: SharedStore<String, u32> = inside.clone();
    let store = on(&clock, ConcurrencyLimit::new(shared, 1).waiting_max(1));
    let slow = load(&store, &["a"]);
    clock.advance(Duration::from_secs(8));
    inside.next_load().pass();
    assert!(slow.answer().is_ok());

    let _ops = [load(&store, &["b"]), load(&store, &["c"])];
    let error = load(&store, &["d"]).answer().unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after()),
        (ErrorKind::Busy, Some(Duration::from_secs(1)))
    );
}

#[test]
fn a_call_that_the_store_drops_makes_room() {
    let (clock, inside) = (ManualClock::new(), held());
    let shared: SharedStore<String, u32> = inside.clone();
    let store = on(&clock, ConcurrencyLimit::new(shared, 1));
    let ops = [load(&store, &["a"]), load(&store, &["b"])];
    drop(inside.next_load());
    inside.next_load().pass();
    let [dropped, passed] = ops.map(Patient::answer);
    assert_eq!(dropped.unwrap_err().kind(), ErrorKind::Aborted);
    assert!(passed.is_ok());
}

#[test]
fn a_long_line_of_calls_that_end_at_once_is_not_a_deep_stack() {
    let (clock, inside) = (ManualClock::new(), held());
    let memory: Store = MemoryStore::new().into_store(&clock.seams(1));
    // The first call is held, the others go to memory once they are let in.
    let first: SharedStore<String, u32> = inside.clone();
    let store =
        on(&clock, ConcurrencyLimit::new(FirstHeld::new(first, memory), 1).waiting_max(100_000));
    let ops: Vec<_> = (0..100_000).map(|_| load(&store, &["a"])).collect();
    inside.next_load().pass();
    assert!(ops.into_iter().all(|op| op.is_ready()));
}

#[test]
fn a_caller_that_makes_one_call_after_the_other_always_finds_room() {
    let store = ConcurrencyLimit::new(MemoryStore::new(), 1).waiting_max(0);
    let store: Store = store.into_store(&Seams::real());
    for _ in 0..1000 {
        assert_eq!(load(&store, &["a"]).answer().unwrap(), [None]);
    }
}

#[test]
fn it_declares_no_more_concurrency_than_it_has() {
    let clock = ManualClock::new();
    let store = on(&clock, ConcurrencyLimit::new(MemoryStore::new(), 3));
    assert_eq!(store.capabilities().concurrency, 3);
}

/// Sends the first load to one store and all others to another.
struct FirstHeld {
    first: Mutex<Option<Store>>,
    others: Store,
}

impl FirstHeld {
    fn new(first: Store, others: Store) -> Self {
        Self { first: Mutex::new(Some(first)), others }
    }
}

impl BackingStore<String, u32> for FirstHeld {
    fn capabilities(&self) -> Capabilities {
        self.others.capabilities()
    }

    fn load(&self, keys: Arc<[String]>, done: Done<Vec<Option<u32>>>) {
        let first = self.first.lock().take();
        first.as_ref().unwrap_or(&self.others).load(keys, done);
    }

    fn apply(&self, batch: Arc<Batch<String, u32>>, done: Done<Vec<Outcome>>) {
        self.others.apply(batch, done);
    }
}
