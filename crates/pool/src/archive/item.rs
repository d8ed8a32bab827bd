//! An object of any type, for an archive.

use std::fmt;
use std::sync::Arc;

use crate::handle::{Handle, Keepable};
use crate::object::Object;

/// An object of any type, for an archive: a handle whose type is forgotten, so that one commit takes many.
///
/// It is one more handle: while it is there `get_mut` is `Refused`, and `make_mut` copies.
#[derive(Clone)]
pub struct Item(Arc<dyn Keepable>);

impl Item {
    pub(crate) fn of(object: Arc<dyn Keepable>) -> Self {
        Self(object)
    }

    pub(crate) fn object(&self) -> &dyn Keepable {
        &*self.0
    }
}

impl<T: Object> From<&Handle<T>> for Item {
    fn from(handle: &Handle<T>) -> Self {
        handle.item()
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item")
            .field("key", &self.0.key())
            .field("type", &self.0.type_name())
            .finish()
    }
}
