//! What is tried again, under which id, and when that ends.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::fault::{Held, LoadFault, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::wrap::{Retry, RetryPolicy};
use forebay_store::{
    Batch, Capabilities, Condition, Error, ErrorKind, IntoStore, MemoryStore, Outcome, SharedStore,
    WriteOp,
};

use super::{held, on};
use crate::calls::{Patient, Store, apply, batch, letters, load, puts};

const LONG: Duration = Duration::from_secs(60);

struct Set {
    clock: Arc<ManualClock>,
    inside: Arc<Held<String, u32>>,
    store: Store,
}

fn set() -> Set {
    set_over(held())
}

fn set_over(inside: Arc<Held<String, u32>>) -> Set {
    let clock = ManualClock::new();
    let shared: SharedStore<String, u32> = inside.clone();
    let store = on(&clock, Retry::new(shared, RetryPolicy::default()));
    Set { clock, inside, store }
}

fn retry() -> Outcome {
    Outcome::Retry(Error::unavailable("not now"))
}

fn unknown() -> Outcome {
    Outcome::Unknown(Error::unknown("lost"))
}

fn refused() -> Outcome {
    Outcome::Refused(Error::refused("never"))
}

fn keys(batch: &Batch<String, u32>) -> Vec<&str> {
    batch.ops.iter().map(|op| op.key.as_str()).collect()
}

impl Set {
    /// Answers the apply that waits and lets any pause pass.
    fn answer(&self, outcomes: Vec<Outcome>) -> Arc<Batch<String, u32>> {
        let call = self.inside.next_apply();
        let batch = Arc::clone(&call.batch);
        call.answer(Ok(outcomes));
        self.clock.advance(LONG);
        batch
    }
}

#[test]
fn a_load_is_tried_again_until_it_succeeds() {
    let clock = ManualClock::new();
    let (scripted, script) = Scripted::new(MemoryStore::new());
    script.fail_loads(1, LoadFault::Error(ErrorKind::Unavailable));
    script.fail_loads(1, LoadFault::Panic);
    let store = on(&clock, Retry::new(scripted, RetryPolicy::default()));
    let op = load(&store, &["a"]);
    assert!(!op.is_ready(), "it waits before it tries again");
    clock.advance(LONG);
    assert_eq!(op.answer().unwrap(), [None]);
    assert_eq!(script.loads_arrived(), 3);
}

#[test]
fn a_corrupt_load_is_not_tried_again() {
    let set = set();
    let op = load(&set.store, &["a"]);
    set.inside.next_load().answer(Err(Error::corrupt("damaged")));
    assert_eq!(op.answer().unwrap_err().kind(), ErrorKind::Corrupt);
    assert_eq!(set.clock.timers(), 0);
}

#[test]
fn a_whole_batch_is_sent_again_as_the_same_batch() {
    let set = set();
    let whole = puts(9, &[("a", 1), ("b", 2)]);
    let op = apply(&set.store, &whole);
    assert!(Arc::ptr_eq(&set.answer(vec![retry(), unknown()]), &whole));
    let call = set.inside.next_apply();
    assert!(Arc::ptr_eq(&call.batch, &whole));
    call.pass();
    assert_eq!(letters(op.answer()), "ss");
}

#[test]
fn a_remainder_goes_under_a_new_id_and_its_outcomes_find_their_places() {
    let set = set();
    let whole = puts(9, &[("a", 1), ("b", 2), ("c", 3), ("d", 4)]);
    let op = apply(&set.store, &whole);
    set.answer(vec![Outcome::Stored, retry(), refused(), unknown()]);
    let first = set.answer(vec![Outcome::Stored, retry()]);
    assert_eq!(keys(&first), ["b", "d"]);
    assert_ne!(first.id, whole.id);
    let second = set.answer(vec![Outcome::Stored]);
    assert_eq!(keys(&second), ["d"]);
    assert!(second.id != first.id && second.id != whole.id);
    assert_eq!(letters(op.answer()), "ssrs");
}

#[test]
fn a_remainder_that_is_sent_again_unchanged_keeps_its_id() {
    let set = set();
    let op = apply(&set.store, &puts(9, &[("a", 1), ("b", 2)]));
    set.answer(vec![Outcome::Stored, retry()]);
    let first = set.answer(vec![retry()]);
    let second = set.answer(vec![Outcome::Stored]);
    assert_eq!(first.id, second.id);
    assert_eq!(letters(op.answer()), "ss");
}

#[test]
fn a_refused_write_is_never_sent_again() {
    let set = set();
    let op = apply(&set.store, &puts(9, &[("a", 1)]));
    set.answer(vec![refused()]);
    assert_eq!((letters(op.answer()), set.inside.applies()), ("r".into(), 0));
}

#[test]
fn a_closed_store_is_not_asked_again() {
    let set = set();
    let op = apply(&set.store, &puts(9, &[("a", 1)]));
    set.inside.next_apply().answer(Err(Error::new(ErrorKind::Closed, "closed")));
    assert_eq!((letters(op.answer()), set.clock.timers()), ("t".into(), 0));
}

#[test]
fn after_the_most_attempts_the_last_answer_stands() {
    let set = set();
    let op = apply(&set.store, &puts(9, &[("a", 1)]));
    for _ in 0..RetryPolicy::default().attempts_max {
        assert!(!op.is_ready());
        set.answer(vec![retry()]);
    }
    assert_eq!((letters(op.answer()), set.inside.applies()), ("t".into(), 0));
}

#[test]
fn what_was_unknown_once_stays_unknown_unless_it_is_stored() {
    for (last, expected) in [(retry(), "u"), (refused(), "u"), (Outcome::Stored, "s")] {
        let set = set();
        let op = apply(&set.store, &puts(9, &[("a", 1)]));
        set.answer(vec![unknown()]);
        for _ in 0..3 {
            set.answer(vec![retry()]);
        }
        set.answer(vec![last]);
        assert_eq!(letters(op.answer()), expected);
    }
}

#[test]
fn a_write_with_a_condition_is_not_sent_again_after_unknown() {
    let set = set();
    let mut insert = WriteOp::put("a".to_owned(), 1, 1);
    insert.condition = Condition::Absent;
    let op = apply(&set.store, &batch(9, vec![insert, WriteOp::put("b".into(), 2, 1)]));
    set.answer(vec![unknown(), unknown()]);
    assert_eq!(keys(&set.answer(vec![Outcome::Stored])), ["b"]);
    assert_eq!(letters(op.answer()), "us");
}

#[test]
fn a_batch_for_an_atomic_store_is_sent_again_whole_or_not_at_all() {
    let mut declared = Capabilities::default();
    declared.atomic_batch = true;
    let (atomic, _) = Scripted::new(MemoryStore::new());
    let atomic = atomic.declaring(declared).into_store(&ManualClock::new().seams(1));
    let set = set_over(Held::new(atomic));

    let whole = puts(9, &[("a", 1), ("b", 2)]);
    let op = apply(&set.store, &whole);
    set.answer(vec![retry(), retry()]);
    assert!(Arc::ptr_eq(&set.answer(vec![refused(), retry()]), &whole));
    assert_eq!((letters(op.answer()), set.inside.applies()), ("rt".into(), 0));
}

#[test]
fn a_dropped_call_and_a_wrong_number_of_outcomes_are_unknown_and_tried_again() {
    let set = set();
    let op = apply(&set.store, &puts(9, &[("a", 1), ("b", 2)]));
    drop(set.inside.next_apply());
    set.clock.advance(LONG);
    set.answer(vec![Outcome::Stored]);
    set.inside.next_apply().pass();
    assert_eq!(letters(op.answer()), "ss");
}

#[test]
fn the_pause_that_a_busy_store_asks_for_is_kept() {
    let set = set();
    let op = apply(&set.store, &puts(9, &[("a", 1)]));
    let pause = Duration::from_secs(3);
    set.inside.next_apply().answer(Err(Error::busy("full", pause)));
    set.clock.advance(pause.checked_sub(Duration::from_nanos(1)).unwrap());
    assert_eq!(set.inside.applies(), 0);
    set.clock.advance(Duration::from_nanos(1));
    set.inside.next_apply().pass();
    assert_eq!(letters(op.answer()), "s");
}

#[test]
fn one_seed_gives_the_same_pauses_each_time() {
    let pauses = || {
        let set = set();
        let _op = apply(&set.store, &puts(9, &[("a", 1)]));
        let mut pauses = Vec::new();
        for _ in 0..4 {
            set.inside.next_apply().answer(Ok(vec![retry()]));
            let due = set.clock.next_due().expect("a pause is under way");
            let pause = due.since(forebay_store::seam::Clock::now(&*set.clock));
            pauses.push(pause);
            set.clock.advance(pause);
        }
        pauses
    };
    let first = pauses();
    assert_eq!(first, pauses());
    assert!(first.windows(2).any(|pair| pair[0] != pair[1]), "jittered: {first:?}");
}
