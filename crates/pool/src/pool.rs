//! The pool, as its users see it.

use std::sync::Arc;

use crate::builder::Builder;
use crate::inner::Inner;

/// Large values behind handles, in a bounded memory. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pool {
    inner: Arc<Inner>,
}

impl Pool {
    /// A pool is built with [`Builder::memory`] at least.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn of(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }
}
