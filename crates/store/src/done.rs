//! The end at which an operation is answered.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::slot::{Answer, Slot};
use crate::sync::Mutex;

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
    /// The end that answers a slot.
    pub(crate) fn of(slot: Arc<Slot<T>>) -> Self {
        Self(Some(End::Slot(slot)))
    }

    /// An end that calls `then` with the answer, on the thread that gives it. `then` must not
    /// block.
    pub fn call(then: impl FnOnce(Result<T>) + Send + 'static) -> Self {
        Self(Some(End::Call(Mutex::new(Box::new(then)))))
    }

    /// An end that hands the answer on to `next` as `map` makes it. Unlike an end made by
    /// [`call`](Self::call) it knows when the other end was dropped.
    pub fn mapped<U: Send + 'static>(
        next: Done<U>,
        map: impl FnOnce(Result<T>) -> Result<U> + Send + 'static,
    ) -> Self
    where
        T: 'static,
    {
        Self(Some(End::Mapped(Mutex::new(Box::new(Mapping { next, map })))))
    }

    /// An end that calls `then` with a part of a larger answer; see [`call`](Self::call). `is_gone` says whether the
    /// whole is no longer waited for. It may be asked under locks, so it must only look.
    pub fn part(
        then: impl FnOnce(Result<T>) + Send + 'static,
        is_gone: impl Fn() -> bool + Send + 'static,
    ) -> Self {
        Self(Some(End::Mapped(Mutex::new(Box::new(Part { then, is_gone })))))
    }

    /// Answers.
    pub fn complete(mut self, result: Result<T>) {
        drop(self.finish(|| result));
    }

    /// Answers, unless the [`Op`](crate::Op) was dropped: then the result comes back, for a caller that must not drop
    /// it here. It is certain which of the two it is, also when the `Op` is dropped at this very moment. An end that
    /// [`call`](Self::call) or [`mapped`](Self::mapped) has made takes the result in any case, and drops it if the `Op`
    /// behind it was dropped.
    ///
    /// ```
    /// use forebay_store::Op;
    ///
    /// let (done, op) = Op::pending();
    /// drop(op);
    /// assert_eq!(done.try_complete(Ok(7)).unwrap_err().unwrap(), 7);
    /// ```
    pub fn try_complete(mut self, result: Result<T>) -> Result<(), Result<T>> {
        self.finish(|| result).map_or(Ok(()), Err)
    }

    /// Whether the [`Op`](crate::Op) was dropped, so that the answer is no longer waited for.
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

    /// What nobody takes comes back.
    fn finish(&mut self, result: impl FnOnce() -> Result<T>) -> Option<Result<T>> {
        match self.0.take()? {
            End::Slot(slot) => {
                let result = result();
                let mut answer = slot.answer.lock();
                if matches!(*answer, Answer::Forwarded(_)) {
                    let before = std::mem::replace(&mut *answer, Answer::Taken);
                    drop(answer);
                    return match before {
                        Answer::Forwarded(next) => next.try_complete(result).err(),
                        _ => None,
                    };
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
                // Whoever is the last of the two has the answer.
                match Arc::into_inner(slot)?.answer.into_inner() {
                    Answer::Given(result) => Some(result),
                    _ => None,
                }
            }
            End::Call(then) => {
                then.into_inner()(result());
                None
            }
            End::Mapped(mapping) => {
                mapping.into_inner().answer(result());
                None
            }
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

struct Part<F, G> {
    then: F,
    is_gone: G,
}

impl<T, F, G> Mapped<T> for Part<F, G>
where
    F: FnOnce(Result<T>),
    G: Fn() -> bool,
{
    fn answer(self: Box<Self>, result: Result<T>) {
        (self.then)(result);
    }

    fn is_abandoned(&self) -> bool {
        (self.is_gone)()
    }
}

impl<T> Drop for Done<T> {
    fn drop(&mut self) {
        drop(self.finish(|| {
            Err(Error::new(ErrorKind::Aborted, "the request was dropped without an answer"))
        }));
    }
}

impl<T> fmt::Debug for Done<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Done").field("answered", &self.0.is_none()).finish()
    }
}
