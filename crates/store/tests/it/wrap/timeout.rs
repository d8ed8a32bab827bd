//! What a caller hears after the limit, and what is fenced until the abandoned call has ended.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::fault::{Held, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::wrap::Timeout;
use forebay_store::{
    Capabilities, ErrorKind, IntoStore, MemoryStore, Outcome, SharedStore, WriteOp,
};

use super::{held, on};
use crate::calls::{Patient, Store, apply, batch, letters, load, puts};

const LIMIT: Duration = Duration::from_secs(2);

struct Set {
    clock: Arc<ManualClock>,
    inside: Arc<Held<String, u32>>,
    store: Store,
}

fn set(abandoned_max: usize) -> Set {
    set_over(held(), abandoned_max)
}

fn set_over(inside: Arc<Held<String, u32>>, abandoned_max: usize) -> Set {
    let clock = ManualClock::new();
    let shared: SharedStore<String, u32> = inside.clone();
    let store = on(&clock, Timeout::new(shared, LIMIT).abandoned_max(abandoned_max));
    Set { clock, inside, store }
}

#[test]
fn a_late_load_is_unavailable_and_a_late_batch_unknown() {
    let set = set(8);
    let (read, write) = (load(&set.store, &["a"]), apply(&set.store, &puts(1, &[("a", 1)])));
    set.clock.advance(LIMIT.checked_sub(Duration::from_nanos(1)).unwrap());
    assert!(!read.is_ready() && !write.is_ready());
    set.clock.advance(Duration::from_nanos(1));
    assert_eq!(read.answer().unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(write.answer().unwrap_err().kind(), ErrorKind::Unknown);
}

#[test]
fn an_answer_in_time_passes() {
    let set = set(8);
    let op = apply(&set.store, &puts(1, &[("a", 1)]));
    set.clock.advance(LIMIT / 2);
    set.inside.next_apply().pass();
    set.clock.advance(LIMIT * 2);
    assert_eq!(letters(op.answer()), "s");
    assert_eq!(set.clock.timers(), 0);
}

#[test]
fn a_key_that_an_abandoned_call_may_yet_write_is_not_loaded() {
    let set = set(8);
    let old = apply(&set.store, &puts(1, &[("a", 1)]));
    let abandoned = set.inside.next_apply();
    set.clock.advance(LIMIT);
    assert!(old.answer().is_err());
    assert_eq!(load(&set.store, &["a"]).answer().unwrap_err().kind(), ErrorKind::Busy);
    abandoned.pass();
    let read = load(&set.store, &["a"]);
    set.inside.next_load().pass();
    assert_eq!(read.answer().unwrap(), [Some(1)]);
}

#[test]
fn a_key_of_an_abandoned_call_is_fenced_until_that_call_has_ended() {
    let set = set(8);
    let old = apply(&set.store, &puts(1, &[("a", 1)]));
    let abandoned = set.inside.next_apply();
    set.clock.advance(LIMIT);
    assert!(old.answer().is_err());

    let fenced = apply(&set.store, &puts(2, &[("a", 2)]));
    assert_eq!((letters(fenced.answer()), set.inside.applies()), ("t".into(), 0));

    abandoned.pass();
    let free = apply(&set.store, &puts(3, &[("a", 3)]));
    set.inside.next_apply().pass();
    assert_eq!(letters(free.answer()), "s");
    let read = load(&set.store, &["a"]);
    set.inside.next_load().pass();
    assert_eq!(read.answer().unwrap(), [Some(3)]);
}

#[test]
fn an_abandoned_call_that_the_store_drops_has_ended() {
    let set = set(8);
    let old = apply(&set.store, &puts(1, &[("a", 1)]));
    set.clock.advance(LIMIT);
    assert!(old.answer().is_err());
    drop(set.inside.next_apply());
    let _free = apply(&set.store, &puts(2, &[("a", 2)]));
    assert_eq!(set.inside.applies(), 1);
}

#[test]
fn the_other_writes_of_a_batch_pass_the_fence_under_a_new_id() {
    let set = set(8);
    let _old = apply(&set.store, &puts(1, &[("b", 1)]));
    set.clock.advance(LIMIT);
    let _abandoned = set.inside.next_apply();

    let ops = ["a", "b", "c"].map(|key| WriteOp::put(key.to_owned(), 2, 2)).into();
    let whole = batch(2, ops);
    let op = apply(&set.store, &whole);
    let remainder = set.inside.next_apply();
    let keys: Vec<_> = remainder.batch.ops.iter().map(|op| op.key.as_str()).collect();
    assert_eq!(keys, ["a", "c"]);
    assert_ne!(remainder.batch.id, whole.id);
    let refused = Outcome::Refused(forebay_store::Error::refused("never"));
    remainder.answer(Ok(vec![Outcome::Stored, refused]));
    assert_eq!(letters(op.answer()), "str");
}

#[test]
fn a_fenced_key_stops_the_whole_batch_of_an_atomic_store() {
    let mut declared = Capabilities::default();
    declared.atomic_batch = true;
    let (atomic, _) = Scripted::new(MemoryStore::new());
    let atomic = atomic.declaring(declared).into_store(&ManualClock::new().seams(1));
    let set = set_over(Held::new(atomic), 8);
    let _old = apply(&set.store, &puts(1, &[("b", 1)]));
    set.clock.advance(LIMIT);
    let _abandoned = set.inside.next_apply();
    let op = apply(&set.store, &puts(2, &[("a", 2), ("b", 2)]));
    assert_eq!((letters(op.answer()), set.inside.applies()), ("tt".into(), 0));
}

#[test]
fn at_the_bound_of_abandoned_calls_the_store_is_busy_until_one_has_ended() {
    let set = set(2);
    let _ops = [load(&set.store, &["a"]), load(&set.store, &["b"])];
    set.clock.advance(LIMIT);
    let error = load(&set.store, &["c"]).answer().unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Busy, Some(LIMIT)));
    assert_eq!(letters_of_busy(&set), "t");

    set.inside.next_load().pass();
    let _free = load(&set.store, &["c"]);
    assert_eq!(set.inside.loads(), 2);
}

/// What a batch of one write hears from a store that is busy.
fn letters_of_busy(set: &Set) -> String {
    let answer = apply(&set.store, &puts(1, &[("a", 1)])).answer();
    letters(Ok(Outcome::of_answer(answer, 1)))
}

#[test]
fn many_calls_need_one_timer_and_each_has_its_own_limit() {
    let set = set(100);
    let start = load(&set.store, &["a"]);
    set.clock.advance(LIMIT / 2);
    let later: Vec<_> = (0..50).map(|_| load(&set.store, &["b"])).collect();
    assert_eq!(set.clock.timers(), 1);
    set.clock.advance(LIMIT / 2);
    assert!(start.is_ready() && later.iter().all(|op| !op.is_ready()));
    assert_eq!(set.clock.timers(), 1);
    set.clock.advance(LIMIT / 2);
    assert!(later.iter().all(forebay_store::Op::is_ready));
    assert_eq!(set.clock.timers(), 0);
}
