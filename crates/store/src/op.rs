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
    #[inline]
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

    /// Gives this operation work that has to be done for its answer. [`wait`](Self::wait) does it on the
    /// waiting thread. If the operation is polled, forwarded or waited for with a limit, it is done elsewhere.
    /// Before that it is not begun.
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
                    let before = std::mem::replace(&mut *answer, Answer::Forwarded(done));
                    drop(answer);
                    // A waker of before is the user's, and so is its end.
                    drop(before);
                    return start(work);
                }
                answer.take()
            }
        };
        done.complete(result);
    }

    /// Makes an operation whose answer is what `map` makes of this one's. Work that this operation
    /// [has](Self::driven_by) goes along.
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
                    let next = Done::mapped(Done::of(Arc::clone(&end)), map);
                    let before = std::mem::replace(&mut *answer, Answer::Forwarded(next));
                    drop(answer);
                    drop(before);
                    return Op(State::Pending(end, work));
                }
                answer.take()
            }
        };
        Op(State::Ready(Some(map(result))))
    }

    /// Blocks this thread until the operation is answered.
    #[inline]
    pub fn wait(self) -> Result<T> {
        match self.0 {
            // Not the whole result as it is: it was only just written in two halves, and what is copied in one piece
            // then has to wait for both of them, which is a fourth of what a hit costs.
            State::Ready(Some(Ok(value))) => Ok(value),
            State::Ready(Some(Err(error))) => Err(error),
            State::Ready(None) => Err(taken()),
            // The answer comes to a place of its own. What is ready never goes there, so it need not be in memory at all.
            State::Pending(slot, work) => {
                let mut answer = None;
                wait_for(slot, work, &mut answer);
                answer.unwrap_or_else(|| Err(taken()))
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

/// Not inlined, so that what is ready costs its caller next to nothing.
#[inline(never)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "whoever drops the slot is long, and is not to be where what is ready goes by"
)]
fn wait_for<T>(slot: Arc<Slot<T>>, work: Option<Arc<dyn Drive>>, given: &mut Option<Result<T>>) {
    if let Some(work) = work {
        work.drive();
    }
    let mut answer = slot.answer.lock();
    answer.block();
    *given = Some(slot.answered.wait_while(answer, |answer| answer.is_awaited()).take());
}

fn start(work: Option<Arc<dyn Drive>>) {
    if let Some(work) = work {
        work.start();
    }
}

impl<T> Unpin for Op<T> {}

impl<T> Future for Op<T> {
    type Output = Result<T>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        match &mut self.0 {
            State::Ready(result) => Poll::Ready(result.take().unwrap_or_else(|| Err(taken()))),
            State::Pending(slot, work) => match slot.poll(context.waker()) {
                // The waker is there, so it may be answered while it is being started.
                None => {
                    start(work.take());
                    Poll::Pending
                }
                Some(result) => Poll::Ready(result),
            },
        }
    }
}

impl<T> fmt::Debug for Op<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Op").field("ready", &self.is_ready()).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "op_tests.rs"]
mod tests;
