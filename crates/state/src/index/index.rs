//! An index as readers see it.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeBounds;

use super::bounds::Edges;
use super::clashes::Clashes;
use super::hits::{Hits, Holders, IndexEntries, IndexHolders};
use super::number::{Holding, Many, One};
use super::spot::{IndexChanges, Spot};
use crate::catalog::TableInfo;
use crate::commit::Grave;
use crate::key::{Key, PrefixOf, Seek};
use crate::table::{Kept, Table, TableField};

/// The entries of a table in the order of index keys that are made of them.
///
/// ```
/// use forebay_state::{State, Table};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Book {
///     genre: String,
///     tags: Vec<String>,
/// }
///
/// #[derive(State, Clone)]
/// struct Library {
///     #[table(id = 1)]
///     #[index(by_genre: String = genre)]
///     #[index(by_tag: String in tags)]
///     books: Table<String, Book>,
/// }
///
/// # fn main() -> forebay_store::Result<()> {
/// let library = State::<Library>::memory();
/// let book = |genre: &str, tag: &str| Book { genre: genre.into(), tags: vec![tag.into()] };
/// library.write(|tx| {
///     tx.books.put("Dune".into(), book("sf", "desert"))?;
///     tx.books.put("Emma".into(), book("novel", "letters"))?;
///     tx.books.put("Ubik".into(), book("sf", "letters"))?;
///     assert_eq!(tx.indexes().by_genre.get("sf").count(), 2); // it sees what it has changed
///     Ok(())
/// })?;
/// let view = library.read();
/// let titles = |tag| view.indexes().by_tag.get(tag).map(|(title, _)| title.as_str());
/// assert!(titles("letters").eq(["Emma", "Ubik"]));
/// assert!(view.indexes().by_genre.range("o".to_owned()..).map(|(genre, ..)| genre).all(|genre| genre == "sf"));
/// # Ok(())
/// # }
/// ```
///
/// Index keys are made of the key and the value alone: a value with something in it that changes by
/// itself, or a function that does not always answer the same, would leave an index that is wrong.
pub struct Index<I: Key, K: Key, V: Send + Sync + 'static, N: Holding = Many> {
    spots: Table<Spot<I, K, V>, ()>,
    number: PhantomData<fn() -> N>,
}

/// An index with one entry at most for each index key.
///
/// It is compared when a transaction ends: in it two entries may have one index key for a while, for
/// instance while they swap theirs. If they still have it in the end the transaction is
/// [`Refused`](forebay_store::ErrorKind::Refused), and nothing of it has happened.
///
/// ```
/// use forebay_state::{State, Table};
/// use forebay_store::ErrorKind;
///
/// #[derive(State, Clone)]
/// struct Book {
///     #[table(id = 1)]
///     #[index(by_email: String with email_of, unique)]
///     people: Table<String, String>,
/// }
///
/// fn email_of(_name: &str, email: &str) -> Option<String> {
///     (!email.is_empty()).then(|| email.to_lowercase())
/// }
///
/// # fn main() -> forebay_store::Result<()> {
/// let book = State::<Book>::memory();
/// book.write(|tx| tx.people.put("ada".into(), "A@x.org".into()))?;
/// assert_eq!(book.read().indexes().by_email.get("a@x.org").map(|(name, _)| name.as_str()), Some("ada"));
///
/// let refused = book.write(|tx| tx.people.put("bob".into(), "a@X.org".into())).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Refused);
/// assert_eq!(
///     refused.to_string(),
///     r#"the index `by_email` of the table `people` is unique: "a@x.org" is that of "ada" and cannot be that of "bob""#,
/// );
/// # Ok(())
/// # }
/// ```
pub type UniqueIndex<I, K, V> = Index<I, K, V, One>;

impl<I: Key, K: Key, V: Send + Sync + 'static> Index<I, K, V> {
    /// The entries that have the index key `by`, in the order of their own keys.
    pub fn get<Q>(&self, by: &Q) -> IndexHolders<'_, I, K, V>
    where
        I: Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        Holders(self.between(&Edges::of(by)))
    }
}

impl<I: Key, K: Key, V: Send + Sync + 'static> UniqueIndex<I, K, V> {
    /// The entry that has the index key `by`.
    ///
    /// There is more than one only if that was so when the state was opened, which its report tells;
    /// then it is the one with the lowest key.
    pub fn get<Q>(&self, by: &Q) -> Option<(&K, &V)>
    where
        I: Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        self.between(&Edges::of(by)).next().map(|(_, key, value)| (key, value))
    }
}

impl<I: Key, K: Key, V: Send + Sync + 'static, N: Holding> Index<I, K, V, N> {
    /// Whether any entry has the index key `by`.
    pub fn contains<Q>(&self, by: &Q) -> bool
    where
        I: Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        self.between(&Edges::of(by)).len() > 0
    }

    /// All that have an index key in `by`, from both ends; none if the bounds are crossed. How many
    /// they are is known without a walk.
    pub fn range<Q>(&self, by: impl RangeBounds<Q>) -> IndexEntries<'_, I, K, V>
    where
        I: Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        self.between(&Edges::range(&by))
    }

    /// The entries whose index keys begin with `prefix`, from both ends.
    pub fn prefix<P>(&self, prefix: &P) -> IndexEntries<'_, I, K, V>
    where
        P: PrefixOf<I> + ?Sized,
    {
        self.between(&Edges::prefix(prefix))
    }

    /// Everything in it, from both ends.
    pub fn iter(&self) -> IndexEntries<'_, I, K, V> {
        Hits(self.spots.iter())
    }

    /// How many index keys its entries have together.
    pub fn len(&self) -> usize {
        self.spots.len()
    }

    /// Whether no entry has an index key.
    pub fn is_empty(&self) -> bool {
        self.spots.is_empty()
    }

    /// The index over `table`, by what `keys` makes of each entry.
    #[doc(hidden)]
    pub fn of<F>(table: &F, keys: fn(&K, &V, &mut dyn FnMut(I))) -> Self
    where
        F: TableField<Key = K, Value = V>,
    {
        let mut spots = Vec::with_capacity(table.entries());
        table.each(&mut |entry: Kept<K, V>| {
            keys(entry.key(), entry.value(), &mut |by| spots.push((Spot::new(by, &entry), ())));
        });
        Self { spots: spots.into_iter().collect(), number: PhantomData }
    }

    /// Tells index keys that more than one entry has, if it is unique.
    #[doc(hidden)]
    pub fn clashes(&self, name: &str, table: &TableInfo, clashes: &mut Clashes) {
        if !N::IS_UNIQUE {
            return;
        }
        let mut holder: Option<&Spot<I, K, V>> = None;
        for (spot, ()) in &self.spots {
            match holder {
                Some(holder) if holder.by() == spot.by() => {
                    clashes.add(name, table, spot.by(), holder.key(), spot.key());
                }
                _ => holder = Some(spot),
            }
        }
    }

    /// Applies what a transaction has changed.
    #[doc(hidden)]
    pub fn apply(&mut self, changes: &IndexChanges<I, K, V>, grave: &mut Grave) {
        changes.apply(&mut self.spots, grave);
    }

    /// The same if nobody needs them any more; `newer` is the same index with nothing but these, if there is one.
    #[doc(hidden)]
    pub fn apply_last(
        &mut self,
        changes: &mut IndexChanges<I, K, V>,
        newer: Option<&Self>,
        grave: &mut Grave,
    ) {
        changes.apply_last(&mut self.spots, newer.map(|newer| &newer.spots), grave);
    }

    pub(super) fn spots(&self) -> &Table<Spot<I, K, V>, ()> {
        &self.spots
    }

    fn between(&self, edges: &Edges) -> IndexEntries<'_, I, K, V> {
        Hits(self.spots.between(&edges.low, &edges.high))
    }
}

impl<I: Key, K: Key, V: Send + Sync + 'static, N: Holding> Default for Index<I, K, V, N> {
    fn default() -> Self {
        Self { spots: Table::default(), number: PhantomData }
    }
}

impl<I: Key, K: Key, V: Send + Sync + 'static, N: Holding> Clone for Index<I, K, V, N> {
    fn clone(&self) -> Self {
        Self { spots: self.spots.clone(), number: PhantomData }
    }
}

impl<'t, I: Key, K: Key, V: Send + Sync + 'static, N: Holding> IntoIterator
    for &'t Index<I, K, V, N>
{
    type Item = (&'t I, &'t K, &'t V);
    type IntoIter = IndexEntries<'t, I, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<I: Key, K: Key, V: Send + Sync + 'static, N: Holding> fmt::Debug for Index<I, K, V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("len", &self.len()).finish_non_exhaustive()
    }
}
