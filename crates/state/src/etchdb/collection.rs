//! How the values of a collection are read.

use std::collections::BTreeSet;
use std::fmt;

use forebay_store::Result;
use serde::de::DeserializeOwned;

use super::damage::Cause;
use super::stored::Stored;

/// A collection of an etchdb, and how its values are read.
///
/// A plain number is the collection of that number with version 1, which is what etchdb's attribute
/// means when it names no version.
///
/// ```
/// use forebay_state::etchdb::Collection;
///
/// // #[etch(collection = 3, version = 2)]; version 1 was a number of cents.
/// let prices = Collection::<String>::new(3)
///     .version(2)
///     .other_versions(|stored| stored.read::<u64>().map(|cents| format!("{cents} ct")))
///     .dropped("currency");
/// # let _ = prices;
/// ```
pub struct Collection<V> {
    pub(super) number: u8,
    version: u16,
    others: Option<Box<Others<V>>>,
    dropped: BTreeSet<String>,
}

type Others<V> = dyn Fn(Stored<'_>) -> Result<V> + Send + Sync;

/// A value that was read, and the fields that its type does not have.
pub(super) type Read<V> = (V, Vec<String>);

impl<V: DeserializeOwned> Collection<V> {
    /// The collection of this number, of version 1.
    pub fn new(number: u8) -> Self {
        Self { number, version: 1, others: None, dropped: BTreeSet::new() }
    }

    /// The version whose values are read straight into the table's type, by the names of fields.
    /// 0 are the values of etchdb 0.3, which have neither version nor names: they are read as what
    /// the type says, so it must be the type that wrote them.
    pub fn version(mut self, version: u16) -> Self {
        self.version = version;
        self
    }

    /// How values of all other versions become values of the table: the place of etchdb's migrations.
    /// Without it such values are not brought over, and counted as [`Cause::Version`].
    pub fn other_versions(
        mut self,
        read: impl Fn(Stored<'_>) -> Result<V> + Send + Sync + 'static,
    ) -> Self {
        self.others = Some(Box::new(read));
        self
    }

    /// A stored field that the type does not have, on purpose: its name, or its path with dots.
    /// Others are counted as [`Cause::Field`].
    pub fn dropped(mut self, field: impl Into<String>) -> Self {
        self.dropped.insert(field.into());
        self
    }

    pub(super) fn read(&self, stored: Stored<'_>) -> Result<Read<V>, (Cause, String)> {
        let bad = |error| (Cause::Value, format!("{error}"));
        if stored.version() == self.version {
            let mut gone = BTreeSet::new();
            let value = stored.read_and_note(&mut gone).map_err(bad)?;
            gone.retain(|path| !self.is_dropped(path));
            return Ok((value, gone.into_iter().collect()));
        }
        match &self.others {
            Some(read) => Ok((read(stored).map_err(bad)?, Vec::new())),
            None => Err((Cause::Version, self.unknown(stored.version()))),
        }
    }

    fn is_dropped(&self, path: &str) -> bool {
        let last = path.rsplit('.').next().unwrap_or(path);
        self.dropped.contains(path) || self.dropped.contains(last)
    }

    fn unknown(&self, found: u16) -> String {
        format!(
            "a value of version {found} in collection {}, of which version {} is read: say with \
             `Collection::version` or `Collection::other_versions` how",
            self.number, self.version
        )
    }
}

impl<V: DeserializeOwned> From<u8> for Collection<V> {
    fn from(number: u8) -> Self {
        Self::new(number)
    }
}

impl<V> fmt::Debug for Collection<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Collection");
        debug.field("number", &self.number).field("version", &self.version);
        debug.field("dropped", &self.dropped).finish_non_exhaustive()
    }
}
