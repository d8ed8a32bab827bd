//! Who does the sync that an operation waits for.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use forebay_journal::Journal;
use forebay_journal::disk::simulated::Call;
use forebay_store::{Done, Durability, Op};

use super::{Bench, append};

fn poll(op: &mut Op<()>) {
    let _ = Pin::new(op).poll(&mut Context::from_waker(Waker::noop()));
}

fn synced(journal: &Journal, number: u64) -> Op<()> {
    journal.when(number, Durability::Synced)
}

#[test]
fn a_thread_that_waits_for_an_operation_syncs_without_any_job() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    let op = synced(&journal, number);
    assert_eq!(bench.queue.len(), 0, "nobody has asked for anything yet");
    op.map(move |synced| synced.map(|()| number)).wait().unwrap();
    assert_eq!((bench.queue.len(), journal.position().synced), (0, number));
}

#[test]
fn operations_that_are_polled_or_forwarded_share_one_job() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let number = append(&journal, b"a");
    let mut polled = [synced(&journal, number), synced(&journal, number)];
    polled.iter_mut().for_each(poll);
    let (done, forwarded) = Op::pending();
    synced(&journal, number).forward(done);
    assert_eq!(bench.queue.len(), 1);
    bench.queue.drain();
    assert!(forwarded.is_ready() && polled.iter().all(Op::is_ready));
}

/// Does something with the journal while the first sync runs.
fn during_the_sync(bench: &Bench, what: impl FnOnce() + Send + 'static) {
    let once = Mutex::new(Some(what));
    bench.disk.on_call(Box::new(move |call| {
        if call == Call::Sync
            && let Some(what) = once.lock().unwrap().take()
        {
            what();
        }
    }));
}

#[test]
fn an_operation_that_is_polled_during_a_sync_that_comes_too_early_for_it_gets_the_next() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let first = append(&journal, b"a");
    let (asking, kept) = (journal.clone(), Arc::new(Mutex::new(None)));
    let keeping = Arc::clone(&kept);
    during_the_sync(&bench, move || {
        let mut op = synced(&asking, append(&asking, b"b"));
        poll(&mut op);
        // One that needs less and asks later changes nothing.
        poll(&mut synced(&asking, first));
        *keeping.lock().unwrap() = Some(op);
    });
    journal.wait(first, Durability::Synced).unwrap();
    bench.queue.drain();
    assert!(kept.lock().unwrap().take().unwrap().is_ready());
}

#[test]
fn an_operation_that_nobody_asks_for_has_no_job_begun_after_a_sync() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let first = append(&journal, b"a");
    let (asking, kept) = (journal.clone(), Arc::new(Mutex::new(None)));
    let keeping = Arc::clone(&kept);
    during_the_sync(&bench, move || {
        *keeping.lock().unwrap() = Some(synced(&asking, append(&asking, b"b")));
    });
    journal.wait(first, Durability::Synced).unwrap();
    assert_eq!(bench.queue.len(), 0);
    kept.lock().unwrap().take().unwrap().wait().unwrap();
}

#[test]
fn an_operation_dropped_before_it_was_polled_takes_no_sync_of_others_along() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    append(&journal, b"a");
    let number = append(&journal, b"b");
    let (told, hears) = std::sync::mpsc::channel();
    let dropped = synced(&journal, number);
    let mut polled = synced(&journal, 1);
    poll(&mut polled);
    drop(dropped);
    synced(&journal, number).forward(Done::call(move |synced| told.send(synced).unwrap()));
    drop(synced(&journal, number));
    bench.queue.drain();
    assert!(polled.is_ready());
    hears.try_recv().unwrap().unwrap();
}

#[test]
fn an_operation_that_nobody_asks_for_is_answered_after_a_while() {
    let bench = Bench::new(1);
    let journal = bench.open_queued();
    let op = synced(&journal, append(&journal, b"a"));
    bench.pass_time();
    assert!(op.is_ready());
}
