//! Writes of several keys that are accepted together, if what is expected holds.

use std::fmt;

use forebay_store::{Key, Op, Result, Value};

use crate::cache::Cache;
use crate::engine::Transaction;
use crate::receipt::Receipt;
use crate::write::{Change, Stamp, Transacted, Write};

/// Whether what the cache has of a key is as expected.
type Judge<V> = Box<dyn FnMut(Option<&V>, Stamp) -> bool + Send>;

/// Writes of several keys of a cache that are accepted together, if all that is expected holds: else none of
/// them. [`Cache::group`] begins one; [`Cache::transact`] says what such writes promise.
///
/// ```
/// use forebay_cache::{Cache, Committed, Settings};
/// use forebay_store::{Durability, MemoryStore};
///
/// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
/// cache.put("draft", 7).wait()?;
///
/// let publish = || {
///     let mut group = cache.group();
///     group.expect_value("draft", 7).expect_absent("page");
///     group.put("page", 7).delete("draft");
///     group.commit(Durability::Memory)
/// };
/// assert!(matches!(publish().wait()?, Committed::Written(receipts) if receipts.len() == 2));
/// assert_eq!((cache.peek(&"draft"), cache.peek(&"page")), (None, Some(7)));
///
/// let Committed::Unmet(keys) = publish().wait()? else { panic!("there is a page") };
/// assert_eq!(keys, ["draft", "page"]);
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[must_use = "nothing is written before it is committed"]
pub struct Group<K: Key, V: Value> {
    cache: Cache<K, V>,
    expectations: Vec<(K, Judge<V>)>,
    changes: Vec<(K, Change<V>)>,
}

/// What became of a [`Group`].
#[derive(Clone, Debug)]
#[must_use = "it may not have been written"]
pub enum Committed<K> {
    /// All of it is accepted; a receipt for each key that it writes, in no order.
    Written(Vec<Receipt>),
    /// Nothing was written, because these keys are not as expected; in the order of the expectations.
    Unmet(Vec<K>),
}

impl<K: Key, V: Value> Group<K, V> {
    pub(crate) fn new(cache: Cache<K, V>) -> Self {
        Self { cache, expectations: Vec::new(), changes: Vec::new() }
    }

    /// Puts a value. Of two writes of a key the last one counts.
    pub fn put(&mut self, key: K, value: V) -> &mut Self {
        self.changes.push((key, Change::Put(value)));
        self
    }

    /// Deletes a key. Of two writes of a key the last one counts.
    pub fn delete(&mut self, key: K) -> &mut Self {
        self.changes.push((key, Change::Delete));
        self
    }

    /// Expects that `judge` answers `true` for the value that the cache has of `key`, and its stamp. `judge` may run more
    /// than once, outside every lock.
    pub fn expect(
        &mut self,
        key: K,
        judge: impl FnMut(Option<&V>, Stamp) -> bool + Send + 'static,
    ) -> &mut Self {
        self.expectations.push((key, Box::new(judge)));
        self
    }

    /// Expects that `key` is absent.
    pub fn expect_absent(&mut self, key: K) -> &mut Self {
        self.expect(key, |value, _| value.is_none())
    }

    /// Expects that `key` has this value.
    pub fn expect_value(&mut self, key: K, expected: V) -> &mut Self
    where
        V: PartialEq,
    {
        self.expect(key, move |value, _| value == Some(&expected))
    }

    /// Expects that nothing has written `key` since it had this stamp. The expectation also fails if memory has let go of
    /// the value in between. To compare the value as well, use [`expect`](Self::expect).
    pub fn expect_stamp(&mut self, key: K, expected: Stamp) -> &mut Self {
        self.expect(key, move |_, stamp| stamp == expected)
    }

    /// Writes the group as [`Cache::transact`] does, and answers when it has reached the rung that `how` asks for. A group
    /// without writes tells whether all its expectations hold at one moment.
    ///
    /// # Errors
    ///
    /// As [`Cache::transact`]; also what the store says if a key with an expectation cannot be loaded.
    ///
    /// # Cancel safety
    ///
    /// As [`Cache::transact`].
    pub fn commit(self, how: impl Into<Write>) -> Op<Committed<K>> {
        let Self { cache, mut expectations, changes } = self;
        let run = move |transaction: &mut Transaction<K, V>| {
            let unmet = unmet(transaction, &mut expectations)?;
            if unmet.is_empty() {
                write(transaction, &changes)?;
            }
            Ok(unmet)
        };
        cache.transact(run, how).map(|transacted| {
            let Transacted { result: unmet, receipts } = transacted?;
            let is_met = unmet.is_empty();
            Ok(if is_met { Committed::Written(receipts) } else { Committed::Unmet(unmet) })
        })
    }
}

/// The keys that are not as expected.
fn unmet<K: Key, V: Value>(
    transaction: &mut Transaction<K, V>,
    expectations: &mut [(K, Judge<V>)],
) -> Result<Vec<K>> {
    // All are looked at before the first is judged, so that what memory does not know is loaded together.
    let looks = expectations.iter().map(|(key, _)| transaction.look(key));
    let looks: Vec<_> = looks.collect();
    let mut unmet = Vec::new();
    for ((key, judge), look) in expectations.iter_mut().zip(looks) {
        let (value, stamp) = look?;
        if !judge(value.as_ref(), stamp) {
            unmet.push(key.clone());
        }
    }
    Ok(unmet)
}

fn write<K: Key, V: Value>(
    transaction: &mut Transaction<K, V>,
    changes: &[(K, Change<V>)],
) -> Result<()> {
    for (key, change) in changes {
        match change {
            Change::Keep => {}
            Change::Put(value) => transaction.put(key.clone(), value.clone())?,
            Change::Delete => transaction.delete(key.clone())?,
        }
    }
    Ok(())
}

impl<K: Key, V: Value> fmt::Debug for Group<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group")
            .field("expectations", &self.expectations.len())
            .field("changes", &self.changes.len())
            .finish_non_exhaustive()
    }
}
