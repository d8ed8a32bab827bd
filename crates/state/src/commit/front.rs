//! The front: the root that readers get.

use std::sync::Arc;

use arc_swap::ArcSwap;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

use super::root::Root;
use super::view::View;
use crate::revision::Revision;
use crate::tables::Tables;

/// Readers load it without a lock and without writing to a line that others read.
pub(crate) struct Front<T: Tables> {
    root: ArcSwap<Root<T>>,
    /// That of the root, or of one before.
    revision: AtomicU64,
}

impl<T: Tables> Front<T> {
    pub(crate) fn new(root: Arc<Root<T>>) -> Self {
        let revision = AtomicU64::new(root.revision.0);
        Self { root: ArcSwap::new(root), revision }
    }

    pub(crate) fn load(&self) -> View<T> {
        View::new(self.root.load())
    }

    /// The shown root, for whoever holds it long.
    pub(crate) fn root(&self) -> Arc<Root<T>> {
        self.root.load_full()
    }

    /// At least this revision is shown. It costs less than to look at the root.
    pub(crate) fn shown(&self) -> Revision {
        Revision(self.revision.load(Ordering::Acquire))
    }

    /// Where the shown root is.
    pub(crate) fn slot(&self) -> &ArcSwap<Root<T>> {
        &self.root
    }

    /// Shows `root` from now on, and gives back what was shown. Whoever still looks at that holds
    /// a count of it from now on.
    pub(crate) fn swap(&self, root: Arc<Root<T>>) -> Arc<Root<T>> {
        let revision = root.revision.0;
        let before = self.root.swap(root);
        self.revision.store(revision, Ordering::Release);
        before
    }
}
