//! A value that is offered, and comes back if it is not taken.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Op, Result};

use crate::error::Rejected;

/// Where an offered value lies until it is taken: not in the line of those who wait for room, so that
/// dropping the offer drops the value at once.
pub(crate) type Basket<V> = Arc<Mutex<Option<V>>>;

/// A value that is offered: `.await` it, or [`wait`](Self::wait) for it. An error gives the value back,
/// and `?` turns it into an [`Error`].
///
/// # Cancel safety
///
/// Dropping the offer before it is answered drops the value, and takes no room.
#[must_use = "whether the value was taken is unknown until this is awaited or waited for"]
pub struct Offer<V, R>(State<V, R>);

enum State<V, R> {
    Answered(Option<Result<R, Rejected<V>>>),
    Waiting(Option<Op<R>>, Basket<V>),
}

impl<V, R> Offer<V, R> {
    pub(crate) fn taken(result: R) -> Self {
        Self(State::Answered(Some(Ok(result))))
    }

    pub(crate) fn rejected(given_back: V, error: Error) -> Self {
        Self(State::Answered(Some(Err(Rejected { given_back, error }))))
    }

    pub(crate) fn waiting(op: Op<R>, basket: Basket<V>) -> Self {
        Self(State::Waiting(Some(op), basket))
    }

    /// Blocks this thread until it is answered.
    pub fn wait(mut self) -> Result<R, Rejected<V>> {
        match &mut self.0 {
            State::Answered(result) => result.take().expect("an offer is answered once"),
            State::Waiting(op, basket) => {
                let op = op.take().expect("an offer is answered once");
                answer(op.wait(), basket)
            }
        }
    }

    /// Blocks this thread for at most `limit`. After that the offer comes back, and still waits.
    pub fn wait_timeout(mut self, limit: Duration) -> Result<Result<R, Rejected<V>>, Self> {
        match &mut self.0 {
            State::Answered(result) => Ok(result.take().expect("an offer is answered once")),
            State::Waiting(op, basket) => {
                let waiting = op.take().expect("an offer is answered once");
                match waiting.wait_timeout(limit) {
                    Ok(result) => Ok(answer(result, basket)),
                    Err(waiting) => {
                        *op = Some(waiting);
                        Err(self)
                    }
                }
            }
        }
    }

    /// Whether waiting would return at once.
    pub fn is_ready(&self) -> bool {
        match &self.0 {
            State::Answered(_) => true,
            State::Waiting(op, _) => op.as_ref().is_none_or(Op::is_ready),
        }
    }
}

/// What was not taken is in the basket still.
fn answer<V, R>(result: Result<R>, basket: &Basket<V>) -> Result<R, Rejected<V>> {
    result.map_err(|error| {
        let given_back = basket.lock().take().expect("what is refused was not taken out");
        Rejected { given_back, error }
    })
}

impl<V, R> Drop for Offer<V, R> {
    fn drop(&mut self) {
        if let State::Waiting(op, basket) = &mut self.0 {
            // First nobody waits any more, then the value goes, outside of its lock.
            drop(op.take());
            let value = basket.lock().take();
            drop(value);
        }
    }
}

impl<V, R> Unpin for Offer<V, R> {}

impl<V, R> Future for Offer<V, R> {
    type Output = Result<R, Rejected<V>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Answered(result) => {
                Poll::Ready(result.take().expect("an offer is not polled after its answer"))
            }
            State::Waiting(op, basket) => {
                let waiting = op.as_mut().expect("an offer is not polled after its answer");
                let result = std::task::ready!(Pin::new(waiting).poll(context));
                *op = None;
                Poll::Ready(answer(result, basket))
            }
        }
    }
}

impl<V, R> fmt::Debug for Offer<V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer").field("ready", &self.is_ready()).finish_non_exhaustive()
    }
}
