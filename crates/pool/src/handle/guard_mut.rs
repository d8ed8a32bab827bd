//! A value that is being changed.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use super::object_handle::Handle;
use crate::object::Object;
use crate::slot::Lent;

/// A value that is being changed. No other caller sees it until this is dropped: those that ask for it wait, for
/// the pool's patience at most.
///
/// It counts as changed from the first mutable access on. Then the blob of the old version
/// is given back, and the object has a new key. If it grows, the pool is over its budget by that
/// much until it has evicted others.
pub struct GuardMut<'a, T: Object> {
    lent: Lent<T>,
    handle: PhantomData<&'a mut Handle<T>>,
}

impl<T: Object> GuardMut<'_, T> {
    pub(super) fn of(lent: Lent<T>) -> Self {
        Self { lent, handle: PhantomData }
    }
}

impl<T: Object> Deref for GuardMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.lent.value()
    }
}

impl<T: Object> DerefMut for GuardMut<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.lent.value_mut()
    }
}

impl<T: Object + fmt::Debug> fmt::Debug for GuardMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
