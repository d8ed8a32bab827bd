//! The faulty stores do what they are told, and nothing else.

use std::sync::Arc;

use forebay_store::fault::{ApplyFault, Held, LoadFault, Script, Scripted, WriteFault};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{ErrorKind, IntoStore, MemoryStore, Seams};

use crate::calls::{Patient, Store, apply, letters, load, puts};

type Memory = Arc<MemoryStore<String, u32>>;

fn scripted(seams: &Seams) -> (Store, Memory, Arc<Script<String>>) {
    let memory = Memory::default();
    let (store, script) = Scripted::new(Arc::clone(&memory));
    (store.into_store(seams), memory, script)
}

fn inline() -> Seams {
    ManualClock::new().seams(1)
}

#[test]
fn a_failing_apply_applies_nothing_and_the_next_one_goes_well() {
    let (store, memory, script) = scripted(&inline());
    script.fail_applies(1, ApplyFault::Error(ErrorKind::Unavailable));
    let error = apply(&store, &puts(1, &[("a", 1)])).answer().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(memory.is_empty());
    assert_eq!(letters(apply(&store, &puts(1, &[("a", 1)])).answer()), "s");
}

#[test]
fn half_a_batch_is_applied_and_the_rest_is_to_be_tried_again() {
    let (store, memory, script) = scripted(&inline());
    script.fail_applies(1, ApplyFault::Half);
    assert_eq!(letters(apply(&store, &puts(1, &[("a", 1), ("b", 1), ("c", 1)])).answer()), "stt");
    assert_eq!(memory.len(), 1);
}

#[test]
fn an_unknown_write_is_applied_or_not_as_the_script_says() {
    let (store, memory, script) = scripted(&inline());
    script.fail_writes("a".into(), 1, WriteFault::UnknownApplied);
    script.fail_writes("b".into(), 1, WriteFault::UnknownLost);
    assert_eq!(letters(apply(&store, &puts(1, &[("a", 1), ("b", 1), ("c", 1)])).answer()), "uus");
    let kept = ["a", "b", "c"].map(|key| memory.get(&key.to_owned()));
    assert_eq!(kept, [Some(1), None, Some(1)]);
}

#[test]
fn a_refused_key_stays_refused_until_it_is_accepted() {
    let (store, _, script) = scripted(&inline());
    script.refuse("a".into());
    for _ in 0..3 {
        assert_eq!(letters(apply(&store, &puts(1, &[("a", 1), ("b", 1)])).answer()), "rs");
    }
    script.accept(&"a".into());
    assert_eq!(letters(apply(&store, &puts(1, &[("a", 1)])).answer()), "s");
}

#[test]
fn a_panic_of_the_store_is_an_aborted_call() {
    let (store, _, script) = scripted(&Seams::real());
    script.fail_applies(1, ApplyFault::Panic);
    script.fail_loads(1, LoadFault::Panic);
    let error = apply(&store, &puts(1, &[("a", 1)])).answer().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    assert_eq!(load(&store, &["a"]).answer().unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!(load(&store, &["a"]).answer().unwrap(), [None]);
}

#[test]
fn a_store_that_is_down_fails_every_call_until_it_comes_back() {
    let (store, _, script) = scripted(&inline());
    script.go_down();
    assert_eq!(load(&store, &["a"]).answer().unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(apply(&store, &puts(1, &[("a", 1)])).answer().is_err());
    script.come_back();
    assert_eq!(load(&store, &["a"]).answer().unwrap(), [None]);
    assert_eq!((script.loads_arrived(), script.applies_arrived()), (2, 1));
}

#[test]
fn calls_wait_at_a_closed_gate_and_pass_one_by_one() {
    let (store, _, script) = scripted(&Seams::real());
    let gate = script.hold_loads();
    let ops = [load(&store, &["a"]), load(&store, &["b"])];
    gate.wait_for(2);
    assert!(ops.iter().all(|op| !op.is_ready()));
    gate.let_pass(1);
    gate.open();
    for op in ops {
        assert_eq!(op.answer().unwrap(), [None]);
    }
}

#[test]
fn a_held_call_is_passed_answered_or_dropped_by_the_test() {
    let held = Held::new(MemoryStore::new().into_store(&inline()));
    let store: Store = held.clone();
    let ops = [1, 2, 3].map(|number| apply(&store, &puts(number, &[("a", 1)])));
    assert_eq!((held.applies(), held.next_apply().batch.id.number), (3, 1));
    held.next_apply().pass();
    held.next_apply().answer(Ok(Vec::new()));
    let [dropped, passed, answered] = ops.map(Patient::answer);
    assert_eq!(dropped.unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!((letters(passed), letters(answered)), ("s".into(), String::new()));
}
