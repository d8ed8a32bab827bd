//! The way from a collection of etchdb into a table.

use std::marker::PhantomData;

use forebay_store::Result;
use serde::de::DeserializeOwned;

use super::collection::Collection;
use super::damage::Cause;
use super::key::EtchKey;
use super::operation::Operation;
use super::target::Target;
use crate::key::KeyBytes;
use crate::tables::Tables;

/// A change that is ready to be made in a transaction.
pub(super) type Change<'r, T> =
    Box<dyn for<'a, 't> FnOnce(&'a mut <T as Tables>::Tx<'t>) -> Result<()> + 'r>;

/// An operation in the types of its table.
pub(super) struct Routed<'r, T: Tables> {
    pub(super) change: Change<'r, T>,
    /// Stored fields that the type of the value does not have.
    pub(super) gone: Vec<String>,
}

/// Where the operations of one collection go.
pub(super) trait Route<T: Tables> {
    /// Reads an operation; or why it cannot be.
    fn read(&self, operation: &Operation<'_>) -> Result<Routed<'_, T>, (Cause, String)>;

    /// Whether the table has this key, which is in etchdb's bytes.
    fn contains(&self, tx: &mut T::Tx<'_>, key: &[u8]) -> bool;

    /// How many entries the table has.
    fn len(&self, tx: &mut T::Tx<'_>) -> usize;
}

/// The way into one table.
pub(super) struct ToTable<K, V, F> {
    collection: Collection<V>,
    select: F,
    key: PhantomData<fn() -> K>,
}

impl<K, V, F> ToTable<K, V, F> {
    pub(super) fn new(collection: Collection<V>, select: F) -> Self {
        Self { collection, select, key: PhantomData }
    }
}

impl<T, K, V, F> Route<T> for ToTable<K, V, F>
where
    T: Tables,
    K: EtchKey,
    V: DeserializeOwned + 'static,
    F: for<'a, 't> Fn(&'a mut T::Tx<'t>) -> &'a mut (dyn Target<K, V> + 'a),
{
    fn read(&self, operation: &Operation<'_>) -> Result<Routed<'_, T>, (Cause, String)> {
        let key = key::<K>(operation.key).map_err(|error| (Cause::Key, format!("{error}")))?;
        let select = &self.select;
        let Some(stored) = operation.value else {
            let change: Change<'_, T> = Box::new(move |tx| {
                select(tx).unfill(&key);
                Ok(())
            });
            return Ok(Routed { change, gone: Vec::new() });
        };
        let (value, gone) = self.collection.read(stored)?;
        Ok(Routed { change: Box::new(move |tx| select(tx).fill(key, value)), gone })
    }

    fn contains(&self, tx: &mut T::Tx<'_>, bytes: &[u8]) -> bool {
        key::<K>(bytes).is_ok_and(|key| (self.select)(tx).has(&key))
    }

    fn len(&self, tx: &mut T::Tx<'_>) -> usize {
        (self.select)(tx).count()
    }
}

/// A key that a table takes.
fn key<K: EtchKey>(bytes: &[u8]) -> Result<K> {
    let key = K::from_etchdb(bytes)?;
    KeyBytes::of(&key)?;
    Ok(key)
}
