//! What an operation and its other end share.

use std::sync::Arc;
use std::task::Waker;

use crate::done::Done;
use crate::error::{Error, Result};
use crate::sync::{Condvar, Mutex};

pub(crate) struct Slot<T> {
    pub(crate) answer: Mutex<Answer<T>>,
    pub(crate) answered: Condvar,
}

pub(crate) enum Answer<T> {
    /// Who is to be woken, and whether a thread is blocked until then.
    Awaited(Option<Waker>, bool),
    /// The answer goes on to another end.
    Forwarded(Done<T>),
    Given(Result<T>),
    Taken,
}

impl<T> Slot<T> {
    /// One that is to be answered.
    pub(crate) fn awaited() -> Arc<Self> {
        Arc::new(Self {
            answer: Mutex::new(Answer::Awaited(None, false)),
            answered: Condvar::new(),
        })
    }

    /// The answer, or whoever wants it is woken by `waker`. A waker is the user's: it is neither cloned nor
    /// dropped under the lock.
    pub(crate) fn poll(&self, waker: &Waker) -> Option<Result<T>> {
        {
            let mut answer = self.answer.lock();
            match &*answer {
                Answer::Awaited(Some(known), _) if known.will_wake(waker) => return None,
                Answer::Awaited(..) => {}
                _ => return Some(answer.take()),
            }
        }
        let mut waker = Some(waker.clone());
        let mut answer = self.answer.lock();
        let result = match &mut *answer {
            Answer::Awaited(known, _) => {
                std::mem::swap(known, &mut waker);
                None
            }
            given => Some(given.take()),
        };
        drop(answer);
        drop(waker);
        result
    }
}

impl<T> Answer<T> {
    /// A thread is about to block for it.
    pub(crate) fn block(&mut self) {
        if let Self::Awaited(_, is_blocked) = self {
            *is_blocked = true;
        }
    }

    pub(crate) fn is_awaited(&self) -> bool {
        matches!(self, Self::Awaited(..))
    }

    pub(crate) fn take(&mut self) -> Result<T> {
        match std::mem::replace(self, Self::Taken) {
            Self::Given(result) => result,
            Self::Awaited(..) | Self::Forwarded(_) | Self::Taken => Err(taken()),
        }
    }
}

#[cold]
pub(crate) fn taken() -> Error {
    Error::invalid("the result of this operation has been taken already")
}
