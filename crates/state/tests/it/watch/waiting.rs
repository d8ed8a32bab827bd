//! Waiting for what comes.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use forebay_state::State;

use crate::shop::Shop;

struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_task_is_woken_by_the_next_batch() {
    let state = State::<Shop>::memory();
    let (_, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    let woken = Arc::new(Woken(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    let mut next = pin!(watch.next());
    assert!(next.as_mut().poll(&mut context).is_pending());
    state.write(|tx| tx.users.put("ada".into(), 1)).unwrap();
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    match next.as_mut().poll(&mut context) {
        Poll::Ready(Ok(batch)) => assert_eq!(batch.changes[0].key(), "ada"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wait_that_is_cancelled_loses_no_batch() {
    let state = State::<Shop>::memory();
    let (_, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    let mut context = Context::from_waker(Waker::noop());
    assert!(pin!(watch.next()).poll(&mut context).is_pending());
    state.write(|tx| tx.users.put("ada".into(), 1)).unwrap();
    match pin!(watch.next()).poll(&mut context) {
        Poll::Ready(Ok(batch)) => assert_eq!(batch.changes[0].key(), "ada"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_thread_that_waits_goes_on_with_the_next_batch() {
    let state = State::<Shop>::memory();
    let (_, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(move || watch.wait().unwrap().changes[0].value().copied());
        state.write(|tx| tx.orders.put(1, "passed over".into())).unwrap();
        state.write(|tx| tx.users.put("ada".into(), 7)).unwrap();
        assert_eq!(waiting.join().unwrap(), Some(7));
    });
}

#[test]
fn a_watch_within_a_write_of_the_same_state_is_an_error() {
    let state = State::<Shop>::memory();
    state
        .write(|_| {
            let error = state.watch(Shop::USERS).begin().map(drop).unwrap_err();
            assert_eq!(error.kind(), forebay_store::ErrorKind::Invalid);
            Ok(())
        })
        .unwrap();
    assert!(state.watch(Shop::USERS).begin().is_ok());
}
