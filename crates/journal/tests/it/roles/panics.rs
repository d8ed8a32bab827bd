//! A disk that panics takes its caller with it, and nobody else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use forebay_journal::disk::simulated::Call;
use forebay_store::{Durability, Op};

use super::{Bench, append};

#[test]
fn after_a_panic_in_a_sync_whoever_waits_next_is_told() {
    let bench = Bench::new(1);
    let journal = bench.open_with(bench.settings());
    let number = append(&journal, b"a");
    let armed = AtomicBool::new(true);
    bench.disk.on_call(Box::new(move |call| {
        let panics = call == Call::Sync && armed.swap(false, Ordering::SeqCst);
        assert!(!panics, "the disk panics");
    }));
    let wait = || journal.wait(number, Durability::Synced);
    catch_unwind(AssertUnwindSafe(wait)).unwrap_err();
    wait().unwrap_err();
}

#[test]
fn after_a_panic_in_a_write_operations_are_told() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    let meanwhile: Arc<Mutex<Option<Op<()>>>> = Arc::default();
    let (armed, asking, asked) = (AtomicBool::new(true), journal.clone(), Arc::clone(&meanwhile));
    bench.disk.on_call(Box::new(move |call| {
        if call == Call::Write && armed.swap(false, Ordering::SeqCst) {
            *asked.lock().unwrap() = Some(asking.when(number, Durability::Journaled));
            panic!("the disk panics");
        }
    }));
    let wait = || journal.wait(number, Durability::Journaled);
    catch_unwind(AssertUnwindSafe(wait)).unwrap_err();
    bench.pass_time();
    let op = meanwhile.lock().unwrap().take().unwrap();
    assert!(op.is_ready(), "the writer is gone, and who waits for the write is not told");
    op.wait().unwrap_err();
}
