//! An object that stays in memory.

use std::fmt;
use std::sync::Arc;

use crate::object::Object;
use crate::slot::Slot;

/// An object that stays in memory until this is dropped. It shows nothing, so that it stands among those
/// that are in the way as a pin and not as a guard: read it through its handle.
#[must_use = "it stays in memory only while this lives"]
pub struct Pinned<T: Object>(Arc<Slot<T>>);

impl<T: Object> Pinned<T> {
    pub(super) fn of(slot: Arc<Slot<T>>) -> Self {
        slot.pin();
        Self(slot)
    }
}

impl<T: Object> Drop for Pinned<T> {
    fn drop(&mut self) {
        self.0.unpin();
    }
}

impl<T: Object> fmt::Debug for Pinned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pinned").field(&self.0).finish()
    }
}
