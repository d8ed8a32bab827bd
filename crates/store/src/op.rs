//! An operation under way.
//!
//! The core has no runtime. What every operation returns is an [`Op`]: ready at once when there is
//! nothing to wait for, otherwise a slot that can be `.await`ed on any executor or `.wait()`ed for
//! on a plain thread. Whoever answers holds the [`Done`]; dropping it unanswered is an error at
//! the other end, never a hang.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::done::Done;
use crate::drive::Drive;
use crate::error::{Error, Result};
use crate::slot::{Answer, Slot, taken};

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
    /// Under way, and the work that it waits for, unless that is started already.
    Pending(Arc<Slot<T>>, Option<Arc<dyn Drive>>),
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
        let slot = Slot::awaited();
        (Done::of(Arc::clone(&slot)), Self(State::Pending(slot, None)))
    }

    /// The same operation, for which `work` is done by whoever waits for it: on the waiting thread
    /// by [`wait`](Self::wait), elsewhere when it is polled, forwarded or waited for with a limit.
    /// Until then nobody is asked to do it.
    pub fn driven_by(self, work: Arc<dyn Drive>) -> Self {
        match self.0 {
            State::Ready(result) => Self(State::Ready(result)),
            State::Pending(slot, _) => Self(State::Pending(slot, Some(work))),
        }
    }

    /// Whether waiting would return at once.
    pub fn is_ready(&self) -> bool {
        match &self.0 {
            State::Ready(_) => true,
            State::Pending(slot, _) => !matches!(*slot.answer.lock(), Answer::Awaited(..)),
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
            State::Pending(slot, work) => {
                let mut answer = slot.answer.lock();
                if answer.is_awaited() {
                    *answer = Answer::Forwarded(done);
                    drop(answer);
                    return start(work);
                }
                answer.take()
            }
        };
        done.complete(result);
    }

    /// The same operation, answered as `map` makes it of the answer. Work that it waits for is still
    /// done by whoever waits, and still by nobody before.
    ///
    /// `map` runs at once if the answer is there, else on the thread that gives it, and must not
    /// block.
    ///
    /// ```
    /// use forebay_store::Op;
    ///
    /// let op = Op::ready(7).map(|answer| answer.map(|number| number.to_string()));
    /// assert_eq!(op.wait().unwrap(), "7");
    /// ```
    pub fn map<U: Send + 'static>(
        self,
        map: impl FnOnce(Result<T>) -> Result<U> + Send + 'static,
    ) -> Op<U>
    where
        T: 'static,
    {
        let result = match self.0 {
            State::Ready(result) => result.unwrap_or_else(|| Err(taken())),
            State::Pending(slot, work) => {
                let mut answer = slot.answer.lock();
                if answer.is_awaited() {
                    let end = Slot::awaited();
                    *answer = Answer::Forwarded(Done::mapped(Done::of(Arc::clone(&end)), map));
                    return Op(State::Pending(end, work));
                }
                answer.take()
            }
        };
        Op(State::Ready(Some(map(result))))
    }

    /// Blocks this thread until the operation is answered.
    pub fn wait(self) -> Result<T> {
        match self.0 {
            State::Ready(result) => result.unwrap_or_else(|| Err(taken())),
            State::Pending(slot, work) => {
                if let Some(work) = work {
                    work.drive();
                }
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
            State::Pending(slot, work) => {
                start(work);
                let mut answer = slot.answer.lock();
                answer.block();
                let mut answer =
                    slot.answered.wait_timeout_while(answer, limit, |answer| answer.is_awaited());
                if answer.is_awaited() {
                    drop(answer);
                    return Err(Self(State::Pending(slot, None)));
                }
                Ok(answer.take())
            }
        }
    }
}

fn start(work: Option<Arc<dyn Drive>>) {
    if let Some(work) = work {
        work.start();
    }
}

impl<T> Unpin for Op<T> {}

impl<T> Future for Op<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        match &mut self.0 {
            State::Ready(result) => Poll::Ready(result.take().unwrap_or_else(|| Err(taken()))),
            State::Pending(slot, work) => {
                let mut answer = slot.answer.lock();
                if let Answer::Awaited(waker, _) = &mut *answer {
                    match waker {
                        Some(waker) => waker.clone_from(context.waker()),
                        None => *waker = Some(context.waker().clone()),
                    }
                    drop(answer);
                    // The waker is there, so it may be answered while it is being started.
                    start(work.take());
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

#[cfg(test)]
mod tests {
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
        assert_eq!(
            op.map(|answer| answer.map(|byte: u8| byte + 1)).try_take().unwrap().unwrap(),
            8
        );
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
}
