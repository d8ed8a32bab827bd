//! What an operation promises whoever waits for it, and whoever answers.

use super::*;
use std::task::Waker;

use crate::error::ErrorKind;
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicUsize, Ordering};

/// Counts who drove and who started it, and answers.
struct Work(Mutex<Option<Done<u8>>>, AtomicUsize, AtomicUsize);

impl Work {
    fn of(done: Done<u8>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(done)), AtomicUsize::new(0), AtomicUsize::new(0)))
    }

    fn counts(&self) -> (usize, usize) {
        (self.1.load(Ordering::SeqCst), self.2.load(Ordering::SeqCst))
    }

    fn answer(&self) {
        let done = self.0.lock().take();
        done.unwrap().complete(Ok(7));
    }
}

impl Drive for Work {
    fn drive(&self) {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.answer();
    }

    fn start(&self) {
        self.2.fetch_add(1, Ordering::SeqCst);
        self.answer();
    }
}

#[test]
fn a_thread_that_waits_does_the_work_itself() {
    let (done, op) = Op::pending();
    let work = Work::of(done);
    assert_eq!(op.driven_by(work.clone()).wait().unwrap(), 7);
    assert_eq!(work.counts(), (1, 0));
}

#[test]
fn work_is_started_once_when_it_is_polled_and_by_nothing_before() {
    let (done, op) = Op::pending();
    let work = Work::of(done);
    let op = op.driven_by(work.clone());
    assert!(!op.is_ready());
    assert_eq!(work.counts(), (0, 0));
    assert_eq!(crate::seam::block_on(op).unwrap(), 7);
    assert_eq!(work.counts(), (0, 1));
}

#[test]
fn forwarding_starts_the_work() {
    let (done, op) = Op::pending();
    let work = Work::of(done);
    let (next, last) = Op::pending();
    op.driven_by(work.clone()).forward(next);
    assert_eq!(last.wait().unwrap(), 7);
    assert_eq!(work.counts(), (0, 1));
}

#[test]
fn a_mapped_operation_keeps_its_work_for_whoever_waits() {
    let (done, op) = Op::pending();
    let work = Work::of(done);
    let op = op.driven_by(work.clone()).map(|answer| answer.map(|byte| u32::from(byte) * 2));
    assert!(!op.is_ready());
    assert_eq!(work.counts(), (0, 0));
    assert_eq!(op.wait().unwrap(), 14);
    assert_eq!(work.counts(), (1, 0));
}

#[test]
fn an_answer_that_is_there_is_mapped_at_once() {
    let (done, op) = Op::pending();
    done.complete(Ok(7));
    assert_eq!(op.map(|answer| answer.map(|byte: u8| byte + 1)).try_take().unwrap().unwrap(), 8);
    let failed = Op::<u8>::failed(Error::invalid("no")).map(|answer| answer.or(Ok(1)));
    assert_eq!(failed.try_take().unwrap().unwrap(), 1);
}

#[test]
fn the_other_end_sees_that_nobody_waits_for_what_is_made_of_its_answer() {
    let (done, op) = Op::<u8>::pending();
    let op = op.map(|answer| answer);
    assert!(!done.is_abandoned());
    drop(op);
    assert!(done.is_abandoned());
}

#[test]
fn a_dropped_request_is_an_error_not_a_hang() {
    let (done, op) = Op::<u8>::pending();
    drop(done);
    assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Aborted);
}

#[test]
fn a_dropped_callback_is_called_with_an_error() {
    let (done, op) = Op::<u8>::pending();
    drop(Done::<u8>::call(move |result| done.complete(result)));
    assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Aborted);
}

#[test]
fn a_timed_wait_gives_the_operation_back_still_under_way() {
    let (done, op) = Op::<u8>::pending();
    let op = op.wait_timeout(Duration::from_millis(1)).unwrap_err();
    done.complete(Ok(1));
    assert_eq!(op.wait().unwrap(), 1);
}

#[test]
fn the_other_end_sees_that_nobody_waits() {
    let (done, op) = Op::<u8>::pending();
    assert!(!done.is_abandoned());
    drop(op);
    assert!(done.is_abandoned());
    done.complete(Ok(1));
}

#[test]
fn a_forwarded_answer_arrives_at_the_other_end() {
    let (done, op) = Op::<u8>::pending();
    let (last, end) = Op::pending();
    op.forward(last);
    assert!(!done.is_abandoned());
    done.complete(Ok(4));
    assert_eq!(end.wait().unwrap(), 4);
    let (last, end) = Op::pending();
    Op::ready(5).forward(last);
    assert_eq!(end.wait().unwrap(), 5);
}

#[test]
fn an_awaited_operation_is_woken_by_its_answer() {
    let (done, op) = Op::<u8>::pending();
    let mut op = std::pin::pin!(op);
    let mut context = Context::from_waker(Waker::noop());
    assert!(op.as_mut().poll(&mut context).is_pending());
    done.complete(Ok(3));
    assert!(matches!(op.as_mut().poll(&mut context), Poll::Ready(Ok(3))));
    let again = op.as_mut().poll(&mut context);
    assert!(matches!(again, Poll::Ready(Err(error)) if error.kind() == ErrorKind::Invalid));
}

/// Notes when it ends whether that was under the lock of the operation that it waits for.
struct Ending(Arc<Slot<u8>>, Arc<Mutex<Vec<bool>>>);

impl std::task::Wake for Ending {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.1.lock().push(self.0.answer.try_lock().is_none());
    }
}

/// An operation that is waited for, and what is noted of the end of its waker.
fn waited_for() -> (Op<u8>, Arc<Mutex<Vec<bool>>>) {
    let (slot, noted) = (Slot::awaited(), Arc::default());
    let mut op = Op(State::Pending(Arc::clone(&slot), None));
    let waker = Waker::from(Arc::new(Ending(slot, Arc::clone(&noted))));
    assert!(Pin::new(&mut op).poll(&mut Context::from_waker(&waker)).is_pending());
    (op, noted)
}

#[test]
fn a_waker_never_ends_under_the_lock() {
    let (mut op, noted) = waited_for();
    assert!(Pin::new(&mut op).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(*noted.lock(), [false]);
    let (op, noted) = waited_for();
    let _mapped = op.map(|answer| answer);
    assert_eq!(*noted.lock(), [false]);
    let (op, noted) = waited_for();
    op.forward(Done::call(|_| ()));
    assert_eq!(*noted.lock(), [false]);
}

#[test]
fn an_answer_that_nobody_waits_for_comes_back() {
    let (done, op) = Op::<u8>::pending();
    assert!(done.try_complete(Ok(1)).is_ok());
    assert_eq!(op.wait().unwrap(), 1);
    let (done, op) = Op::<u8>::pending();
    let (last, end) = Op::pending();
    op.forward(last);
    drop(end);
    assert_eq!(done.try_complete(Ok(2)).unwrap_err().unwrap(), 2);
}
