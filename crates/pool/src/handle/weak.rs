//! A handle that keeps nothing.

use std::fmt;
use std::sync::{Arc, Weak};

use super::object_handle::Handle;
use crate::object::Object;
use crate::slot::Slot;

/// A handle that does not keep its object.
pub struct WeakHandle<T: Object>(Weak<Slot<T>>);

impl<T: Object> WeakHandle<T> {
    pub(super) fn of(slot: &Arc<Slot<T>>) -> Self {
        Self(Arc::downgrade(slot))
    }

    /// A handle of the object, if it has one still.
    pub fn upgrade(&self) -> Option<Handle<T>> {
        let slot = self.0.upgrade()?;
        slot.join_again().then(|| Handle::of(slot))
    }
}

impl<T: Object> Clone for WeakHandle<T> {
    fn clone(&self) -> Self {
        Self(Weak::clone(&self.0))
    }
}

impl<T: Object> fmt::Debug for WeakHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WeakHandle").field(&T::NAME).finish()
    }
}
