//! From what an author wrote to what the engine holds.

use std::sync::Arc;

use crate::asynchronous::{AsyncStore, Asynchronous};
use crate::backing::{BackingStore, SharedStore};
use crate::blocking::{Blocking, BlockingStore};
use crate::seam::Seams;

/// The ways in which something can be a store. They only tell the conversions apart: a caller
/// never names one.
pub mod kind {
    /// It is written as [`BlockingStore`](crate::BlockingStore).
    #[derive(Debug)]
    pub struct ByBlocking;
    /// It is written as [`AsyncStore`](crate::AsyncStore).
    #[derive(Debug)]
    pub struct ByAsync;
    /// It is a [`BackingStore`](crate::BackingStore) already.
    #[derive(Debug)]
    pub struct ByCompletion;
    /// It is a [`SharedStore`](crate::SharedStore).
    #[derive(Debug)]
    pub struct ByShare;
    /// It wraps something that is a store in the way `Kind`.
    #[derive(Debug)]
    pub struct ByWrapping<Kind>(std::marker::PhantomData<Kind>);
}

/// Anything that can stand as a backing store: a [`BlockingStore`], an [`AsyncStore`], a
/// [`BackingStore`], a [`SharedStore`], or a wrapper around any of them.
///
/// `Kind` is inferred; it exists because one type could be more than one of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a backing store for these keys and values",
    note = "implement `BlockingStore<K, V>` or `AsyncStore<K, V>` for it"
)]
pub trait IntoStore<K, V, Kind> {
    /// The object-safe face, running on `seams`.
    fn into_store(self, seams: &Seams) -> SharedStore<K, V>;
}

impl<K, V, S> IntoStore<K, V, kind::ByBlocking> for S
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BlockingStore<K, V>,
{
    fn into_store(self, seams: &Seams) -> SharedStore<K, V> {
        Arc::new(Blocking::new(self, Arc::clone(&seams.spawn)))
    }
}

impl<K, V, S> IntoStore<K, V, kind::ByAsync> for S
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: AsyncStore<K, V>,
{
    fn into_store(self, seams: &Seams) -> SharedStore<K, V> {
        Arc::new(Asynchronous::new(self, Arc::clone(&seams.spawn)))
    }
}

impl<K, V, S: BackingStore<K, V>> IntoStore<K, V, kind::ByCompletion> for S {
    fn into_store(self, _seams: &Seams) -> SharedStore<K, V> {
        Arc::new(self)
    }
}

impl<K, V> IntoStore<K, V, kind::ByShare> for SharedStore<K, V> {
    fn into_store(self, _seams: &Seams) -> SharedStore<K, V> {
        self
    }
}
