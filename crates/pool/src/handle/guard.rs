//! A value that is being looked at.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use forebay_counted::Counted;

use crate::slot::Held;

/// A look at a value, which stays in memory until this is dropped.
///
/// It is counted like an `Arc`, belongs to no handle's lifetime, and may be sent to other threads. It
/// outlives its handles and its pool. If the object is changed meanwhile it goes on showing the old value.
///
/// Dropping it never evicts other values on this thread: a job serves the callers that wait for room.
pub struct Guard<T>(Option<Counted<Held<T>>>);

impl<T> Guard<T> {
    #[inline]
    pub(crate) fn of(held: Counted<Held<T>>) -> Self {
        Self(Some(held))
    }

    #[inline]
    fn held(&self) -> &Counted<Held<T>> {
        self.0.as_ref().expect("only its drop takes the value out")
    }

    /// Whether both look at the same value.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        Counted::ptr_eq(self.held(), other.held())
    }
}

impl<T> Deref for Guard<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.held().value
    }
}

impl<T> Clone for Guard<T> {
    fn clone(&self) -> Self {
        Self(Some(Counted::clone(self.held())))
    }
}

impl<T> Drop for Guard<T> {
    #[inline]
    fn drop(&mut self) {
        let Some(held) = self.0.take() else { return };
        if held.is_wanted() {
            free_and_kick(held);
        } else {
            Held::free(held);
        }
    }
}

/// Somebody waits for room.
#[cold]
fn free_and_kick<T>(held: Counted<Held<T>>) {
    let pool = Arc::clone(&held.pool);
    Held::free(held);
    pool.presser.kick();
}

impl<T: fmt::Debug> fmt::Debug for Guard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
