//! What a command gives back: a reply, or the promise of one.

use std::future::Future;
use std::pin::Pin;

use forebay::Op;

use super::Failure;
use crate::resp::Reply;

/// What a command gives back.
pub(crate) enum Answer {
    /// The reply.
    Now(Reply),
    /// What was begun, and becomes the reply.
    Later(Pin<Box<dyn Future<Output = Reply> + Send>>),
}

impl Answer {
    /// The usual answer of success.
    pub(crate) const OK: Self = Self::Now(Reply::OK);

    /// The reply that `future` will give.
    pub(crate) fn later(
        future: impl Future<Output = Result<Reply, Failure>> + Send + 'static,
    ) -> Self {
        Self::Later(Box::pin(async { future.await.unwrap_or_else(Reply::from) }))
    }

    /// The outcome of `op` as a reply: at once if it is there.
    pub(crate) fn of<T: Send + 'static>(
        op: Op<T>,
        reply: impl FnOnce(T) -> Result<Reply, Failure> + Send + 'static,
    ) -> Result<Self, Failure> {
        match op.try_take() {
            Ok(outcome) => reply(outcome?).map(Self::Now),
            Err(op) => Ok(Self::later(async move { reply(op.await?) })),
        }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self::Now(reply)
    }
}
