//! An operation under way, and the other end of it.
//!
//! The core has no runtime. What every operation returns is an [`Op`]: ready at once when there is
//! nothing to wait for, otherwise a slot that can be `.await`ed on any executor or `.wait()`ed for
//! on a plain thread. Whoever answers holds the [`Done`]; dropping it unanswered is an error at
//! the other end, never a hang.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::sync::{Condvar, Mutex};

/// An operation under way.
///
/// `.await` it in async code, `.wait()` for it on a thread that may block. Do not call `.wait()`
/// inside an async task: it would block the executor's thread.
///
/// # Cancel safety
///
/// Dropping an `Op` cancels nothing that has begun. A write that was dropped before it was
/// answered may or may not have been accepted.
///
/// ```
/// use forebay_store::Op;
///
/// let (done, op) = Op::pending();
/// std::thread::scope(|scope| {
///     scope.spawn(|| done.complete(Ok(7)));
///     assert_eq!(op.wait().unwrap(), 7);
/// });
/// ```
#[must_use = "the outcome of an operation is unknown until it is awaited or waited for"]
pub struct Op<T>(State<T>);

enum State<T> {
    Ready(Option<Result<T>>),
    Pending(Arc<Slot<T>>),
}

struct Slot<T> {
    answer: Mutex<Answer<T>>,
    answered: Condvar,
}

enum Answer<T> {
    /// Who is to be woken, and whether a thread is blocked until then.
    Awaited(Option<Waker>, bool),
    /// The answer goes on to another end.
    Forwarded(Done<T>),
    Given(Result<T>),
    Taken,
}

impl<T> Op<T> {
    /// An operation that is complete already. Allocates nothing.
    pub fn ready(value: T) -> Self {
        Self(State::Ready(Some(Ok(value))))
    }

    /// An operation that has failed already.
    pub fn failed(error: Error) -> Self {
        Self(State::Ready(Some(Err(error))))
    }

    /// An operation to be answered later, and its other end.
    pub fn pending() -> (Done<T>, Self) {
        let slot = Arc::new(Slot {
            answer: Mutex::new(Answer::Awaited(None, false)),
            answered: Condvar::new(),
        });
        (Done(Some(End::Slot(Arc::clone(&slot)))), Self(State::Pending(slot)))
    }

    /// Whether waiting would return at once.
    pub fn is_ready(&self) -> bool {
        match &self.0 {
            State::Ready(_) => true,
            State::Pending(slot) => !matches!(*slot.answer.lock(), Answer::Awaited(..)),
        }
    }

    /// Takes the result if it is there, else gives the operation back.
    pub fn try_take(self) -> Result<Result<T>, Self> {
        if self.is_ready() { Ok(self.wait()) } else { Err(self) }
    }

    /// Hands the answer on to another end when it comes, or now if it is there. Nothing waits.
    pub fn forward(self, done: Done<T>) {
        let result = match self.0 {
            State::Ready(result) => result.unwrap_or_else(|| Err(taken())),
            State::Pending(slot) => {
                let mut answer = slot.answer.lock();
                if answer.is_awaited() {
                    *answer = Answer::Forwarded(done);
                    return;
                }
                answer.take()
            }
        };
        done.complete(result);
    }

    /// Blocks this thread until the operation is answered.
    pub fn wait(self) -> Result<T> {
        match self.0 {
            State::Ready(result) => result.unwrap_or_else(|| Err(taken())),
            State::Pending(slot) => {
                let mut answer = slot.answer.lock();
                answer.block();
                slot.answered.wait_while(answer, |answer| answer.is_awaited()).take()
            }
        }
    }

    /// Blocks this thread for at most `limit`; after that it gives the operation back, still
    /// under way.
    pub fn wait_timeout(self, limit: Duration) -> Result<Result<T>, Self> {
        match self.0 {
            State::Ready(result) => Ok(result.unwrap_or_else(|| Err(taken()))),
            State::Pending(slot) => {
                let mut answer = slot.answer.lock();
                answer.block();
                let mut answer =
                    slot.answered.wait_timeout_while(answer, limit, |answer| answer.is_awaited());
                if answer.is_awaited() {
                    drop(answer);
                    return Err(Self(State::Pending(slot)));
                }
                Ok(answer.take())
            }
        }
    }
}

impl<T> Answer<T> {
    /// A thread is about to block for it.
    fn block(&mut self) {
        if let Self::Awaited(_, is_blocked) = self {
            *is_blocked = true;
        }
    }

    fn is_awaited(&self) -> bool {
        matches!(self, Self::Awaited(..))
    }

    fn take(&mut self) -> Result<T> {
        match std::mem::replace(self, Self::Taken) {
            Self::Given(result) => result,
            Self::Awaited(..) | Self::Forwarded(_) | Self::Taken => Err(taken()),
        }
    }
}

#[cold]
fn taken() -> Error {
    Error::invalid("the result of this operation has been taken already")
}

impl<T> Unpin for Op<T> {}

impl<T> Future for Op<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        match &mut self.0 {
            State::Ready(result) => Poll::Ready(result.take().unwrap_or_else(|| Err(taken()))),
            State::Pending(slot) => {
                let mut answer = slot.answer.lock();
                if let Answer::Awaited(waker, _) = &mut *answer {
                    match waker {
                        Some(waker) => waker.clone_from(context.waker()),
                        None => *waker = Some(context.waker().clone()),
                    }
                    return Poll::Pending;
                }
                Poll::Ready(answer.take())
            }
        }
    }
}

impl<T> fmt::Debug for Op<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Op").field("ready", &self.is_ready()).finish_non_exhaustive()
    }
}

/// The end at which an operation is answered: exactly once, or by being dropped, which answers
/// [`ErrorKind::Aborted`].
#[must_use = "an unanswered request is an error at the other end"]
pub struct Done<T>(Option<End<T>>);

enum End<T> {
    Slot(Arc<Slot<T>>),
    /// In a lock only because a `Done` is kept in structures that threads share.
    Call(Mutex<Box<dyn FnOnce(Result<T>) + Send>>),
    Mapped(Mutex<Box<dyn Mapped<T> + Send>>),
}

impl<T> Done<T> {
    /// An end that calls `then` with the answer, on the thread that gives it. `then` must not
    /// block.
    pub fn call(then: impl FnOnce(Result<T>) + Send + 'static) -> Self {
        Self(Some(End::Call(Mutex::new(Box::new(then)))))
    }

    /// An end that hands the answer on to `next` as `map` makes it. Unlike one made by
    /// [`call`](Self::call) it knows when nobody waits at the other end any more.
    pub fn mapped<U: Send + 'static>(
        next: Done<U>,
        map: impl FnOnce(Result<T>) -> Result<U> + Send + 'static,
    ) -> Self
    where
        T: 'static,
    {
        Self(Some(End::Mapped(Mutex::new(Box::new(Mapping { next, map })))))
    }

    /// Answers.
    pub fn complete(mut self, result: Result<T>) {
        self.finish(|| result);
    }

    /// Whether nobody waits for the answer any more: the [`Op`] was dropped.
    pub fn is_abandoned(&self) -> bool {
        match &self.0 {
            Some(End::Slot(slot)) => match &*slot.answer.lock() {
                Answer::Forwarded(next) => next.is_abandoned(),
                _ => Arc::strong_count(slot) == 1,
            },
            Some(End::Mapped(mapping)) => mapping.lock().is_abandoned(),
            Some(End::Call(_)) | None => false,
        }
    }

    fn finish(&mut self, result: impl FnOnce() -> Result<T>) {
        match self.0.take() {
            Some(End::Slot(slot)) => {
                let result = result();
                let mut answer = slot.answer.lock();
                if matches!(*answer, Answer::Forwarded(_)) {
                    let before = std::mem::replace(&mut *answer, Answer::Taken);
                    drop(answer);
                    if let Answer::Forwarded(next) = before {
                        next.complete(result);
                    }
                    return;
                }
                let before = std::mem::replace(&mut *answer, Answer::Given(result));
                drop(answer);
                if let Answer::Awaited(waker, is_blocked) = before {
                    // Waking a condition variable costs a system call even if nobody is there.
                    if is_blocked {
                        slot.answered.notify_all();
                    }
                    if let Some(waker) = waker {
                        waker.wake();
                    }
                }
            }
            Some(End::Call(then)) => then.into_inner()(result()),
            Some(End::Mapped(mapping)) => mapping.into_inner().answer(result()),
            None => {}
        }
    }
}

/// A mapping to an end of another type.
trait Mapped<T> {
    fn answer(self: Box<Self>, result: Result<T>);
    fn is_abandoned(&self) -> bool;
}

struct Mapping<U, F> {
    next: Done<U>,
    map: F,
}

impl<T, U, F: FnOnce(Result<T>) -> Result<U>> Mapped<T> for Mapping<U, F> {
    fn answer(self: Box<Self>, result: Result<T>) {
        let Self { next, map } = *self;
        next.complete(map(result));
    }

    fn is_abandoned(&self) -> bool {
        self.next.is_abandoned()
    }
}

impl<T> Drop for Done<T> {
    fn drop(&mut self) {
        self.finish(|| {
            Err(Error::new(ErrorKind::Aborted, "the request was dropped without an answer"))
        });
    }
}

impl<T> fmt::Debug for Done<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Done").field("answered", &self.0.is_none()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
