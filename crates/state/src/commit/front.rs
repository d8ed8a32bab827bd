//! The front: the root that readers get.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::root::Root;
use super::view::View;
use crate::tables::Tables;

/// Readers load it without a lock and without writing to a line that others read.
pub(crate) struct Front<T: Tables>(ArcSwap<Root<T>>);

impl<T: Tables> Front<T> {
    pub(crate) fn new(root: Arc<Root<T>>) -> Self {
        Self(ArcSwap::new(root))
    }

    pub(crate) fn load(&self) -> View<T> {
        View::new(self.0.load())
    }

    /// Where the shown root is.
    pub(crate) fn slot(&self) -> &ArcSwap<Root<T>> {
        &self.0
    }

    /// Shows `root` from now on, and gives back what was shown. Whoever still looks at that holds
    /// a count of it from now on.
    pub(crate) fn swap(&self, root: Arc<Root<T>>) -> Arc<Root<T>> {
        self.0.swap(root)
    }
}
