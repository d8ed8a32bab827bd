//! A change under way.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use forebay_store::{Error, ErrorKind, Op, Result};

use super::guard_mut::GuardMut;
use super::object_handle::Handle;
use super::offer::Basket;
use crate::object::Object;
use crate::slot::Lent;

/// A change under way: `.await` it, or [`wait`](Self::wait) for it. It borrows the handle, so that nothing
/// else is asked of this handle meanwhile.
///
/// # Cancel safety
///
/// Dropping it leaves the object as it was, unless it had been changed already. A new value that was not put
/// there is dropped with it.
#[must_use = "nothing happens until this is awaited or waited for"]
pub struct Lending<'a, T: Object, G = GuardMut<'a, T>> {
    handle: &'a mut Handle<T>,
    op: Op<Changed<T>>,
    finish: fn(Option<Lent<T>>) -> Result<G>,
    /// After `op`: when this goes nobody waits any more.
    _offered: Offered<T>,
}

/// The new value, if there is one and it was not taken: it goes with this, and is not left to who stands in the
/// line for its room.
struct Offered<T>(Option<Basket<T>>);

impl<T> Drop for Offered<T> {
    fn drop(&mut self) {
        let value = self.0.take().and_then(|basket| basket.lock().take());
        drop(value);
    }
}

/// What came of a change.
pub(crate) struct Changed<T: Object> {
    /// The object was shared: the handle gets one of its own.
    pub(crate) handle: Option<Handle<T>>,
    pub(crate) lent: Option<Lent<T>>,
}

impl<'a, T: Object> Lending<'a, T> {
    pub(super) fn lends(handle: &'a mut Handle<T>, op: Op<Changed<T>>) -> Self {
        let finish = |lent: Option<Lent<T>>| {
            let why = || Error::new(ErrorKind::Aborted, "the value was not lent");
            lent.map(GuardMut::of).ok_or_else(why)
        };
        Self { handle, op, finish, _offered: Offered(None) }
    }
}

impl<'a, T: Object> Lending<'a, T, ()> {
    pub(super) fn replaces(
        handle: &'a mut Handle<T>,
        op: Op<Changed<T>>,
        offered: Basket<T>,
    ) -> Self {
        Self { handle, op, finish: |_| Ok(()), _offered: Offered(Some(offered)) }
    }
}

impl<T: Object, G> Lending<'_, T, G> {
    /// Blocks this thread until it is answered.
    pub fn wait(self) -> Result<G> {
        let changed = self.op.wait()?;
        if let Some(handle) = changed.handle {
            *self.handle = handle;
        }
        (self.finish)(changed.lent)
    }
}

impl<T: Object, G> Unpin for Lending<'_, T, G> {}

impl<T: Object, G> Future for Lending<'_, T, G> {
    type Output = Result<G>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<G>> {
        let changed = std::task::ready!(Pin::new(&mut self.op).poll(context))?;
        if let Some(handle) = changed.handle {
            *self.handle = handle;
        }
        Poll::Ready((self.finish)(changed.lent))
    }
}

impl<T: Object, G> fmt::Debug for Lending<'_, T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lending").field("op", &self.op).finish_non_exhaustive()
    }
}
